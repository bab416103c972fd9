import { describe, expect, it } from 'vitest';
import type { Defects } from '../src/index.ts';
import { archivesOf } from './catchup/archives.ts';
import { renderConfigs } from './configs.ts';
import { arm, verify } from './history/archive-of.ts';
import { createTestNetwork, type TestNetwork } from './network.ts';

const names = ['node-0', 'node-1', 'node-2'];

/** Three nodes of which those named are broken. */
function createNetwork(broken: Readonly<Record<string, Defects>>): TestNetwork {
  const extra = [
    'ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING = true',
    'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING = true',
    'GENESIS_TEST_ACCOUNT_COUNT = 200',
  ];
  const configs = renderConfigs(
    names,
    Object.fromEntries(
      names.map((name) => [name, { extra, history: archivesOf(name, names.slice(0, 2)) }]),
    ),
  );
  const core = Object.fromEntries(
    Object.entries(broken).map(([name, defects]) => [name, { defects: () => defects }]),
  );
  return createTestNetwork(configs, { core });
}

/** Starts the nodes, arms protocol 27, and looks after `seconds`. */
async function live(
  broken: Readonly<Record<string, Defects>>,
  seconds: number,
  look: (network: TestNetwork) => Promise<void>,
): Promise<void> {
  const network = createNetwork(broken);
  await network.clock.run(async () => {
    for (const name of names) {
      await network.command(name, 'new-db');
      await network.command(name, 'new-hist', name);
      network.start(name);
    }
    await network.clock.sleep(5000);
    await arm(network, names, 'protocolversion=27&maxtxsetsize=500');
    await network.clock.sleep(seconds * 1000);
    await look(network);
  });
}

const count = async (network: TestNetwork, metric: string): Promise<number> =>
  (
    JSON.parse((await network.ask('node-0', '/metrics')) ?? '') as {
      metrics: Record<string, { count: number }>;
    }
  ).metrics[metric]?.count ?? 0;

const load = '/generateload?mode=pay&accounts=200&txs=100&txrate=20';

/** What the metrics say of a load once there was time for it. */
async function loadOf(network: TestNetwork): Promise<Record<string, number>> {
  await network.ask('node-0', load);
  await network.clock.sleep(60_000);
  const [start, complete, failed] = [
    await count(network, 'loadgen.run.start'),
    await count(network, 'loadgen.run.complete'),
    await count(network, 'loadgen.run.failed'),
  ];
  return { start, complete, failed };
}

/** Stores settings in the ledger, and gives their key for `upgrades`. */
async function storeSettings(network: TestNetwork): Promise<string> {
  await network.ask('node-0', '/generateload?mode=upgrade_setup&accounts=200');
  await network.clock.sleep(15_000);
  const reply = await network.ask(
    'node-0',
    '/generateload?mode=create_upgrade&accounts=200&txs=1&ldgrmxtxcnt=9',
  );
  await network.clock.sleep(10_000);
  return encodeURIComponent(JSON.parse(reply ?? '').config_upgrade_set_key);
}

describe('a node with a defect', () => {
  it('none: a load completes, the upgrade passes, all agree', () =>
    live({}, 10, async (network) => {
      expect(await loadOf(network)).toEqual({ start: 1, complete: 1, failed: 0 });
      const infos = await Promise.all(names.map((name) => network.info(name)));
      expect(new Set(infos.map(({ ledger }) => ledger.hash)).size).toBe(1);
      expect(infos[0]?.ledger.version).toBe(27);
    }));

  it('losesEvery: the load that it was given fails, for its accounts never get where they should be', () =>
    live({ 'node-0': { losesEvery: 10 } }, 10, async (network) => {
      expect(await loadOf(network)).toEqual({ start: 1, complete: 0, failed: 1 });
      expect(await count(network, 'loadgen.txn.rejected')).toBe(0);
      expect(network.machine('node-0').log).toMatch(/\d+ accounts are not in sync with the ledger/);
    }));

  it('rejectsLoad: the load fails with its first transaction', () =>
    live({ 'node-0': { rejectsLoad: true } }, 10, async (network) => {
      expect(await loadOf(network)).toEqual({ start: 1, complete: 0, failed: 1 });
      expect(await count(network, 'loadgen.txn.rejected')).toBe(1);
    }));

  it('neverCompletesLoad: everything is paid, and nobody says so', () =>
    live({ 'node-0': { neverCompletesLoad: true } }, 10, async (network) => {
      expect(await loadOf(network)).toEqual({ start: 1, complete: 0, failed: 0 });
      expect(await count(network, 'ledger.apply.success')).toBe(100);
    }));

  it('wrongStateAt: it is alone with its ledger, takes no part any more, and no archive helps it', () =>
    live({ 'node-2': { wrongStateAt: 10 } }, 20, async (network) => {
      const own = await network.info('node-2');
      const theirs = /Got consensus: \[seq=11, prev=(\w+)/.exec(network.machine('node-0').log)?.[1];
      expect(own.ledger.num).toBe(10);
      expect(own.ledger.hash.slice(0, 6)).not.toBe(theirs);
      expect((await network.info('node-0')).ledger.num).toBeGreaterThan(15);
      await network.clock.sleep(60_000);
      const { state, ledger } = await network.info('node-2');
      expect([state, ledger.num]).toEqual(['Catching up', 10]);
      expect(network.machine('node-2').log).toContain(
        '[History FATAL] Catchup failed and cannot recover\n',
      );
    }));

  it('refusesUpgrades: two of three never upgrade, though they say that they are armed', () =>
    live(
      { 'node-0': { refusesUpgrades: true }, 'node-1': { refusesUpgrades: true } },
      30,
      async (network) => {
        for (const name of names) {
          const { ledger, status } = await network.info(name);
          expect(ledger.version).toBe(0);
          expect(status?.at(-1)).toMatch(/^Armed with network upgrades: /);
        }
      },
    ));

  it('refusesSettings: two of three upgrade their protocol, and never their settings', () =>
    live(
      { 'node-0': { refusesSettings: true }, 'node-1': { refusesSettings: true } },
      10,
      async (network) => {
        const key = await storeSettings(network);
        await arm(network, names, `configupgradesetkey=${key}`);
        await network.clock.sleep(10_000);
        for (const name of names) {
          const { ledger, status } = await network.info(name);
          expect(ledger).toMatchObject({ version: 27, maxSorobanTxSetSize: 1 });
          expect(status?.at(-1)).toContain('configupgradesetkey=');
        }
      },
    ));

  it('miscountsCalls: it goes with the others until contracts are called', () =>
    live({ 'node-2': { miscountsCalls: true } }, 20, async (network) => {
      const { num } = (await network.info('node-2')).ledger;
      expect(num).toBeGreaterThan(15);
      await storeSettings(network);
      const [theirs, own] = [await network.info('node-0'), await network.info('node-2')];
      expect(theirs.ledger.num).toBeGreaterThan(num + 8);
      expect(own.ledger.num).toBeLessThan(num + 5);
    }));

  it('rejectsCalls: a set-up fails with its first transaction, payments do not', () =>
    live({ 'node-0': { rejectsCalls: true } }, 10, async (network) => {
      await network.ask('node-0', '/generateload?mode=upgrade_setup&accounts=200');
      await network.clock.sleep(1000);
      expect(await loadOf(network)).toEqual({ start: 2, complete: 1, failed: 1 });
      expect(network.machine('node-0').log).toMatch(
        /tx rejected 'TRY_AGAIN_LATER': no result ===> (root|TestAccount-\d+)\n/,
      );
    }));

  it('stopsPublishingAt: later checkpoints wait', () =>
    live({ 'node-0': { stopsPublishingAt: 15 } }, 40, async (network) => {
      const { files } = network.machine('node-0');
      expect(files.list('/data/buckets/publishqueue')).toContain('0000000f.checkpoint');
      expect((await verify(network, 'node-0')).to).toBe(7);
      expect((await verify(network, 'node-1')).to).toBeGreaterThan(15);
      expect(await count(network, 'history.publish.success')).toBe(1);
    }));

  it.each(['ledger', 'transactions', 'results', 'bucket'] as const)(
    'corruptsArchive %s: an independent reader finds it',
    (kind) =>
      live({ 'node-0': { corruptsArchive: kind } }, 10, async (network) => {
        await network.ask('node-0', load);
        await network.clock.sleep(30_000);
        const report = await verify(network, 'node-0');
        expect(report.defects.map(({ file }) => file.split('/')[0])).toContain(kind);
        expect((await verify(network, 'node-1')).defects).toEqual([]);
      }),
  );

  it('neverCatchesUp: it stays where it was, beside archives that have everything', () =>
    live({ 'node-2': { neverCatchesUp: true } }, 10, async (network) => {
      network.machine('node-2').running?.kill();
      await network.clock.sleep(60_000);
      network.start('node-2');
      await network.clock.sleep(120_000);
      const { state, status, ledger } = await network.info('node-2');
      expect([state, ledger.num < 20]).toEqual(['Catching up', true]);
      expect(status?.[0]).toMatch(/^Catching up to ledger \d+: Downloading state file /);
    }));

  it('slowMs: rounds that wait for it take longer', async () => {
    const heights: number[] = [];
    for (const slowMs of [0, 1500])
      await live({ 'node-0': { slowMs }, 'node-1': { slowMs } }, 60, async (network) => {
        heights.push((await network.info('node-2')).ledger.num);
      });
    const [healthy = 0, slow = 0] = heights;
    expect(healthy).toBeGreaterThan(50);
    expect(slow).toBeLessThan(healthy / 2);
  });

  it('skewMs: a minute ahead is too much for the others', () =>
    live({ 'node-2': { skewMs: 120_000 } }, 30, async (network) => {
      const [mine, theirs] = [await network.info('node-2'), await network.info('node-0')];
      expect(mine.ledger.hash).toBe(theirs.ledger.hash);
      expect(mine.ledger.age - theirs.ledger.age).toBeGreaterThanOrEqual(119);
    }));

  it('crashesAt: the process dies with that ledger, each time', () =>
    live({ 'node-2': { crashesAt: 12 } }, 20, async (network) => {
      const machine = network.machine('node-2');
      expect(await machine.running?.exited).toBe(134);
      network.start('node-2');
      await network.clock.sleep(10_000);
      expect(await machine.running?.exited).toBe(134);
      expect(machine.log).toContain('core-sim was told to crash here');
    }));

  it('diskFullAt: the process dies, and dies again when it is restarted', () =>
    live({ 'node-2': { diskFullAt: 12 } }, 20, async (network) => {
      const machine = network.machine('node-2');
      expect(await machine.running?.exited).toBe(134);
      expect(machine.log).toContain('ENOSPC');
      network.start('node-2');
      await network.clock.sleep(10_000);
      expect(await machine.running?.exited).toBe(134);
    }));
});
