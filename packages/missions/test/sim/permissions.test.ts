import { cleanRuns, examineCluster, kinds, permissions, permissionsFor } from '@ssc/formation';
import { fuseName } from '@ssc/kube-specs';
import { expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { createPlace } from './drivers.ts';

const acting = defineMission('Acting', {
  summary: 'Two validators pay, and one of them is stopped.',
  expectedDuration: '1m',
  network: { core: { nodes: 2, quorum: { all: true, thresholdPercent: 50 } } },
  async run({ core }, { phase }) {
    await phase('upgrade', async () => {
      await core.waitUntilSynced();
      await core.upgrade({ protocol: 'latest' });
    });
    await phase('act', async () => {
      await core.createAccount('alice', { balance: '100 XLM' });
      await core.stopAllBut(1);
    });
  },
});

const waiting = defineMission('Waiting', {
  summary: 'One validator of two waits for a quorum.',
  expectedDuration: '1m',
  network: { core: { nodes: 2 } },
  run: ({ core }, { phase }) =>
    phase('wait', async () => {
      await core.stopAllBut(1);
      await core.waitUntilSynced({ within: '20s' });
    }),
});

test('the permissions that ssc asks for are those that it uses, neither more nor less', async () => {
  const used = new Set<string>();
  /** What a single run has used. */
  const usedNow = new Set<string>();
  const place = createPlace('permissions', (line) => {
    const [, verb, resource] = /^\S+ call \d+ (\S+) (\S+)/u.exec(line) ?? [];
    // Everybody may ask these: their version, and what they themselves may do.
    if (verb !== undefined && resource !== '/version' && !resource?.includes('selfsubject'))
      for (const set of [used, usedNow]) set.add(`${resource} ${verb}`);
  });
  const { clock, cluster, kube } = place;
  const namespace = 'default';
  await clock.run(async () => {
    expect((await place.drive(acting).go()).verdict).toBe('rehearsed');

    // A run in which the answer to each creation is lost once, so that it is looked for.
    for (const resource of [
      'jobs',
      'configmaps',
      'services',
      'statefulsets',
      'secrets',
      'ingresses',
      'httproutes',
    ])
      cluster.faults.api({
        fault: { kind: 'reset', when: 'after' },
        verb: 'create',
        resource,
        times: 1,
      });
    const postgres = { image: 'postgres:17', password: 'only-a-test' };
    const settings = { database: 'postgres', postgres } as const;
    const lost = place.drive(acting, { name: 'lost', keep: true, settings });
    expect((await lost.go()).verdict).toBe('rehearsed');

    const gateway = { namespace: 'gateways', name: 'shared' };
    for (const access of [
      { kind: 'port-forward' },
      { kind: 'ingress', rewrite: 'nginx', host: 'ssc.test', entry: {} },
      { kind: 'gateway', gateway, host: 'ssc.test', entry: {} },
      { kind: 'in-cluster' },
    ] as const) {
      usedNow.clear();
      const result = await place.drive(acting, { name: access.kind, access }).go();
      expect([result.verdict, result.afterwards]).toEqual(['rehearsed', []]);
      const granted = grantedBy(permissionsFor(access.kind));
      expect([...usedNow].filter((one) => !granted.includes(one))).toEqual([]);
    }

    // A run that tells how the pods are when what it waits for does not come.
    const hopeless = await place.drive(waiting, { name: 'hopeless' }).go();
    expect(hopeless.verdict).toBe('failed');

    // A run whose node crashes, which tells its last words.
    const crashing = place.drive(waiting, { name: 'crashing' });
    const crashed = crashing.go();
    await clock.sleep(12_000);
    cluster.faults.killContainer(namespace, `${crashing.run}-core-0`, 'stellar-core', {
      code: 134,
    });
    expect((await crashed).error?.code).toBe('SSC_NODE_ENDED');

    const { dispatcher, connect } = cluster;
    const server = 'http://kube.invalid';
    await examineCluster({ kube, clock, namespace, server, dispatcher, connect });
    await kube.delete(
      { kind: kinds.job, namespace, name: fuseName(lost.run) },
      { propagationPolicy: 'Orphan' },
    );
    await clock.sleep(1000);
    const { removed } = await cleanRuns({ kube, clock, namespace, runs: [lost.run], force: true });
    expect(removed).toHaveLength(1);
  });
  // pg_dump of a server in a pod is run through a WebSocket, and simulated clusters have no such server.
  for (const verb of ['create', 'get']) used.add(`pods/exec ${verb}`);
  // Asked from Kubernetes 1.35 on, and this one is 1.33.
  used.add('pods/portforward create');
  expect([...used].sort()).toEqual(grantedBy(permissions).sort());
});

const grantedBy = (list: typeof permissions): string[] =>
  list.flatMap(({ resource, verbs }) => verbs.map((verb) => `${resource} ${verb}`));
