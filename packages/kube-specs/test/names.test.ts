import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  accessName,
  anchorName,
  fuseName,
  isRunName,
  jobName,
  nodeServiceName,
  parseRunName,
  podDnsName,
  podName,
  podNameMax,
  postgresSecretName,
  serviceName,
  setObjectName,
  toLabelValue,
  toRunName,
  toSlug,
} from '../src/index.ts';
import { messageOf } from './message.ts';

const run = 'ssc-1a2b3c';
const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/u;

const setNames = fc.oneof(
  fc.stringMatching(/^[a-z]([-a-z0-9]{0,40}[a-z0-9])?$/u),
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,60}$/u),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
  fc.constantFrom('n2', 'n2-core', 'core', 'Core', 'co-re', 'coRe', 'core-x0123456789'),
);

test('a run is named from bytes', () => {
  expect(toRunName(Uint8Array.of(0x1a, 0x2b, 0x3c, 0xff))).toBe(run);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3, maxLength: 8 }), (bytes) =>
      isRunName(toRunName(bytes)),
    ),
    { seed: 1 },
  );
});

test('what is not the name of a run is refused', () => {
  expect(messageOf(() => parseRunName('ssc-1A2B3C'))).toMatchInlineSnapshot(`
    "✖ SSC_RUN_NAME  "ssc-1A2B3C" is not the name of a run
      A run is named "ssc-" and six hexadecimal digits, such as ssc-1a2b3c."
  `);
  expect(messageOf(() => toRunName(Uint8Array.of(1, 2)))).toMatchInlineSnapshot(
    `"✖ SSC_RUN_NAME  a run's name is made from 3 random bytes, got 2"`,
  );
  expect(messageOf(() => anchorName(run, 1000))).toMatchInlineSnapshot(
    `"✖ SSC_RUN_NAME  a network's number is 0 to 999, got 1000"`,
  );
  expect(messageOf(() => podName({ run, set: 'core', ordinal: 10_000 }))).toMatchInlineSnapshot(
    `"✖ SSC_PLAN_INVALID  a node's ordinal is 0 to 9999, got 10000 in set "core""`,
  );
});

test('the names of a small network', () => {
  const node = { run, set: 'core', ordinal: 2 };
  expect({
    fuse: fuseName(run),
    anchor: anchorName(run),
    service: serviceName(run),
    set: setObjectName(node),
    pod: podName(node),
    dns: podDnsName(node, { namespace: 'sandbox' }),
    full: podDnsName(node, { namespace: 'sandbox', clusterDomain: 'cluster.local' }),
    second: podDnsName({ ...node, network: 2 }, { namespace: 'sandbox' }),
  }).toMatchInlineSnapshot(`
    {
      "anchor": "ssc-1a2b3c-anchor",
      "dns": "ssc-1a2b3c-core-2.ssc-1a2b3c.sandbox.svc",
      "full": "ssc-1a2b3c-core-2.ssc-1a2b3c.sandbox.svc.cluster.local",
      "fuse": "ssc-1a2b3c-fuse",
      "pod": "ssc-1a2b3c-core-2",
      "second": "ssc-1a2b3c-n2-core-2.ssc-1a2b3c-n2.sandbox.svc",
      "service": "ssc-1a2b3c",
      "set": "ssc-1a2b3c-core",
    }
  `);
});

test('names fit, begin with a letter and are DNS labels, whatever the set is called', () => {
  fc.assert(
    fc.property(
      setNames,
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 0, max: 9999 }),
      (set, network, ordinal) => {
        const ref = { run, network, set, ordinal };
        expect(podName(ref).length).toBeLessThanOrEqual(podNameMax);
        for (const name of [podName(ref), setObjectName(ref), serviceName(run, network)])
          expect(name).toMatch(label);
        // What the StatefulSet's controller makes of it for controller-revision-hash.
        expect(`${setObjectName(ref)}-0123456789`.length).toBeLessThanOrEqual(63);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

test('Services of pods, Secrets, Ingresses and routes are named within the limits', () => {
  fc.assert(
    fc.property(
      setNames,
      fc.integer({ min: 0, max: 999 }),
      fc.integer({ min: 0, max: 9999 }),
      (set, network, number) => {
        const node = { run, network, set, ordinal: number };
        const names = [
          nodeServiceName(node, 'core'),
          nodeServiceName(node, 'history'),
          accessName(run, network, number),
          postgresSecretName(run, network),
          jobName({ run, network, job: set }),
        ];
        for (const name of names) {
          expect(name).toMatch(label);
          expect(name.length).toBeLessThanOrEqual(63);
        }
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test('different nodes have different names, over sets and networks', () => {
  const node = fc.record({
    run: fc.constant(run),
    set: setNames,
    network: fc.integer({ min: 0, max: 3 }),
    ordinal: fc.integer({ min: 0, max: 11 }),
  });
  fc.assert(
    fc.property(node, node, (a, b) => {
      fc.pre(a.set !== b.set || a.network !== b.network || a.ordinal !== b.ordinal);
      expect(podName(a)).not.toBe(podName(b));
      expect(nodeServiceName(a, 'core')).not.toBe(nodeServiceName(b, 'history'));
      expect(nodeServiceName(a, 'core')).not.toBe(nodeServiceName(b, 'core'));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test.each([
  ['core', 'core'],
  ['oldNodes', 'old-nodes-x'],
  ['old-nodes', 'old-nodes'],
  ['n2-core', 'n2-core-x'],
  ['', 'set-x'],
  ['Ünïcode', 'n-code-x'],
  ['a-very-long-name-of-a-core-set-in-a-mission', 'a-very-long-name-o-x'],
])('the slug of "%s" begins "%s"', (text, slug) => {
  expect(toSlug(text).slice(0, slug.includes('-x') ? slug.indexOf('-x') + 2 : 99)).toBe(
    slug.includes('-x') ? slug.slice(0, slug.indexOf('-x') + 2) : slug,
  );
});

test('a label holds any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(toLabelValue(text)).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/u);
    }),
    { seed: 1 },
  );
  expect(toLabelValue('SimplePayment')).toBe('SimplePayment');
});
