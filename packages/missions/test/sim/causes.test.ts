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

type Verb = keyof {
  [Key in keyof CoreSet as CoreSet[Key] extends (...args: never[]) => Promise<unknown>
    ? Key
    : never]: true;
};
/** Verbs whose rows are of another kind, or that `runLoad` and `upgrade` begin with. */
type Other = 'start' | 'change' | 'stop' | 'stopAllBut' | 'startLoad' | 'armUpgrade';

/** Verbs that ask or wait for nodes: complete by type, so that a verb that missions gain has its row. */
const asking: Readonly<Record<Exclude<Verb, Other>, Act>> = {
  waitUntilSynced: (core) => core.waitUntilSynced({ within }),
  waitForLedgers: (core) => core.waitForLedgers(1000, { within }),
  waitUntilLedger: (core) => core.waitUntilLedger(1000, { within }),
  waitUntilPublished: (core) => core.waitUntilPublished({ within }),
  saveState: (core) => core.saveState({ within }),
  builds: (core) => core.builds(),
  supportedProtocol: (core) => core.supportedProtocol(),
  upgrade: (core) => core.upgrade({ baseFee: 200 }, { within }),
  upgradeSorobanSettings: (core) =>
    core.upgradeSorobanSettings({ ledgerMaxTxCount: 2 }, { within }),
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

/** Between which times from the beginning of the act on the runs of this table end, in seconds. */
const times = [5, 25, 45, 90] as const;

/** How a run ended: the code of what broke it, and how soon after the act had begun. */
function endOf({ result: { verdict, error, phases } }: World): string {
  if (verdict !== 'broken') return `${verdict} ${error?.code}`;
  const from = phases.findIndex(({ name }) => name === 'act');
  const seconds = phases.slice(from).reduce((sum, phase) => sum + phase.seconds, 0);
  const within = times.find((time) => seconds <= time);
  return `${error?.code.replace('SSC_', '')} ${within === undefined ? 'late' : `≤ ${within} s`}`;
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
      waitUntilSynced        NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      waitForLedgers         NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      waitUntilLedger        NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      waitUntilPublished     NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      saveState              NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      builds                 NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      supportedProtocol      NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      upgrade                NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         PROXY_STATUS ≤ 25 s
      upgradeSorobanSettings NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      runLoad                NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      createAccount          NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      pay                    NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      balanceOf              NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      expectBalance          NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      expectProtocol         NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      expectAgreement        NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s
      expectNoErrorMetrics   NODE_ENDED ≤ 5 s           NODE_OUT_OF_MEMORY ≤ 5 s   POD_EVICTED ≤ 5 s          POD_REPLACED ≤ 5 s         POD_NODE_LOST ≤ 90 s"
    `);
  });

  test('every verb that takes pods away, when their machines are lost', async () => {
    const acts: Readonly<Record<string, Act>> = {
      stop: (core) => core.stop(),
      stopAllBut: (core) => core.stopAllBut(1),
      change: (core) => core.change({ data: 'fresh', config }),
      'change, rolling': (core) => core.change({ data: 'fresh', config, rolling: true }),
    };
    const rows: string[][] = [];
    for (const [verb, act] of Object.entries(acts)) {
      const mission = defineMission('Leaving', {
        summary: 'Takes pods from two validators.',
        expectedDuration: '1m',
        network: { core: { nodes: 2 } },
        async run({ core }, { phase }) {
          await phase('begin', () => core.waitUntilSynced());
          await phase('act', async () => void (await act(core)));
        },
      });
      const lose: Befall = (cluster) => {
        for (const name of ['node-1', 'node-2', 'node-3']) cluster.faults.loseNode(name);
      };
      rows.push([
        verb,
        endOf(await rehearse(mission, { record: false, whenPhase: { act: lose } })),
      ]);
    }
    expect(render(['machines lost'], rows)).toMatchInlineSnapshot(`
      "                       machines lost
      stop                   POD_NODE_LOST ≤ 90 s
      stopAllBut             POD_NODE_LOST ≤ 90 s
      change                 POD_NODE_LOST ≤ 90 s
      change, rolling        POD_NODE_LOST ≤ 90 s"
    `);
  });

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
      start                  IMAGE_NOT_PULLED ≤ 5 s     POD_NOT_CREATED ≤ 25 s     POD_UNSCHEDULABLE ≤ 45 s   PREPARATION_FAILED ≤ 5 s   NODE_ENDED ≤ 5 s           NODE_NOT_READY ≤ 90 s
      change                 IMAGE_NOT_PULLED ≤ 5 s     POD_NOT_CREATED ≤ 25 s     POD_UNSCHEDULABLE ≤ 45 s   PREPARATION_FAILED ≤ 5 s   NODE_ENDED ≤ 5 s           NODE_NOT_READY ≤ 90 s
      change, rolling        IMAGE_NOT_PULLED ≤ 5 s     POD_NOT_CREATED ≤ 25 s     POD_UNSCHEDULABLE ≤ 45 s   PREPARATION_FAILED ≤ 5 s   NODE_ENDED ≤ 5 s           NODE_NOT_READY ≤ 90 s"
    `);
  });
});
