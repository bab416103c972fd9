import type { CoreSet, CoreSetSpec } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import { defineMission } from '../../src/index.ts';
import { type Befall, rehearse, type World, type WorldOptions } from './world.ts';

// Whatever a mission waits for or asks, and whatever befalls a pod meanwhile: the run is broken, soon, and its error names
// the cause. What each error says in full stands in withstand.test.ts and changes.test.ts.

/** In minutes no answer of a node would end these by itself. */
const within = '1h';
const genesis = (i: number) => ({ name: `TestAccount-${i}`, publicKey: '' });

type Act = (core: CoreSet) => Promise<unknown>;

/** Verbs that ask or wait for nodes. */
const asking: Readonly<Record<string, Act>> = {
  waitUntilSynced: (core) => core.waitUntilSynced({ within }),
  waitForLedgers: (core) => core.waitForLedgers(1000, { within }),
  waitUntilLedger: (core) => core.waitUntilLedger(1000, { within }),
  waitUntilPublished: (core) => core.waitUntilPublished({ within }),
  builds: (core) => core.builds(),
  supportedProtocol: (core) => core.supportedProtocol(),
  upgrade: (core) => core.upgrade({ baseFee: 200 }, { within }),
  runLoad: (core) =>
    core.runLoad({ kind: 'payment', accounts: 50, txs: 1000, txRate: 2 }, { within }),
  createAccount: (core) => core.createAccount('bob', { balance: '100 XLM' }),
  pay: (core) => core.pay({ from: genesis(0), to: genesis(1), amount: '1 XLM' }),
  balanceOf: (core) => core.balanceOf(genesis(0)),
  expectBalance: async (core) => core.expectBalance(genesis(0), await core.balanceOf(genesis(0))),
  expectProtocol: (core) => core.expectProtocol(0),
  expectAgreement: (core) => core.expectAgreement(),
  expectNoErrorMetrics: (core) => core.expectNoErrorMetrics(),
};

const kill =
  (how: { readonly code: number; readonly reason?: 'OOMKilled' }): Befall =>
  (cluster, pod) =>
    cluster.faults.killContainer(pod('core-0').namespace, pod('core-0').pod, 'stellar-core', how);

const deletePod: Befall = (cluster, pod) =>
  void cluster.handle({
    method: 'DELETE',
    path: `/api/v1/namespaces/${pod('core-0').namespace}/pods/${pod('core-0').pod}`,
    headers: {},
    body: new Uint8Array(),
  });

/** What befalls a pod, or its machine, while a verb is under way. */
const causes: Readonly<Record<string, Befall>> = {
  'it crashes': kill({ code: 134 }),
  'out of memory': kill({ code: 137, reason: 'OOMKilled' }),
  evicted: (cluster, pod) =>
    cluster.faults.evictPod(pod('core-0').namespace, pod('core-0').pod, 'low on memory'),
  deleted: deletePod,
  'machine lost': (cluster) => cluster.faults.loseNode('node-1'),
};

// By this a configuration shows that it is one of the new pods.
const config = { MAX_SLOTS_TO_REMEMBER: 24 };
const fresh = { image: 'old', data: 'fresh', config } as const;

/** Verbs that give a set other pods, and what the set is before. */
const making: readonly (readonly [
  verb: string,
  act: Act,
  spec?: Partial<CoreSetSpec<'core' | 'more'>>,
])[] = [
  ['start', (more) => more.start(), { startsLater: true, image: 'old', config }],
  ['change', (more) => more.change(fresh)],
  ['change, rolling', (more) => more.change({ ...fresh, rolling: true })],
];

/** A configuration of the new pods with a line more. */
const withLine = (line: string): WorldOptions => ({
  changeConfig: (_node, text) =>
    text.includes('MAX_SLOTS_TO_REMEMBER') ? `${line}\n${text}` : text,
});

const creating =
  (plural: string, object: object): Befall =>
  (cluster) =>
    void cluster.handle({
      method: 'POST',
      path: `/api/v1/namespaces/default/${plural}`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(object)),
    });

/** What stands in the way of new pods. */
const obstacles: Readonly<Record<string, WorldOptions>> = {
  'no image': { faults: { unpullable: { 'old-core-sim': 'manifest unknown' } } },
  'a quota': {
    whenPhase: {
      act: creating('resourcequotas', {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'late' },
        spec: { hard: { pods: '1' } },
      }),
    },
  },
  'no room': {
    kube: { nodes: [{ name: 'node-1', cpu: '500m' }] },
    whenPhase: {
      // Has no room before a pod of 110m has gone, and then takes it.
      act: creating('pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'hog' },
        spec: {
          containers: [
            {
              name: 'hog',
              image: 'nginx',
              command: ['sleep', '600'],
              resources: { requests: { cpu: '200m' } },
            },
          ],
        },
      }),
    },
  },
  'preparation fails': withLine('NODE_SEDE = "x"'),
  'a container ends': withLine('HTTP_PORT = 8080'),
  'its probe fails': withLine('HTTP_PORT = 11699'),
};

/** How a run ended: the code of what broke it, and after how many seconds of the phase. With a star, in the phase after: the verb had been answered before. */
function endOf({ result: { verdict, error, phases } }: World): string {
  if (verdict !== 'broken') return `${verdict} ${error?.code}`;
  const phase = phases.find(({ name }) => name === error?.phase);
  const star = error?.phase === 'final checks' ? '*' : '';
  return `${error?.code.replace('SSC_', '')} ${Math.round(phase?.seconds ?? 0)} s${star}`;
}

const render = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [['', ...columns], ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(i === 0 ? 23 : 27))
        .join('')
        .trimEnd(),
    )
    .join('\n');

describe('a pod in trouble ends', () => {
  test('every verb that asks nodes or waits for them', async () => {
    const rows: string[][] = [];
    for (const [verb, act] of Object.entries(asking)) {
      const mission = defineMission('Asking', {
        summary: 'Asks two validators for something.',
        expectedDuration: '1m',
        network: { core: { nodes: 2, genesisTestAccounts: 50 } },
        async run({ core }, { phase }) {
          await phase('begin', () => core.waitUntilSynced());
          await phase('act', async () => void (await act(core)));
        },
      });
      const row = [verb];
      for (const befall of Object.values(causes)) {
        const world = await rehearse(mission, {
          record: false,
          whenPhase: {
            act(cluster, pod) {
              // No ledger closes any more: nothing comes true meanwhile.
              cluster.faults.partition(pod('core-0'), pod('core-1'));
              befall(cluster, pod);
            },
          },
        });
        row.push(endOf(world));
      }
      rows.push(row);
    }
    expect(render(Object.keys(causes), rows)).toMatchInlineSnapshot(`
      "                       it crashes                 out of memory              evicted                    deleted                    machine lost
      waitUntilSynced        NODE_ENDED 0 s             NODE_OUT_OF_MEMORY 0 s     POD_EVICTED 0 s            POD_REPLACED 0 s           POD_NODE_LOST 80 s
      waitForLedgers         NODE_ENDED 1 s             NODE_OUT_OF_MEMORY 1 s     POD_EVICTED 1 s            POD_REPLACED 0 s           POD_NODE_LOST 80 s
      waitUntilLedger        NODE_ENDED 0 s             NODE_OUT_OF_MEMORY 0 s     POD_EVICTED 0 s            POD_REPLACED 0 s           POD_NODE_LOST 80 s
      waitUntilPublished     NODE_ENDED 1 s             NODE_OUT_OF_MEMORY 1 s     POD_EVICTED 1 s            POD_REPLACED 0 s           POD_NODE_LOST 80 s
      builds                 NODE_ENDED 0 s*            NODE_OUT_OF_MEMORY 0 s*    POD_EVICTED 1 s            POD_REPLACED 0 s*          POD_NODE_LOST 80 s
      supportedProtocol      NODE_ENDED 0 s*            NODE_OUT_OF_MEMORY 0 s*    POD_EVICTED 1 s            POD_REPLACED 0 s*          POD_NODE_LOST 80 s
      upgrade                NODE_ENDED 1 s             NODE_OUT_OF_MEMORY 1 s     POD_EVICTED 1 s            POD_REPLACED 0 s           PROXY_STATUS 16 s
      runLoad                NODE_ENDED 1 s             NODE_OUT_OF_MEMORY 1 s     POD_EVICTED 1 s            POD_REPLACED 0 s           POD_NODE_LOST 80 s
      createAccount          NODE_ENDED 1 s             NODE_OUT_OF_MEMORY 1 s     POD_EVICTED 1 s            POD_REPLACED 0 s           POD_NODE_LOST 80 s
      pay                    NODE_ENDED 1 s             NODE_OUT_OF_MEMORY 1 s     POD_EVICTED 1 s            POD_REPLACED 0 s           POD_NODE_LOST 80 s
      balanceOf              NODE_ENDED 0 s*            NODE_OUT_OF_MEMORY 0 s*    POD_EVICTED 1 s            POD_REPLACED 0 s*          POD_NODE_LOST 80 s
      expectBalance          NODE_ENDED 0 s*            NODE_OUT_OF_MEMORY 0 s*    POD_EVICTED 1 s            POD_REPLACED 0 s*          POD_NODE_LOST 80 s
      expectProtocol         NODE_ENDED 0 s*            NODE_OUT_OF_MEMORY 0 s*    POD_EVICTED 1 s            POD_REPLACED 0 s*          POD_NODE_LOST 80 s
      expectAgreement        NODE_ENDED 0 s             NODE_OUT_OF_MEMORY 0 s     POD_EVICTED 0 s            POD_REPLACED 0 s*          POD_NODE_LOST 60 s
      expectNoErrorMetrics   NODE_ENDED 0 s*            NODE_OUT_OF_MEMORY 0 s*    POD_EVICTED 1 s            POD_REPLACED 0 s*          POD_NODE_LOST 80 s"
    `);
  }, 120_000);

  test('every verb that makes pods', async () => {
    const rows: string[][] = [];
    for (const [verb, act, spec] of making) {
      const mission = defineMission('Making', {
        summary: 'Gives two validators other pods.',
        expectedDuration: '1m',
        network: {
          core: { nodes: 1, quorum: { of: ['core'] } },
          more: { nodes: 2, keepsData: true, quorum: { of: ['core'] }, ...spec },
        },
        async run({ core, more }, { phase }) {
          await phase('begin', () => core.waitUntilSynced());
          await phase('act', async () => void (await act(more)));
        },
      });
      const row = [verb];
      for (const options of Object.values(obstacles))
        row.push(endOf(await rehearse(mission, { record: false, ...options })));
      rows.push(row);
    }
    expect(render(Object.keys(obstacles), rows)).toMatchInlineSnapshot(`
      "                       no image                   a quota                    no room                    preparation fails          a container ends           its probe fails
      start                  IMAGE_NOT_PULLED 2 s       POD_NOT_CREATED 5 s        POD_UNSCHEDULABLE 30 s     PREPARATION_FAILED 3 s     NODE_ENDED 4 s             NODE_NOT_READY 64 s
      change                 IMAGE_NOT_PULLED 3 s       POD_NOT_CREATED 6 s        POD_UNSCHEDULABLE 31 s     PREPARATION_FAILED 4 s     NODE_ENDED 4 s             NODE_NOT_READY 65 s
      change, rolling        IMAGE_NOT_PULLED 2 s       POD_NOT_CREATED 5 s        POD_UNSCHEDULABLE 30 s     PREPARATION_FAILED 3 s     NODE_ENDED 3 s             NODE_NOT_READY 64 s"
    `);
  }, 120_000);
});
