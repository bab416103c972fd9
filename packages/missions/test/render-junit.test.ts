import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RunResult, renderJUnit, type ToldRun } from '../src/index.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';

const result: RunResult = {
  format: 1,
  version: '0.0.0',
  mission: 'SimplePayment',
  summary: 'One payment.',
  run: 'ssc-000001',
  verdict: 'failed',
  nodes: 'real',
  builds: ['v27.0.0', 'v27.1.0'],
  provider: 'kubernetes',
  seed: '1',
  params: {},
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  seconds: 60,
  phases: [
    { name: 'bring up', startedAt: '2026-01-01T00:00:00.000Z', seconds: 40, outcome: 'done' },
    { name: 'pay', startedAt: '2026-01-01T00:00:40.000Z', seconds: 20, outcome: 'failed' },
  ],
  checks: [],
  error: {
    code: 'SSC_TX_RESULT',
    verdict: 'failed',
    message: 'the payment alice → bob was applied and failed: "txFAILED" <PAYMENT_UNDERFUNDED>',
    facts: [['alice', 'has 1000 XLM & less']],
    hint: 'Give alice more.',
    phase: 'pay',
  },
  afterwards: [],
  doubts: [],
  apiCalls: {},
};

const junitOf = (...runs: readonly ToldRun['run'][]): string =>
  renderJUnit(runs.map((run) => ({ run })));

const casesOf = (root: XmlElement): readonly XmlElement[] =>
  root.children.flatMap((suite) => suite.children.filter((child) => child.name === 'testcase'));

/** Each case as `group/name outcome`. */
const told = (over: Partial<RunResult>): string[] =>
  casesOf(parseXml(junitOf({ ...result, ...over }))).map(
    (one) =>
      `${one.attributes['classname']}/${one.attributes['name']} ${one.children[0]?.name ?? 'ok'}`,
  );

/** What may stand where: the elements and attributes of junit-10.xsd, by which Jenkins' xUnit plugin validates, that are used here. */
const allowed: Readonly<Record<string, readonly [attributes: string, children: string]>> = {
  testsuites: ['name time tests failures errors', 'testsuite'],
  testsuite: ['name tests failures errors time skipped timestamp hostname', 'properties testcase'],
  properties: ['', 'property'],
  property: ['name value', ''],
  testcase: ['name time classname', 'skipped error failure rerunError flakyError'],
  skipped: ['type message', ''],
  error: ['type message', ''],
  failure: ['type message', ''],
  rerunError: ['type message', ''],
  flakyError: ['type message', ''],
};

function expectAllowed(element: XmlElement): void {
  const [attributes = '', children = ''] = allowed[element.name] ?? [];
  expect(Object.keys(allowed)).toContain(element.name);
  expect(attributes.split(' ')).toEqual(expect.arrayContaining(Object.keys(element.attributes)));
  for (const child of element.children) {
    expect(children.split(' ')).toContain(child.name);
    expectAllowed(child);
  }
}

test('nothing stands where the schema of Jenkins has no place for it', () => {
  const check = { name: 'no two nodes disagree', outcome: 'skipped', because: 'x' } as const;
  const broken = { ...result, verdict: 'broken', checks: [check] } as const;
  const { error: _, ...held } = {
    ...result,
    verdict: 'passed',
    checks: [check],
    seconds: 0.1,
  } as const;
  const root = parseXml(junitOf(result, broken, held, { ...held, seconds: 0.2 }));
  expectAllowed(root);
  expect(root.attributes['time']).toBe('120.3');
});

test('a failed mission', () => {
  expect(junitOf(result)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="ssc" tests="2" failures="1" errors="0" time="60">
      <testsuite name="SimplePayment" tests="2" failures="1" errors="0" skipped="0" time="60" timestamp="2026-01-01T00:00:00.000Z">
        <properties>
          <property name="run" value="ssc-000001"/>
          <property name="verdict" value="failed"/>
          <property name="nodes" value="real"/>
          <property name="builds" value="v27.0.0, v27.1.0"/>
          <property name="provider" value="kubernetes"/>
          <property name="seed" value="1"/>
          <property name="version" value="0.0.0"/>
        </properties>
        <testcase classname="SimplePayment.phases" name="bring up" time="40"/>
        <testcase classname="SimplePayment.phases" name="pay" time="20">
          <failure message="the payment alice → bob was applied and failed: &quot;txFAILED&quot; &lt;PAYMENT_UNDERFUNDED&gt;" type="SSC_TX_RESULT">SSC_TX_RESULT  the payment alice → bob was applied and failed: "txFAILED" &lt;PAYMENT_UNDERFUNDED&gt;
    alice: has 1000 XLM &amp; less
    Give alice more.</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

describe('cases', () => {
  const done = { ...result, verdict: 'rehearsed', nodes: 'simulated' } as const;
  const { error: _error, ...held } = done;
  const error = { code: 'SSC_X', verdict: 'broken', message: 'no image', facts: [] } as const;

  test('simulated nodes are in the name of the suite, a mix of both too', () => {
    for (const nodes of ['simulated', 'mixed'] as const) {
      const xml = junitOf({ ...held, phases: [], nodes });
      expect(parseXml(xml).children[0]?.attributes['name']).toBe('SimplePayment (simulated)');
    }
    for (const nodes of ['real', 'none'] as const) {
      const xml = junitOf({ ...held, phases: [], nodes });
      expect(parseXml(xml).children[0]?.attributes['name']).toBe('SimplePayment');
    }
  });

  test('what is broken is an error, what failed is a failure', () => {
    expect(told({})).toEqual([
      'SimplePayment.phases/bring up ok',
      'SimplePayment.phases/pay failure',
    ]);
    expect(told({ error: { ...error, phase: 'pay' } })).toEqual([
      'SimplePayment.phases/bring up ok',
      'SimplePayment.phases/pay error',
    ]);
  });

  test('an error that no phase stands for is a case of its own: no red run looks green', () => {
    expect(told({ phases: [], error })).toEqual(['SimplePayment.phases/the run error']);
    const phases = result.phases.slice(0, 1);
    expect(told({ phases, error: { ...error, phase: 'pay' } })).toEqual([
      'SimplePayment.phases/bring up ok',
      'SimplePayment.phases/pay error',
    ]);
  });

  test('checks: one that failed counts once, one that was left out says why', () => {
    expect(
      told({
        phases: [
          { name: 'bring up', startedAt: result.startedAt, seconds: 1, outcome: 'done' },
          { name: 'final checks', startedAt: result.startedAt, seconds: 1, outcome: 'failed' },
        ],
        checks: [
          {
            name: 'every node is in sync',
            outcome: 'skipped',
            because: 'half of them are cut off',
          },
          { name: 'no two nodes disagree', outcome: 'failed', seconds: 1 },
        ],
      }),
    ).toEqual([
      'SimplePayment.phases/bring up ok',
      'SimplePayment.checks/every node is in sync skipped',
      'SimplePayment.checks/no two nodes disagree failure',
    ]);
  });
});

test('a run that could not begin is an error: nobody looks for a suite that is not there', () => {
  const error = {
    code: 'SSC_NO_CLUSTER',
    verdict: 'broken',
    message: 'the cluster is away',
    facts: [],
  } as const;
  const xml = junitOf({ mission: 'BootAndSync', error }, result);
  expectAllowed(parseXml(xml));
  expect(xml.split('\n').slice(0, 7).join('\n')).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="ssc" tests="3" failures="1" errors="1" time="60">
      <testsuite name="BootAndSync" tests="1" failures="0" errors="1" skipped="0" time="0">
        <testcase classname="BootAndSync.phases" name="the run" time="0">
          <error message="the cluster is away" type="SSC_NO_CLUSTER">SSC_NO_CLUSTER  the cluster is away</error>
        </testcase>
      </testsuite>"
  `);
});

test('titles tell runs of one mission apart', () => {
  const simulated = { ...result, nodes: 'simulated' } as const;
  const root = parseXml(
    renderJUnit([
      { run: result, title: 'SimplePayment #1' },
      { run: simulated, title: 'SimplePayment #2' },
    ]),
  );
  expect(root.children.map(({ attributes }) => attributes['name'])).toEqual([
    'SimplePayment #1',
    'SimplePayment #2 (simulated)',
  ]);
  expect(casesOf(root).map(({ attributes }) => attributes['classname'])).toContain(
    'SimplePayment #2 (simulated).phases',
  );
});

describe('a run that was made again', () => {
  const broken = (phase: string | undefined, run: string): RunResult => ({
    ...result,
    run,
    verdict: 'broken',
    error: {
      code: 'SSC_POD',
      verdict: 'broken',
      message: `${run} lost a pod`,
      facts: [['Pod', 'core-1']],
      ...(phase !== undefined && { phase }),
    },
  });
  const away = {
    mission: 'SimplePayment',
    error: { code: 'SSC_NO_CLUSTER', verdict: 'broken', message: 'no cluster', facts: [] },
  } as const;
  const { error: _error, ...withoutError } = result;
  const passed: RunResult = {
    ...withoutError,
    verdict: 'passed',
    phases: result.phases.map((phase) => ({ ...phase, outcome: 'done' })),
    checks: [{ name: 'no two nodes disagree', outcome: 'held', seconds: 1 }],
  };

  /** Each case, and the names of what is in it. */
  const casesAfter = (run: ToldRun['run'], ...earlier: readonly ToldRun['run'][]): string[] => {
    const root = parseXml(renderJUnit([{ run, earlier }]));
    expectAllowed(root);
    return casesOf(root).map(
      ({ attributes, children }) =>
        `${attributes['name']}: ${children.map(({ name }) => name).join(' ')}`,
    );
  };

  test('passed in the end: the case in which a try broke is flaky, and nothing counts as an error', () => {
    const [suite] = parseXml(
      renderJUnit([{ run: passed, earlier: [broken('pay', 'ssc-00000a')] }]),
    ).children;
    expect(suite?.attributes).toMatchObject({ tests: '3', failures: '0', errors: '0' });
    expect(suite?.children[0]?.children.at(-1)?.attributes).toEqual({ name: 'tries', value: '2' });
    const flaky = suite?.children.find(({ attributes }) => attributes['name'] === 'pay')?.children;
    expect(flaky).toEqual([
      {
        name: 'flakyError',
        attributes: { message: 'ssc-00000a lost a pod', type: 'SSC_POD' },
        children: [],
        text: 'run ssc-00000a\nSSC_POD  ssc-00000a lost a pod\nPod: core-1',
      },
    ]);
  });

  test('each try is told where it broke, or where the run as a whole is told', () => {
    expect(
      casesAfter(
        passed,
        broken('pay', 'ssc-00000a'),
        away,
        broken('bring up', 'ssc-00000b'),
        broken('pay', 'ssc-00000c'),
        broken('a phase with a number', 'ssc-00000d'),
      ),
    ).toEqual([
      'bring up: flakyError',
      'pay: flakyError flakyError',
      'no two nodes disagree: ',
      'the run: flakyError flakyError',
    ]);
  });

  test('not passed in the end: the tries stand beside what it ended with, and count once', () => {
    expect(
      casesAfter(
        broken('pay', 'ssc-00000a'),
        broken('pay', 'ssc-00000b'),
        broken('checks', 'ssc-00000c'),
      ),
    ).toEqual(['bring up: ', 'pay: error rerunError rerunError']);
    expect(casesAfter(away, away)).toEqual(['the run: error rerunError']);
    expect(casesAfter(result, broken('pay', 'ssc-00000b'))).toEqual([
      'bring up: ',
      'pay: failure rerunError',
    ]);
  });

  test('nobody looks for a try in a check that was not made', () => {
    const last = {
      ...broken('pay', 'ssc-00000a'),
      checks: [{ name: 'no two nodes disagree', outcome: 'unknown' }],
    } as const;
    expect(casesAfter(last, broken('no two nodes disagree', 'ssc-00000b'))).toEqual([
      'bring up: ',
      'pay: error rerunError',
      'no two nodes disagree: skipped',
    ]);
  });
});

// Any text at all, with what XML cannot hold among it.
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      ']]>',
      '\r',
      '\n',
      '\t',
      '\0',
      '\ud800',
      '\udc00',
      '\uffff',
      '😀',
      'é',
      ' ',
    ),
  }),
);

/** What is left of a text when XML cannot hold all of it. */
const writable = (value: string): string =>
  [...value]
    .map((char) => {
      const code = char.codePointAt(0) ?? 0;
      const isFine =
        code === 9 ||
        code === 10 ||
        code === 13 ||
        (code >= 32 && !(code >= 0xd800 && code < 0xe000) && code !== 0xfffe && code !== 0xffff);
      return isFine ? char : '\ufffd';
    })
    .join('');

test('is well-formed, and holds every text, whatever the texts are', () => {
  fc.assert(
    fc.property(text, text, text, text, text, (mission, phase, message, label, value) => {
      const root = parseXml(
        junitOf({
          ...result,
          mission,
          phases: [{ name: phase, startedAt: result.startedAt, seconds: 1, outcome: 'failed' }],
          error: { code: 'SSC_X', verdict: 'failed', message, facts: [[label, value]] },
          afterwards: [{ code: 'SSC_Y', verdict: 'broken', message: value, facts: [] }],
        }),
      );
      const [one] = casesOf(root);
      const failure = one?.children[0];
      expect(root.children[0]?.attributes['name']).toBe(writable(mission));
      expect(one?.attributes['name']).toBe(writable(phase));
      expect(failure?.attributes['message']).toBe(writable(message));
      expect(failure?.text).toBe(writable(`SSC_X  ${message}\n${label}: ${value}`));
    }),
    { seed: 1, numRuns: 500 },
  );
});
