import { createRandom } from '@ssc/clock';
import { createCoreClient } from '@ssc/core-http';
import type { CoreSet } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import { defineMission, findMission, type Mission } from '../../src/index.ts';
import { told } from './told.ts';
import { type Meddle, rehearse, type WorldOptions } from './world.ts';

const simplePayment = findMission('SimplePayment');

/** A mission that is one act on three validators that are in sync. */
const acting = (act: (core: CoreSet) => Promise<unknown>, upgraded = false): Mission =>
  defineMission('Acting', {
    summary: 'Does one thing to a network in sync.',
    expectedDuration: '1m',
    // Two of three are a quorum: core's own 67 % would need all.
    network: { core: { nodes: 3, quorum: { all: true, thresholdPercent: 66 } } },
    async run({ core }, { phase }) {
      await phase('sync', () => core.waitUntilSynced());
      // Envelopes of today need a protocol of 13 or above; a new network is at 0.
      if (upgraded) await phase('upgrade', () => core.upgrade({ protocol: 'latest' }));
      await phase('act', async () => void (await act(core)));
    },
  });

describe('paying more than Alice has', () => {
  test('fails with the result code explained, and everything is saved', async () => {
    const world = await rehearse(simplePayment, { params: { amount: '5000 XLM' } });
    expect(told(world)).toMatchInlineSnapshot(`
      "failed in "pay"
      ✖ SSC_TX_RESULT  the payment alice → bob (5000 XLM) was applied and failed: txFAILED, PAYMENT_UNDERFUNDED (alice cannot spare 5000 XLM beside its reserve)
        Transaction    HASH
        Applied        yes: sequence number N is used, 0.00001 XLM was charged, nothing arrived
        alice          has 1000 XLM, 999.99999 XLM after the fee, less its reserve
        bob            has 1000 XLM
        stellar-core tells no results over HTTP: the code is concluded from the accounts. The archive of the checkpoint has it."
    `);
    const names = [...world.files.keys()];
    for (const node of ['core-0', 'core-1', 'core-2']) {
      for (const file of [
        `configs/${node}.cfg`,
        ...[
          'stellar-core.log',
          'prepare.log',
          'history.log',
          'pod.json',
          'info.json',
          'metrics.json',
        ].map((name) => `nodes/${node}/${name}`),
      ])
        expect(names).toContain(file);
    }
    for (const folder of ['manifests/applied/', 'manifests/observed/'])
      expect(names.filter((name) => name.startsWith(folder))).toHaveLength(5);
    expect(world.result.afterwards).toEqual([]);
    expect(world.files.get('nodes/core-0/stellar-core.log')?.split('\n')[0]).toContain(
      'This is core-sim',
    );
  });
});

describe('an image that cannot be pulled', () => {
  test('ends the run as broken long before its deadline, naming pod, reason and message', async () => {
    const world = await rehearse(simplePayment, {
      faults: { unpullable: { 'core-sim': 'manifest for core-sim not found: manifest unknown' } },
    });
    expect(told(world)).toMatchInlineSnapshot(`
      "broken in "bring up"
      ✖ SSC_IMAGE_NOT_PULLED  the cluster cannot pull "core-sim" for core-0
        Pod          default/ssc-091c79-core-0: Pending; prepare waiting: ErrImagePull (manifest for core-sim not found: manifest unknown); stellar-core waiting: PodInitializing; history waiting: PodInitializing
        Container    prepare
        Reason       ErrImagePull
        Message      manifest for core-sim not found: manifest unknown
        This says nothing about stellar-core. Check the name of the image, and the pull secret of the namespace."
    `);
    expect(world.result.seconds).toBeLessThan(120);
  });
});

test('an image that takes minutes to be pulled is waited for, and said to be', async () => {
  const world = await rehearse(simplePayment, { faults: { slowPulls: { 'core-sim': 100_000 } } });
  expect(world.result.verdict).toBe('rehearsed');
  expect(
    world.log.flatMap((line) => / note (.* pods are ready.*)/u.exec(line)?.[1] ?? []),
  ).toMatchInlineSnapshot(`
    [
      "0 of 3 pods are ready; core-0: Pulling: Pulling image "core-sim"",
      "0 of 3 pods are ready; core-0: Pulling: Pulling image "core-sim"",
      "0 of 3 pods are ready; core-0: Pulling: Pulling image "core-sim"",
    ]
  `);
});

describe('a cluster without room', () => {
  const grown = async (cluster: Parameters<Meddle>[0]): Promise<void> => {
    await cluster.handle({
      method: 'PATCH',
      path: '/api/v1/nodes/node-2',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: Buffer.from(JSON.stringify({ spec: { taints: null } })),
    });
  };
  const nodes = [
    { name: 'node-1', cpu: '100m' },
    { name: 'node-2', taints: [{ key: 'not-there-yet', effect: 'NoSchedule' }] },
  ] as const;

  test.each(['TriggeredScaleUp', 'Nominated'])(
    'is waited for once somebody makes a machine for its pods: %s',
    async (reason) => {
      const world = await rehearse(
        simplePayment,
        { kube: { nodes } },
        async (cluster, clock, pod) => {
          await clock.sleep(10_000);
          for (const node of ['core-0', 'core-1', 'core-2']) {
            const path = `/api/v1/namespaces/default/pods/${pod(node)}`;
            const { body } = await cluster.handle({
              method: 'GET',
              path,
              headers: {},
              body: new Uint8Array(),
            });
            const { metadata } = JSON.parse(Buffer.from(body as Uint8Array).toString());
            const involvedObject = {
              kind: 'Pod',
              namespace: 'default',
              name: pod(node),
              uid: metadata.uid,
            };
            await cluster.handle({
              method: 'POST',
              path: '/api/v1/namespaces/default/events',
              headers: { 'content-type': 'application/json' },
              body: Buffer.from(
                JSON.stringify({
                  metadata: { name: `${pod(node)}.1` },
                  involvedObject,
                  reason,
                  type: 'Normal',
                }),
              ),
            });
          }
          await clock.sleep(100_000);
          await grown(cluster);
        },
      );
      expect(world.result.verdict).toBe('rehearsed');
      expect(world.result.phases[0]?.seconds).toBeGreaterThan(110);
    },
  );

  test('is not waited for otherwise', async () => {
    const world = await rehearse(simplePayment, { kube: { nodes } });
    expect(world.result.error?.code).toBe('SSC_POD_UNSCHEDULABLE');
    expect(world.result.seconds).toBeLessThan(40);
  });
});

describe('two of three nodes stopped', () => {
  const stopTwo = acting(async (core) => {
    await core.stopAllBut(1);
    await core.waitUntilSynced({ within: '30s' });
  });

  test('the wait for sync ends with its diagnosis, where the state alone would have passed', async () => {
    const states: string[] = [];
    const world = await rehearse(stopTwo, {}, async (cluster, clock, pod) => {
      const node = createCoreClient({
        node: 'core-0',
        dispatcher: cluster.dispatcher,
        baseUrl: `http://kube.invalid/api/v1/namespaces/default/pods/${pod('core-0')}:11626/proxy`,
        clock,
        random: createRandom('x'),
      });
      await clock.sleep(12_000);
      for (let i = 0; i < 25; i++) {
        await clock.sleep(1000);
        const info = await node.info({ readWithin: 0 }).catch(() => undefined);
        if (info !== undefined) states.push(`${info.state} at ${info.ledger.num}`);
      }
    });
    expect(told(world)).toMatchInlineSnapshot(`
      "failed in "act"
      ✖ SSC_NODE_NOT_SYNCED  core-0 did not sync within 30s of the last progress
        Asked       N times in TIME; the last answer is TIME old
        Last saw    core-0: state "Synced!", ledger N, 0 peers authenticated; no ledger closed since asked; nothing agreed since, the last slot is N
        Progress    none for TIME
        Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-0/ in the results
        A node without an authenticated peer cannot hear its quorum. Look first at name resolution and the network from its pod."
    `);
    // For 35 s a node without its quorum says that it is in sync, at a ledger that stands still.
    const last = states.at(-1) ?? '';
    expect(last).toMatch(/^Synced! at \d+$/u);
    expect(states.filter((state) => state === last).length).toBeGreaterThan(20);
  });
});

describe('a node that was down is never silently at genesis', () => {
  /** Waits until the node was hurt, without asking for its pod: what an experiment that does not look would see. */
  const heights = async (hurt: (cluster: Parameters<Meddle>[0], pod: string) => void) => {
    const seen: number[] = [];
    const world = await rehearse(
      acting(async (core) => core.waitUntilLedger(60, { within: '1m' })),
      { keep: true },
      async (cluster, clock, pod) => {
        const node = createCoreClient({
          node: 'core-1',
          dispatcher: cluster.dispatcher,
          baseUrl: `http://kube.invalid/api/v1/namespaces/default/pods/${pod('core-1')}:11626/proxy`,
          clock,
          random: createRandom('x'),
        });
        await clock.sleep(20_000);
        seen.push((await node.info()).ledger.num);
        hurt(cluster, pod('core-1'));
        await clock.sleep(3000);
        seen.push((await node.info({ readWithin: '20s' })).ledger.num);
      },
    );
    return { seen, world };
  };

  test('a container that was killed comes back with its data, and the run is broken, since nobody asked for it', async () => {
    const { seen, world } = await heights((cluster, pod) =>
      cluster.faults.killContainer('default', pod, 'stellar-core', { code: 139 }),
    );
    expect(told(world)).toMatchInlineSnapshot(`
      "broken in "act"
      ✖ SSC_NODE_ENDED  container stellar-core of core-1 ended with exit code 139, which nobody asked for
        Pod          default/ssc-091c79-core-1: Running; stellar-core ended: Error, exit code 139; history running for TIME
        Container    stellar-core
        Reason       Error
        Message      exit code 139
        A node that ends comes back with its data, and the run would go on with a gap that nobody sees: so it ends here."
    `);
    expect(seen[1]).toBeGreaterThanOrEqual(seen[0] ?? 0);
    expect(seen[0]).toBeGreaterThan(5);
  });

  test('a machine that was rebooted runs the preparation again, which finds the data and leaves them', async () => {
    const { seen, world } = await heights((cluster, pod) =>
      cluster.faults.rebootPod('default', pod),
    );
    expect(world.result.verdict).toBe('broken');
    expect(world.result.error?.code).toBe('SSC_NODE_ENDED');
    expect(seen[1]).toBeGreaterThanOrEqual(seen[0] ?? 0);
    expect(seen[0]).toBeGreaterThan(5);
  });
});

describe('verb × cause × message', () => {
  const noImage: WorldOptions = { faults: { unpullable: { 'core-sim': 'manifest unknown' } } };
  const badConfig: WorldOptions = {
    changeConfig: (node, config) => (node === 'core-1' ? `NODE_SEDE = "x"\n${config}` : config),
  };
  const otherPassphrase: WorldOptions = {
    changeConfig: (node, config) =>
      node === 'core-1'
        ? config.replace(/NETWORK_PASSPHRASE = .*/u, 'NETWORK_PASSPHRASE = "Another network"')
        : config,
  };
  const noQuorum: WorldOptions = {
    changeConfig: (_node, config) =>
      config.replace(/PREFERRED_PEERS = .*/u, 'PREFERRED_PEERS = []'),
  };
  const crashAt =
    (seconds: number): Meddle =>
    async (cluster, clock, pod) => {
      await clock.sleep(seconds * 1000);
      cluster.faults.killContainer('default', pod('core-2'), 'stellar-core', { code: 134 });
    };
  const cutOff =
    (seconds: number): Meddle =>
    async (cluster, clock, pod) => {
      await clock.sleep(seconds * 1000);
      for (const other of ['core-0', 'core-1'])
        cluster.faults.partition(
          { namespace: 'default', pod: pod('core-2') },
          { namespace: 'default', pod: pod(other) },
        );
    };
  const forever = (core: CoreSet) => core.waitUntilLedger(10_000);
  const machine = (cpu: string) => ({
    kube: { nodes: [{ name: 'node-1', cpu, memory: '8Gi', pods: 50 }] },
  });
  /** A quota that comes when the network was compared with those there are, and before its pods are made. */
  const lateQuota: Meddle = async (cluster, clock) => {
    const paths = '/api/v1/namespaces/default';
    const call = (method: 'GET' | 'POST', path: string, body?: object) =>
      cluster.handle({
        method,
        path: `${paths}/${path}`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      });
    const isBegun = async () => {
      const { body } = await call('GET', 'configmaps');
      return Buffer.from(body as Uint8Array).includes('-anchor');
    };
    while (!(await isBegun())) await clock.sleep(1);
    await call('POST', 'resourcequotas', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'late' },
      spec: { hard: { pods: '1' } },
    });
  };

  test.each<[string, (core: CoreSet) => Promise<unknown>, WorldOptions, Meddle | undefined]>([
    ['bringUp × image', forever, noImage, undefined],
    ['bringUp × a key that core does not know', forever, badConfig, undefined],
    ['bringUp × no machine has room', forever, machine('100m'), undefined],
    ['bringUp × a quota refuses pods', forever, {}, lateQuota],
    [
      'bringUp × probes that never succeed',
      forever,
      {
        changeConfig: (node, config) =>
          node === 'core-1' ? `HTTP_PORT = 11699\n${config}` : config,
      },
      undefined,
    ],
    [
      'waitUntilLedger × more memory than its limit',
      forever,
      {},
      async (cluster, clock, pod) => {
        await clock.sleep(30_000);
        const how = { reason: 'OOMKilled', code: 137 } as const;
        cluster.faults.killContainer('default', pod('core-1'), 'stellar-core', how);
      },
    ],
    [
      'waitUntilLedger × a machine that is lost',
      forever,
      {},
      async (cluster, clock) => {
        await clock.sleep(30_000);
        cluster.faults.loseNode('node-1');
      },
    ],
    ['waitUntilSynced × no quorum', forever, noQuorum, undefined],
    ['waitUntilSynced × another passphrase', forever, otherPassphrase, undefined],
    ['waitUntilLedger × crash', forever, {}, crashAt(30)],
    [
      'waitUntilLedger × a node cut off',
      (core) => core.waitUntilLedger(200, { within: '30s' }),
      {},
      cutOff(30),
    ],
    [
      'waitUntilLedger × evicted',
      forever,
      {},
      async (cluster, clock, pod) => {
        await clock.sleep(30_000);
        cluster.faults.evictPod('default', pod('core-0'), 'The node was low on resource: memory.');
      },
    ],
    [
      'upgrade × a protocol above what the node knows',
      (core) => core.upgrade({ protocol: 99 }),
      {},
      undefined,
    ],
    ['upgrade × nothing given', (core) => core.upgrade({}), {}, undefined],
    [
      'upgrade × nodes cut off',
      (core) => core.upgrade({ protocol: 'latest' }, { within: '20s' }),
      {},
      cutOff(10),
    ],
    [
      'supportedProtocol × a node that is gone',
      async (core) => {
        await core.waitUntilLedger(30);
        await core.supportedProtocol();
      },
      {},
      crashAt(25),
    ],
    [
      'createAccount × less than the reserve',
      (core) => core.createAccount('alice', { balance: '1 XLM' }),
      {},
      undefined,
    ],
    [
      'createAccount × it exists',
      async (core) => {
        await core.createAccount('alice', { balance: '100 XLM' });
        await core.createAccount('alice', { balance: '100 XLM' });
      },
      {},
      undefined,
    ],
    [
      'createAccount × more than there is',
      (core) => core.createAccount('alice', { balance: '900000000000 XLM' }),
      {},
      undefined,
    ],
    [
      'pay × to nobody',
      async (core) => {
        const alice = await core.createAccount('alice', { balance: '100 XLM' });
        await core.pay({ from: alice, to: { name: 'nobody', publicKey: '' }, amount: '1 XLM' });
      },
      {},
      undefined,
    ],
    [
      'pay × from nobody',
      async (core) =>
        core.pay({
          from: { name: 'nobody', publicKey: '' },
          to: { name: 'nobody', publicKey: '' },
          amount: '1 XLM',
        }),
      {},
      undefined,
    ],
    [
      'pay × an amount without a unit',
      async (core) => {
        const alice = await core.createAccount('alice', { balance: '100 XLM' });
        await core.pay({ from: alice, to: alice, amount: '1' as never });
      },
      {},
      undefined,
    ],
    [
      'pay × no quorum',
      async (core) => {
        const alice = await core.createAccount('alice', { balance: '100 XLM' });
        const bob = await core.createAccount('bob', { balance: '100 XLM' });
        await core.stopAllBut(1);
        await core.pay({ from: alice, to: bob, amount: '1 XLM' });
      },
      {},
      undefined,
    ],
    [
      'expectBalance × another balance',
      async (core) => {
        const alice = await core.createAccount('alice', { balance: '100 XLM' });
        await core.expectBalance(alice, '100.5 XLM');
      },
      {},
      undefined,
    ],
    [
      'expectBalance × no such account',
      (core) => core.expectBalance({ name: 'nobody', publicKey: '' }, '1 XLM'),
      {},
      undefined,
    ],
    ['expectProtocol × another one', (core) => core.expectProtocol(27), {}, undefined],
    [
      'expectAgreement × a node that never comes',
      async (core) => {
        await core.waitUntilLedger(40, { within: '20s' }).catch(() => {});
        await core.expectAgreement();
      },
      {},
      cutOff(8),
    ],
    ['stopAllBut × more than there are', (core) => core.stopAllBut(4), {}, undefined],
  ])('%s', async (title, act, options, meddle) => {
    const world = await rehearse(
      acting(act, /^(createAccount|pay|expectBalance)/u.test(title)),
      options,
      meddle,
    );
    expect(['failed', 'broken', 'usage']).toContain(world.result.verdict);
    expect(told(world)).toMatchSnapshot();
  });
});
