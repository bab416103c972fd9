import { expect, test } from 'vitest';
import { findMission } from '../../src/index.ts';
import { rehearse, type World } from './world.ts';

const mission = findMission('SimplePayment');
const under = (world: World, folder: string): string[] =>
  [...world.files.keys()].filter((path) => path.startsWith(folder)).sort();

test('a run leaves its logs, the answers of its nodes after each phase, figures and a report', async () => {
  const world = await rehearse(mission, { keep: true });
  expect(world.result.afterwards).toEqual([]);
  // A database has a log beside it for as long as nothing moved it in.
  expect(under(world, 'nodes/core-1/').filter((path) => !path.endsWith('-wal'))).toEqual(
    [
      'database/stellar-misc.db',
      'database/stellar.db',
      'history.log',
      'info.json',
      'metrics.json',
      'peers.json',
      'pod.json',
      'prepare.log',
      'quorum.json',
      'scp.json',
      'stellar-core.log',
    ].map((name) => `nodes/core-1/${name}`),
  );
  expect(under(world, 'phases/').filter((path) => path.endsWith('/core-1/info.json'))).toEqual([
    'phases/01-bring-up/core-1/info.json',
    'phases/02-upgrade-to-the-latest-protocol/core-1/info.json',
    'phases/03-create-alice-and-bob/core-1/info.json',
    'phases/04-pay/core-1/info.json',
  ]);
  expect(under(world, 'perf')).toEqual(['perf-samples.csv', 'perf.csv', 'perf.json']);
  expect(world.files.get('perf.csv')?.split('\n').length).toBe(4 * 3 + 2);
  expect(world.files.get('report.html')).toContain('The nodes were simulated (core-sim)');
  expect(world.files.get('kubernetes-events.jsonl')).toContain('"reason":"Scheduled"');
  expect(world.result.doubts.map((doubt) => doubt.kind)).toEqual(['simulated']);
  // What was followed is what the cluster has, from the first line on.
  const log = await world.clock.run(() =>
    world.kube.log({
      namespace: 'default',
      pod: `${world.run}-core-1`,
      container: 'stellar-core',
    }),
  );
  const followed = world.files.get('nodes/core-1/stellar-core.log') ?? '';
  expect(followed.length).toBeGreaterThan(5000);
  expect(log.startsWith(followed)).toBe(true);
});

test('figures of a phase with a load say what was asked of it', async () => {
  const world = await rehearse(findMission('LoadGeneration'), {
    params: { accounts: '300', txs: '300', txRate: '30' },
  });
  expect(world.result.verdict).toBe('rehearsed');
  const [head = '', ...rows] = (world.files.get('perf.csv') ?? '').trim().split('\n');
  const names = head.split(',');
  const asked = ['phase', 'node', 'txtype', 'accounts', 'expectedTxs', 'txRate', 'appliedTxs'];
  const of = (row: string): string[] =>
    asked.map((name) => row.split(',')[names.indexOf(name)] ?? '');
  expect(rows.map(of).filter(([phase]) => phase === 'load')).toEqual(
    ['core-0', 'core-1', 'core-2'].map((node) => [
      'load',
      node,
      'payment',
      '300',
      '300',
      '30',
      '300',
    ]),
  );
  expect(rows.map(of).filter(([phase, , type]) => phase !== 'load' && type !== '')).toEqual([]);
});

test('logs are on disk long before the run ends', async () => {
  const { log } = await rehearse(mission);
  const first = log.findIndex((line) => line.includes('appended to nodes/core-0/stellar-core.log'));
  const pay = log.findIndex((line) => line.includes('"type":"phase-started","phase":"pay"'));
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(pay);
});

test('a run that does not come up has the logs of what there was, and a report', async () => {
  const world = await rehearse(mission, {
    changeConfig: (node, config) => (node === 'core-1' ? `NONSENSE = 1\n${config}` : config),
  });
  expect(world.result.verdict).toBe('broken');
  expect(world.files.get('nodes/core-1/prepare.log')).toContain('NONSENSE');
  expect(world.files.get('report.html')).toContain('SSC_PREPARATION_FAILED');
});
