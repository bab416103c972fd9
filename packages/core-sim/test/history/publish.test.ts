import { describe, expect, it } from 'vitest';
import { renderConfig, renderConfigs } from '../configs.ts';
import { createTestNetwork } from '../network.ts';
import { arm, startAll, verify } from './archive-of.ts';

const names = ['node-0', 'node-1', 'node-2'];
const accelerated = ['ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING = true'];
const fast = Object.fromEntries(names.map((name) => [name, { extra: accelerated }]));
const alone = (...extra: string[]): Record<string, string> => ({
  'node-0': renderConfig('node-0', ['node-0'], { extra: [...accelerated, ...extra] }),
});

describe('a checkpoint', () => {
  it('is published whole: an independent reader verifies 95 ledgers through an upgrade with payments', async () => {
    const network = createTestNetwork(renderConfigs(names, fast));
    const { clock } = network;
    await clock.run(async () => {
      await startAll(network, names);
      await clock.sleep(20_000);
      await arm(network, names, 'protocolversion=27&maxtxsetsize=500');
      for (let i = 0; i < 10; i++) {
        await clock.sleep(10_000);
        const query = `from=root&to=a${i}&amount=10000000000&create=true`;
        if (i % 3 === 0) await network.ask('node-0', `/testtx?${query}`);
      }
      for (const name of names) {
        const report = await verify(network, name);
        expect(report.defects).toEqual([]);
        expect(report.oddities).toEqual([]);
        expect(report).toMatchObject({ frequency: 8, from: 1, protocol: 27, transactions: 3 });
        expect(report.to).toBeGreaterThan(90);
        expect(report.scpMessages).toBeGreaterThan(200);
        expect(report.buckets).toBeGreaterThan(30);
        const metrics = JSON.parse((await network.ask(name, '/metrics')) ?? '').metrics;
        expect(metrics['history.publish.success'].count).toBe(report.checkpoints);
        expect(metrics['history.publish.failure'].count).toBe(0);
        expect(metrics['history.publish.time'].count).toBe(report.checkpoints);
      }
    });
  });

  it('holds 64 ledgers at the usual cadence, and lists merges while protocols below 12 need them', async () => {
    const network = createTestNetwork({ 'node-0': renderConfig('node-0', ['node-0']) });
    await network.clock.run(async () => {
      await startAll(network, ['node-0']);
      await network.clock.sleep(130 * 5000);
      const report = await verify(network, 'node-0');
      expect(report.defects).toEqual([]);
      expect(report).toMatchObject({ frequency: 64, from: 1, to: 127, protocol: 0 });
    });
  });

  it('is told of in /info and in the log as core tells it', async () => {
    const network = createTestNetwork(alone());
    const seen: string[] = [];
    await network.clock.run(async () => {
      await startAll(network, ['node-0']);
      await network.clock.sleep(1000);
      for (let i = 0; i < 100; i++) {
        await network.clock.sleep(100);
        const line = (await network.info('node-0')).status?.[0];
        if (line !== undefined && line !== seen.at(-1)) seen.push(line);
      }
    });
    expect(seen).toEqual([
      'Publishing 1 queued checkpoints [7-7]: Waiting before starting Ready to run: resolve-snapshot',
      'Publishing 1 queued checkpoints [7-7]: Waiting: resolve-snapshot',
    ]);
    const lines = network
      .machine('node-0')
      .log.split('\n')
      .filter((line) => /\[(History|Perf) /.test(line))
      .map((line) => line.replace(/^\S+ \S+ /, ''));
    expect(lines).toEqual([
      '[History INFO] Queueing publish state for ledger 7',
      '[History INFO] Activating publish for ledger 7',
      `[History INFO] ${seen[0]}`,
      `[History INFO] ${seen[1]}`,
      '[History INFO] Downloading history archive state: .well-known/stellar-history.json',
      '[Perf INFO] Published history for ledger 7 in 1.1 seconds',
    ]);
  });

  it('waits in the queue over a stop and a kill, and misses no ledger', async () => {
    const network = createTestNetwork(alone());
    const { clock } = network;
    await clock.run(async () => {
      await startAll(network, ['node-0']);
      await clock.sleep(1000);
      const { files } = network.machine('node-0');
      const ledger = async (): Promise<number> => (await network.info('node-0')).ledger.num;
      while ((await ledger()) < 7) await clock.sleep(50);
      network.machine('node-0').running?.kill();
      expect(files.list('/data/buckets/publishqueue')).toEqual(['00000007.checkpoint']);
      for (const signal of ['kill', 'stop', 'kill']) {
        network.start('node-0');
        await clock.sleep(7300);
        const { running } = network.machine('node-0');
        if (signal === 'kill') running?.kill();
        else running?.signal('SIGTERM');
        await running?.exited;
      }
      network.start('node-0');
      await clock.sleep(20_000);
      const report = await verify(network, 'node-0');
      expect(report.defects).toEqual([]);
      expect(report.to).toBeGreaterThan(20);
      expect(files.list('/data/buckets/publishqueue').length).toBeLessThan(2);
    });
  });

  it('is tried again for ever while the archive was never made, and is published once it is', async () => {
    const network = createTestNetwork(alone());
    const { clock } = network;
    await clock.run(async () => {
      await network.command('node-0', 'new-db');
      network.start('node-0');
      await clock.sleep(120_000);
      const { status } = await network.info('node-0');
      expect(status?.[0]).toMatch(
        /^Publishing \d\d queued checkpoints \[7-\d+\]: update-archives-00000007:getting archives$/,
      );
      const metrics = JSON.parse((await network.ask('node-0', '/metrics')) ?? '').metrics;
      expect(metrics['history.publish.failure'].count).toBeGreaterThan(1);
      const { log } = network.machine('node-0');
      expect(log).toContain(
        '[History WARNING] Could not download file: archive local maybe missing file .well-known/stellar-history.json\n',
      );
      expect(log).toContain(
        '[History ERROR] Could not download .well-known/stellar-history.json file: corrupt archive local\n',
      );
      expect(log).toMatch(
        /\[Process WARNING\] process \d+ exited 1: cp \/data\/history\/\.well-known/,
      );
      network.machine('node-0').running?.kill();
      expect((await network.command('node-0', 'new-hist', 'local')).code).toBe(0);
      network.start('node-0');
      await clock.sleep(100_000);
      const report = await verify(network, 'node-0');
      expect(report.defects).toEqual([]);
      expect(report.to).toBeGreaterThan(120);
    });
  });

  it('is skipped when publication was configured in the middle of it', async () => {
    const unpublished = renderConfig('node-0', ['node-0'], {
      extra: accelerated,
      history: '[HISTORY.local]\nget = "cp /data/history/{0} {1}"',
    });
    const network = createTestNetwork({ 'node-0': unpublished });
    const { clock } = network;
    const { files } = network.machine('node-0');
    await clock.run(async () => {
      await network.command('node-0', 'new-db');
      network.start('node-0');
      await clock.sleep(3000);
      network.machine('node-0').running?.kill();
      files.write('/cfg/stellar-core.cfg', alone()['node-0'] ?? '');
      await network.command('node-0', 'new-hist', 'local');
      network.start('node-0');
      await clock.sleep(30_000);
      expect(network.machine('node-0').log).toContain(
        '[History INFO] Skipping incomplete checkpoint, publish was previously disabled\n',
      );
      expect(files.info('/data/history/ledger/00/00/00/ledger-00000007.xdr.gz')).toBeUndefined();
      expect(files.info('/data/history/ledger/00/00/00/ledger-0000000f.xdr.gz')).toBeDefined();
    });
  });
});
