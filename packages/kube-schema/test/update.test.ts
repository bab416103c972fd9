import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkObjectUpdate, decodeObject, withoutUnknownFields } from '../src/index.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Recorded {
  before: { apiVersion: string; kind: string };
  patch: Json;
  answer: { code: number; causes?: unknown[] };
}

// What a Kubernetes 1.33 API server answered to merge patches of objects that were there. Where it prints whole structs of
// its own, the text is cut after the first line.
const recorded = JSON.parse(
  readFileSync(new URL('fixtures/updates.json', import.meta.url), 'utf8'),
) as Recorded[];

const isMap = (value: unknown): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function merge(target: Json, patch: Json): Json {
  if (!isMap(patch)) return patch;
  const result: { [key: string]: Json } = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = merge(result[key] ?? null, value);
  return result;
}

const unique = (causes: readonly unknown[]): unknown[] =>
  [...new Set(causes.map((cause) => JSON.stringify(cause)))].map((text): unknown =>
    JSON.parse(text),
  );

test.each(
  recorded.map((entry) => [entry.before.kind, JSON.stringify(entry.patch), entry] as const),
)('%s %s', (kind, _patch, { before, patch, answer }) => {
  const after = merge(before as unknown as Json, patch) as object;
  expect(decodeObject(before.apiVersion, kind, after)).toEqual([]);
  const causes = checkObjectUpdate(before.apiVersion, kind, after, before);
  // The server checks metadata more than once in an update and repeats what it finds.
  expect(causes).toEqual(unique(answer.causes ?? []));
});

test('unknown fields go, all others stay', () => {
  const pod = {
    metadata: { name: 'a', labels: { x: 'y' }, nam: 'b' },
    spec: {
      containers: [{ name: 'c', image: 'i', imagee: 'j', resources: { limits: { cpu: 1 } } }],
    },
  };
  expect(withoutUnknownFields('v1', 'Pod', pod)).toEqual({
    metadata: { name: 'a', labels: { x: 'y' } },
    spec: { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: 1 } } }] },
  });
});

test('a claim may be bound, and then grow', () => {
  const claim = (storage: string, volumeName?: string, phase = 'Bound') => ({
    metadata: { name: 'a' },
    spec: { resources: { requests: { storage } }, ...(volumeName && { volumeName }) },
    status: { phase },
  });
  const check = (after: object, before: object): unknown[] =>
    checkObjectUpdate('v1', 'PersistentVolumeClaim', after, before).map((v) => v.field);
  expect(check(claim('1Gi', 'v'), claim('1Gi', undefined, 'Pending'))).toEqual([]);
  expect(check(claim('2Gi', 'v'), claim('1Gi', 'v'))).toEqual([]);
  expect(check(claim('2Gi'), claim('1Gi', undefined, 'Pending'))).toEqual(['spec']);
  expect(check(claim('1Gi', 'w'), claim('1Gi', 'v'))).toEqual(['spec']);
});
