import { describe, expect, it } from 'vitest';
import { olderRelease, type StellarCoreOptions } from '../../src/index.ts';
import { fill, read } from '../catchup/archives.ts';
import { renderConfig } from '../configs.ts';
import { arm, startAll } from '../history/archive-of.ts';
import { createTestNetwork, type TestNetwork } from '../network.ts';

const extra = ['ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING = true'];
const heirs = ['heir-0', 'heir-1'];

/** A node alone, and two that wait for its data. */
const createNetwork = (core: Readonly<Record<string, StellarCoreOptions>> = {}): TestNetwork =>
  createTestNetwork(
    {
      before: renderConfig('before', ['before'], { extra }),
      ...Object.fromEntries(heirs.map((name) => [name, renderConfig(name, heirs, { extra })])),
    },
    { core },
  );

/** Copies what another node's preparation fetches: both databases and the folder of buckets. */
function copyData(network: TestNetwork, name: string): void {
  const { files } = network.machine('before');
  const content = read(files, '/data').filter(
    ([path]) => path.startsWith('/data/buckets/') || /^\/data\/stellar(-misc)?\.db$/.test(path),
  );
  fill(network.machine(name).files, content);
}

const prevOf = (network: TestNetwork, name: string, seq: number): string | undefined =>
  new RegExp(`Got consensus: \\[seq=${seq}, prev=(\\w+)`).exec(network.machine(name).log)?.[1];

async function runBefore(network: TestNetwork, seconds: number): Promise<void> {
  await startAll(network, ['before']);
  await network.clock.sleep(3000);
  await arm(network, ['before'], 'protocolversion=27');
  await network.clock.sleep(4000);
  await network.ask('before', '/testtx?from=root&to=bob&amount=1000000000&create=true');
  await network.clock.sleep(seconds * 1000);
}

describe('copies of the databases and buckets of a node', () => {
  // 80: the state was written anew meanwhile.
  it.each([10, 80])(
    'taken after %i ledgers while it runs start other nodes, which go on with its chain',
    async (seconds) => {
      const network = createNetwork();
      const { clock } = network;
      await clock.run(async () => {
        await runBefore(network, seconds);
        const { ledger } = await network.info('before');
        for (const name of heirs) copyData(network, name);
        network.machine('before').running?.kill();
        for (const name of heirs) network.start(name);
        await clock.sleep(20_000);
        for (const name of heirs) {
          const info = await network.info(name);
          expect(info).toMatchObject({ state: 'Synced!', ledger: { version: 27 } });
          expect(info.ledger.num).toBeGreaterThan(ledger.num + 10);
          expect(prevOf(network, name, ledger.num + 1)).toBe(ledger.hash.slice(0, 6));
        }
        const account = await network.ask('heir-1', '/testacc?name=bob');
        expect(JSON.parse(account ?? '')).toMatchObject({ balance: 1_000_000_000 });
      });
    },
  );

  it('take what was armed and banned along', async () => {
    const network = createNetwork();
    await network.clock.run(async () => {
      await runBefore(network, 5);
      await network.ask(
        'before',
        '/upgrades?mode=set&upgradetime=2030-01-01T00:00:00Z&basefee=200',
      );
      copyData(network, 'heir-0');
      network.start('heir-0');
      await network.clock.sleep(1000);
      expect((await network.info('heir-0')).status).toEqual([
        'Armed with network upgrades: upgradetime=2030-01-01T00:00:00Z, basefee=200',
      ]);
    });
  });

  it('of a protocol that an older release does not know end it with the next ledger', async () => {
    const network = createNetwork({ 'heir-0': olderRelease });
    await network.clock.run(async () => {
      await runBefore(network, 5);
      for (const name of heirs) {
        copyData(network, name);
        network.start(name);
      }
      await network.clock.sleep(10_000);
      const { running, log } = network.machine('heir-0');
      expect(await running?.exited).toBe(134);
      expect(log).toContain('[Ledger ERROR] Unknown ledger version: 27\n');
      expect(log).toContain('cannot apply ledger with not supported version: 27');
    });
  });

  it('are refused when they do not belong together, or were changed', async () => {
    const network = createNetwork();
    await network.clock.run(async () => {
      await runBefore(network, 10);
      const { files } = network.machine('heir-0');
      const refusal = async (): Promise<string | undefined> => {
        const { code, stderr } = await network.command('heir-0', 'offline-info', '--console');
        expect(code).toBe(1);
        return /Got an exception: (.*)/.exec(stderr)?.[1];
      };
      copyData(network, 'heir-0');
      const database = Buffer.from(files.read('/data/stellar.db')).toString();
      const lines = database.split('\n');
      files.write('/data/stellar.db', [...lines.slice(0, 3), ...lines.slice(4)].join('\n'));
      expect(await refusal()).toBe('database disk image is malformed');
      files.write('/data/stellar.db', database);
      for (const name of files.list('/data/buckets'))
        if (name.startsWith('bucket-')) files.remove(`/data/buckets/${name}`);
      expect(await refusal()).toBe('Bucket directory is corrupt');
    });
  });

  it('cut off in the middle of a ledger lack that ledger, and nothing else', async () => {
    const network = createNetwork();
    await network.clock.run(async () => {
      await runBefore(network, 10);
      const { ledger } = await network.info('before');
      copyData(network, 'heir-0');
      const { files } = network.machine('heir-0');
      const bytes = files.read('/data/stellar.db');
      files.write('/data/stellar.db', bytes.slice(0, bytes.length - 20));
      const { code, stdout } = await network.command('heir-0', 'offline-info');
      expect(code).toBe(0);
      expect(JSON.parse(stdout).info.ledger.num).toBe(ledger.num - 1);
      for (const name of heirs) {
        fill(network.machine(name).files, read(files, '/data'));
        network.start(name);
      }
      await network.clock.sleep(10_000);
      network.machine('heir-0').running?.kill();
      const again = await network.command('heir-0', 'offline-info');
      expect(JSON.parse(again.stdout).info.ledger.num).toBeGreaterThan(ledger.num);
    });
  });
});
