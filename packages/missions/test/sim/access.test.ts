import { type Random, watchAsyncResources } from '@ssc/clock';
import type { FormationOptions } from '@ssc/formation';
import type { ApiFaultRule } from '@ssc/kube-local';
import { describe, expect, test } from 'vitest';
import { defineMission, findMission } from '../../src/index.ts';
import { told } from './told.ts';
import { rehearse, type World } from './world.ts';

const gateway = { namespace: 'gateways', name: 'shared' };
const ways: readonly NonNullable<FormationOptions['access']>[] = [
  { kind: 'auto' },
  { kind: 'proxy' },
  { kind: 'port-forward' },
  { kind: 'ingress', rewrite: 'nginx', host: 'ssc.test', entry: { address: '203.0.113.1' } },
  { kind: 'ingress', rewrite: 'traefik', host: 'ssc.test', entry: {} },
  { kind: 'gateway', gateway, host: 'ssc.test', entry: {} },
  { kind: 'in-cluster' },
];
const kube = { entry: { gateways: [gateway] } };

const small = defineMission('Small', {
  summary: 'One validator closes ledgers.',
  expectedDuration: '1m',
  network: { core: { nodes: 1 } },
  run: ({ core }, { phase }) => phase('sync', () => core.waitUntilSynced()),
});

test.each(ways)('SimplePayment rehearses by $kind', async (access) => {
  const { result, errorText } = await rehearse(findMission('SimplePayment'), {
    access,
    kube,
  });
  expect(errorText).toBe('');
  expect([result.verdict, result.afterwards]).toEqual(['rehearsed', []]);
});

test.each(ways)('by $kind, two runs are the same, and on the clock alone', async (access) => {
  const watch = watchAsyncResources();
  const first = await rehearse(small, { seed: '7', access, kube });
  expect(watch.stop().map((resource) => resource.stack)).toEqual([]);
  expect(first.errorText).toBe('');
  const realDelayMs = (dice: Random) => dice.int(6);
  const second = await rehearse(small, { seed: '7', access, kube, realDelayMs });
  expect(second.log).toEqual(first.log);
});

/** What a run said about its way in. */
const saidOf = ({ log }: World): string[] =>
  log.flatMap((line) => /^[\d.]+ note (.*(?:access|API server).*)/u.exec(line)?.[1] ?? []);

const startsOf = (resource: string, { log }: World): number =>
  log.filter((line) => / call \d+ /u.test(line) && line.includes(` get ${resource} `)).length;

describe('a way that is chosen', () => {
  const choose = (...api: readonly ApiFaultRule[]) =>
    rehearse(small, { access: { kind: 'auto' }, faults: { api } });

  test('is the pod proxy where a node answers through it', async () => {
    const world = await choose();
    expect(world.errorText).toBe('');
    expect(saidOf(world)).toMatchInlineSnapshot(`
      [
        "access: proxy, since a node answers through the API server’s pod proxy",
      ]
    `);
    expect(startsOf('pods/portforward', world)).toBe(0);
  });

  test.each<[ApiFaultRule['fault'], string]>([
    [
      { kind: 'status', code: 503 },
      'core-0 did not answer, the API server did: 503 ServiceUnavailable (info): the server is currently unable to handle the request',
    ],
    [{ kind: 'silence', when: 'before' }, 'no answer within 3s'],
  ])('is port-forward where it does not: %o', async (fault, why) => {
    const world = await choose({ fault, resource: 'pods/proxy' });
    expect(world.errorText).toBe('');
    expect(world.result.verdict).toBe('rehearsed');
    expect(saidOf(world)).toEqual([
      `access: port-forward, since the pod proxy did not lead to a node: ${why}`,
    ]);
    expect(startsOf('pods/portforward', world)).toBeGreaterThan(3);
  });

  test('is none where neither leads to a node, and says what to install', async () => {
    const world = await choose(
      { fault: { kind: 'silence', when: 'before' }, resource: 'pods/proxy' },
      { fault: { kind: 'status', code: 500 }, resource: 'pods/portforward' },
    );
    expect(told(world)).toMatchInlineSnapshot(`
      "broken in "bring up"
      ✖ SSC_ACCESS_NONE  core-0 answers inside of the cluster, but not to requests from here
        By proxy           no answer within 3s
        By port-forward    core-0 cannot be reached (info): the server answered with status 500
        Install an ingress controller and give --access ingress, or a Gateway and --access gateway NS/NAME; or run ssc in the cluster (ssc render driver). ssc doctor says which permissions are missing."
    `);
  });
});

test('by gateway, nine nodes are reached by two routes, since one holds no more than eight', async () => {
  const nine = defineMission('Nine', {
    summary: 'Nine validators answer.',
    expectedDuration: '1m',
    network: { core: { nodes: 9 } },
    run: async () => {},
    atEnd: { synced: false, agreement: false, errorMetrics: false, because: 'they have no work' },
  });
  const access = { kind: 'gateway', gateway, entry: { address: 'ssc.test' } } as const;
  const world = await rehearse(nine, { access, kube, record: false });
  expect(world.errorText).toBe('');
  const created = world.log.filter((line) => / call \d+ create httproutes /u.test(line));
  expect(created.map((line) => / httproutes \S+ (\d+) /u.exec(line)?.[1])).toEqual(['201', '201']);
});
