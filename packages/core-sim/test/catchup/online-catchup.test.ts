import { describe, expect, it } from 'vitest';
import { olderRelease, type StellarCoreOptions } from '../../src/index.ts';
import { type ConfigOptions, renderConfigs } from '../configs.ts';
import { arm } from '../history/archive-of.ts';
import { createTestNetwork, type TestNetwork } from '../network.ts';
import { accelerated, archivesOf } from './archives.ts';

const validators = ['node-0', 'node-1', 'node-2'];

/** Three validators whose archives all can read, and what else is asked for. */
function createTrio(
  options: {
    readonly extra?: readonly string[];
    readonly others?: Readonly<Record<string, ConfigOptions>>;
    readonly core?: Readonly<Record<string, StellarCoreOptions>>;
  } = {},
): TestNetwork {
  const { extra = [accelerated], others = {}, core = {} } = options;
  const names = [...validators, ...Object.keys(others)];
  const own = Object.fromEntries(
    validators.map((name) => [
      name,
      { quorum: validators, extra, history: archivesOf(name, ['node-0', 'node-1']) },
    ]),
  );
  const configs = renderConfigs(names, { ...own, ...others });
  return createTestNetwork(configs, { core });
}

const watcher = (...extra: string[]): ConfigOptions => ({
  validator: false,
  quorum: validators,
  extra: [accelerated, ...extra],
  history: archivesOf('watcher', ['node-0']),
});

async function start(network: TestNetwork, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await network.command(name, 'new-db');
    await network.command(name, 'new-hist', name);
    network.start(name);
  }
}

const metricsOf = async (network: TestNetwork, name: string) =>
  (
    JSON.parse((await network.ask(name, '/metrics')) ?? '') as {
      metrics: Record<string, { count: number }>;
    }
  ).metrics;

/** The numbers of the ledgers that a node closed. */
const closedBy = (network: TestNetwork, name: string): number[] =>
  Array.from(network.machine(name).log.matchAll(/Ledger close complete: (\d+)/g), ([, n]) =>
    Number(n),
  );

const historyOf = (network: TestNetwork, name: string): string[] =>
  network
    .machine(name)
    .log.split('\n')
    .filter((line) => line.includes('[History '))
    .map((line) => line.replace(/^\S+ \S+ /, ''));

describe('a validator that was away too long', () => {
  it('fetches from archives what its peers no longer have', async () => {
    const network = createTrio();
    const { clock } = network;
    await clock.run(async () => {
      await start(network, validators);
      await clock.sleep(5000);
      await arm(network, validators, 'protocolversion=27');
      await clock.sleep(15_000);
      network.machine('node-2').running?.kill();
      await clock.sleep(60_000);
      network.machine('node-2').log = '';
      network.start('node-2');
      await clock.sleep(30_000);
      const early = await network.info('node-2');
      expect(early.state).toBe('Synced!');
      await clock.sleep(6000);
      expect((await network.info('node-2')).state).toBe('Catching up');
      await clock.sleep(25_000);
      const [late, other] = [await network.info('node-2'), await network.info('node-0')];
      expect(late.state).toBe('Synced!');
      expect(late.ledger.hash).toBe(other.ledger.hash);
      expect(closedBy(network, 'node-2')[0]).toBe(early.ledger.num + 1);
      const metrics = await metricsOf(network, 'node-2');
      expect(metrics['ledger.catchup.duration']?.count).toBe(1);
      expect(metrics['history.get.throughput']?.count).toBeGreaterThan(1000);
    });
  });

  it('tries again at the next checkpoint when the archive is corrupt, and comes back when it is mended', async () => {
    const network = createTrio();
    const { clock } = network;
    await clock.run(async () => {
      await start(network, validators);
      await clock.sleep(20_000);
      network.machine('node-2').running?.kill();
      await clock.sleep(60_000);
      network.machine('node-2').log = '';
      // What comes out of the archive is no longer what went in.
      const { files } = network.machine('node-2');
      const config = Buffer.from(files.read('/cfg/stellar-core.cfg')).toString();
      files.write('/cfg/stellar-core.cfg', config.replaceAll('scp node', 'scp --corrupt node'));
      network.start('node-2');
      await clock.sleep(60_000);
      expect((await network.info('node-2')).state).toBe('Catching up');
      const lines = historyOf(network, 'node-2');
      expect(
        lines.filter((line) => line === '[History WARNING] Catchup failed').length,
      ).toBeGreaterThan(1);
      expect(lines).toContain(
        '[History ERROR] Failed when verifying ledger chain with error malformed XDR file or IO failure in readOne',
      );
      expect(lines.join('\n')).not.toContain('cannot recover');
      network.machine('node-2').running?.kill();
      files.write('/cfg/stellar-core.cfg', config);
      network.start('node-2');
      await clock.sleep(55_000);
      expect((await network.info('node-2')).state).toBe('Synced!');
    });
  });

  it('waits for archives that nobody writes any more, and is synced once they are there', async () => {
    const network = createTrio();
    const { clock } = network;
    await clock.run(async () => {
      await start(network, validators);
      await clock.sleep(20_000);
      network.machine('node-2').running?.kill();
      await clock.sleep(60_000);
      for (const name of ['node-0', 'node-1']) network.closed.add(name);
      network.start('node-2');
      await clock.sleep(45_000);
      const stuck = await network.info('node-2');
      expect(stuck.state).toBe('Catching up');
      expect(stuck.status?.[0]).toMatch(
        /^Catching up to ledger \d+: Downloading state file history\//,
      );
      expect((await metricsOf(network, 'node-2'))['history.get.failure']?.count).toBeGreaterThan(3);
      network.closed.clear();
      await clock.sleep(100_000);
      expect((await network.info('node-2')).state).toBe('Synced!');
    });
  });

  it('gives up when its own chain is another than the one agreed on', async () => {
    const network = createTrio();
    const { clock } = network;
    await clock.run(async () => {
      await start(network, validators);
      await clock.sleep(20_000);
      network.machine('node-2').running?.kill();
      await clock.sleep(60_000);
      // A database of another life: the same first ledger, then others.
      const { files } = network.machine('node-2');
      const config = Buffer.from(files.read('/cfg/stellar-core.cfg')).toString();
      files.write(
        '/cfg/stellar-core.cfg',
        config
          .replace(/VALIDATORS = \[.*\]/, 'VALIDATORS = ["$node-2"]')
          .replace(/PREFERRED_PEERS.*/, ''),
      );
      await network.command('node-2', 'new-db');
      network.start('node-2');
      await clock.sleep(12_000);
      network.machine('node-2').running?.kill();
      files.write('/cfg/stellar-core.cfg', config);
      network.machine('node-2').log = '';
      network.start('node-2');
      await clock.sleep(70_000);
      const { state, ledger } = await network.info('node-2');
      expect(state).toBe('Catching up');
      expect(ledger.num).toBeLessThan(20);
      const lines = historyOf(network, 'node-2');
      expect(lines).toContain('[History FATAL] Catchup failed and cannot recover');
      expect(lines).toContain(
        '[History FATAL] Skipping catchup: incompatible core version or invalid local state',
      );
      expect(lines).toContain(
        '[History ERROR] It is possible that your bucket storage or database is corrupted. Restore latest backup or reset this instance to fix this issue.',
      );
    });
  });
});

describe('a new watcher', () => {
  it.each([
    [
      'takes the newest state when it is asked for nothing',
      [],
      (first: number, at: number) => first === at + 1,
    ],
    [
      'replays everything with CATCHUP_COMPLETE',
      ['CATCHUP_COMPLETE = true'],
      (first: number) => first === 2,
    ],
    [
      'replays at least so many with CATCHUP_RECENT',
      ['CATCHUP_RECENT = 20'],
      (first: number, at: number) => first <= at - 19 && first > at - 28 && first % 8 === 0,
    ],
  ] as const)('%s', async (_, extra, isRight) => {
    const network = createTrio({ others: { watcher: watcher(...extra) } });
    const { clock } = network;
    await clock.run(async () => {
      await start(network, validators);
      await clock.sleep(5000);
      await arm(network, validators, 'protocolversion=27');
      await clock.sleep(65_000);
      await start(network, ['watcher']);
      const seen: string[] = [];
      for (let i = 0; i < 500; i++) {
        await clock.sleep(100);
        const state = /"state" : "(.*)"/.exec((await network.ask('watcher', '/info')) ?? '')?.[1];
        if (state !== undefined && state !== seen.at(-1)) seen.push(state);
      }
      expect(seen).toEqual(['Joining SCP', 'Catching up', 'Synced!']);
      const [mine, theirs] = [await network.info('watcher'), await network.info('node-0')];
      expect(mine.ledger.hash).toBe(theirs.ledger.hash);
      const to = /Catching up to ledger (\d+)/.exec(network.machine('watcher').log)?.[1];
      expect(isRight(closedBy(network, 'watcher')[0] ?? 0, Number(to))).toBe(true);
    });
  });

  it('waits for the ledger after the next checkpoint at the usual cadence, and says for how long', async () => {
    const network = createTrio({
      extra: [],
      others: { watcher: { ...watcher(), extra: [] } },
    });
    const { clock } = network;
    await clock.run(async () => {
      await start(network, validators);
      await clock.sleep(100_000);
      await start(network, ['watcher']);
      await clock.sleep(30_000);
      const waiting = await network.info('watcher');
      expect(waiting).toMatchObject({ state: 'Catching up', ledger: { num: 1 } });
      const [, have, eta] =
        /^Waiting for trigger ledger: (\d+)\/65, ETA: (\d+)s$/.exec(waiting.status?.[0] ?? '') ??
        [];
      expect(Number(eta)).toBe((65 - Number(have)) * 5);
      await clock.sleep(Number(eta) * 1000 + 60_000);
      const synced = await network.info('watcher');
      expect(synced.state).toBe('Synced!');
      expect(synced.ledger.hash).toBe((await network.info('node-0')).ledger.hash);
      expect(closedBy(network, 'watcher')[0]).toBe(64);
      expect(network.machine('watcher').log).toContain(
        '[History INFO] Starting catchup after ensuring checkpoint ledger 65 was closed on network\n',
      );
    });
  });
});

describe('a node of an older version', () => {
  it('stays where its protocol ends, and says that no archive can help it', async () => {
    const network = createTrio({ core: { 'node-2': olderRelease } });
    const { clock } = network;
    await clock.run(async () => {
      await start(network, validators);
      await clock.sleep(10_000);
      await arm(network, ['node-0', 'node-1'], 'protocolversion=27');
      await clock.sleep(120_000);
      const old = await network.info('node-2');
      expect(old).toMatchObject({ state: 'Catching up', ledger: { version: 0 } });
      expect((await network.info('node-0')).ledger.version).toBe(27);
      const lines = historyOf(network, 'node-2');
      for (const line of [
        '[History ERROR] Catchup material failed verification - unsupported ledger version, propagating failure',
        '[History ERROR] Upgrade this stellar-core installation to newest version',
        '[History FATAL] Catchup failed and cannot recover',
        '[History FATAL] Skipping catchup: incompatible core version or invalid local state',
      ])
        expect(lines).toContain(line);
    });
  });
});
