import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { eventJsonSchema, resultJsonSchema } from '../src/index.ts';

const pretty = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;

test('the schemas are published as files', async () => {
  const folder = '../../../docs/schemas';
  await expect(pretty(resultJsonSchema())).toMatchFileSnapshot(`${folder}/result-1.schema.json`);
  await expect(pretty(eventJsonSchema())).toMatchFileSnapshot(`${folder}/event-1.schema.json`);
});

const valid = {
  format: 1,
  version: '0.0.0',
  mission: 'SimplePayment',
  summary: 'One payment.',
  run: 'ssc-000001',
  verdict: 'rehearsed',
  nodes: 'simulated',
  builds: ['core-sim 0.0.0 (simulates v27.1.0)'],
  provider: 'simulated',
  seed: '1',
  params: { amount: '10 XLM', deep: [{ a: null }] },
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:01.000Z',
  seconds: 1,
  phases: [{ name: 'pay', startedAt: '2026-01-01T00:00:00.000Z', seconds: 1, outcome: 'done' }],
  checks: [],
  afterwards: [],
  doubts: [],
  apiCalls: { get: 3 },
};

test.each<[string, object, string | undefined]>([
  ['a result', {}, undefined],
  ['a format of the future', { format: 2 }, '/format must be equal to constant'],
  [
    'a verdict that is none',
    { verdict: 'ok' },
    '/verdict must be equal to one of the allowed values',
  ],
  ['a time in words', { endedAt: 'noon' }, '/endedAt must match pattern'],
  ['a key that nobody knows', { passed: true }, ' must NOT have additional properties'],
  ['negative time', { seconds: -1 }, '/seconds must be >= 0'],
  [
    'an error without its sentence',
    { error: { code: 'SSC_X', verdict: 'failed', facts: [] } },
    "/error must have required property 'message'",
  ],
])('%s', (_title, change, problem) => {
  const validate = new Ajv2020().compile(resultJsonSchema());
  validate({ ...valid, ...change });
  const first = validate.errors?.[0];
  const seen = first && `${first.instancePath} ${first.message ?? ''}`;
  if (problem === undefined) expect(seen).toBe(undefined);
  else expect(seen).toContain(problem);
});
