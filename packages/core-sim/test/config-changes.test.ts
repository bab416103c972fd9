import { describe, expect, it } from 'vitest';
import { type ConfigOptions, nodeKey, renderConfig, renderConfigs } from './configs.ts';
import { createTestNetwork, type TestNetwork } from './network.ts';

const names = ['node-0', 'node-1', 'node-2'];

/** A network in which only these configurations differ, after a minute. */
async function afterAMinute(
  changes: Readonly<Record<string, ConfigOptions>>,
  look: (network: TestNetwork) => Promise<void>,
  nodes: readonly string[] = names,
): Promise<void> {
  const network = createTestNetwork(renderConfigs(nodes, changes));
  await network.clock.run(async () => {
    for (const name of nodes) expect((await network.command(name, 'new-db')).code).toBe(0);
    for (const name of nodes) network.start(name);
    await network.clock.sleep(60_000);
    await look(network);
  });
}

/** Lines of a log without their times, and without the banner that all logs begin with. */
const linesOf = (log: string, pattern: RegExp): string[] =>
  log
    .split('\n')
    .filter((line) => pattern.test(line))
    .map((line) => line.replace(/^\S+ /, ''));

describe('only the configuration was changed', () => {
  it('not at all: ledgers close', async () => {
    await afterAMinute({}, async (network) => {
      for (const name of names) {
        const info = await network.info(name);
        expect(info.state).toBe('Synced!');
        expect(info.ledger.num).toBeGreaterThan(8);
        expect(info.peers.authenticated_count).toBe(2);
      }
    });
  });

  it("one node's quorum set: that node stalls, the others go on", async () => {
    const changes = { 'node-2': { quorum: ['node-2', 'nobody'], thresholdPercent: 100 } };
    await afterAMinute(changes, async (network) => {
      expect((await network.info('node-0')).ledger.num).toBeGreaterThan(8);
      const stalled = await network.info('node-2');
      expect(stalled).toMatchObject({ state: 'Joining SCP', ledger: { num: 1 } });
      expect(linesOf(network.machine('node-2').log, /WARNING/)).toEqual([
        `${nodeKey('node-2').publicKey.slice(0, 5)} [Herder WARNING] Lost track of consensus`,
      ]);
    });
  });

  it("one node's quorum set, where all are needed: the network stalls", async () => {
    const all = { thresholdPercent: 100 };
    const changes = {
      'node-0': all,
      'node-1': all,
      'node-2': { ...all, quorum: ['node-2', 'nobody'] },
    };
    await afterAMinute(changes, async (network) => {
      for (const name of names)
        expect(await network.info(name)).toMatchObject({
          state: 'Joining SCP',
          ledger: { num: 1 },
        });
    });
  });

  it('the passphrase of one: its peers refuse it, and it has another first ledger', async () => {
    await afterAMinute({ 'node-2': { passphrase: 'Another network' } }, async (network) => {
      const [other, one] = [await network.info('node-2'), await network.info('node-0')];
      expect(one).toMatchObject({ state: 'Synced!', peers: { authenticated_count: 1 } });
      expect(other).toMatchObject({ state: 'Joining SCP', ledger: { num: 1 } });
      expect(other.ledger.hash).not.toBe(
        '76df1b9ff762a7a8af1f3c88549fe742e488e80fde561e34b1b6115bdac8d397',
      );
      for (const name of names) {
        const lines = linesOf(network.machine(name).log, /different NetworkID/);
        expect(lines.length).toBeGreaterThan(0);
        expect(lines[0]).toMatch(
          /\[Overlay WARNING\] Connection from peer with different NetworkID: 10\.0\.0\.\d:11625/,
        );
      }
    });
  });

  it('an archive without get: the node refuses to run', async () => {
    const network = createTestNetwork(
      renderConfigs(names, {
        'node-2': { history: '[HISTORY.local]\nput = "cp {0} /data/history/{1}"' },
      }),
    );
    await network.clock.run(async () => {
      expect((await network.command('node-2', 'new-db')).code).toBe(0);
      const { code, stderr } = await network.command('node-2', 'run', '--console');
      expect(code).toBe(1);
      expect(
        linesOf(stderr, /FATAL|ERROR/).map((line) => line.replace(/^G\w+ /, '')),
      ).toMatchInlineSnapshot(`
        [
          "[History FATAL] Archive 'local' has 'put' but no 'get' command, will be unwritable",
          "[History FATAL] History archives misconfigured.",
          "[default ERROR] Unable to setup the application to run",
        ]
      `);
    });
  });

  it('a preferred peer removed: the network holds as long as somebody dials', async () => {
    await afterAMinute({ 'node-0': { peers: ['node-1'] } }, async (network) => {
      expect(await network.info('node-0')).toMatchObject({
        state: 'Synced!',
        peers: { authenticated_count: 2 },
      });
    });
    const alone = { peers: [] };
    const changes = {
      'node-0': { peers: ['node-1'] },
      'node-1': { peers: ['node-0'] },
      'node-2': alone,
    };
    await afterAMinute(changes, async (network) => {
      expect(await network.info('node-2')).toMatchObject({
        state: 'Joining SCP',
        ledger: { num: 1 },
        peers: { authenticated_count: 0 },
      });
      expect((await network.info('node-0')).ledger.num).toBeGreaterThan(8);
    });
  });

  it.each([
    ['NETWORK_PASSPHRASE', 'NETWORK_PASSPHRASE not configured'],
    ['NODE_SEED', "Failed to parse '/cfg/stellar-core.cfg' :unknown key in config: $node-0"],
    ['THRESHOLD_PERCENT', undefined],
  ])('the key %s deleted', async (key, message) => {
    const config = renderConfig('node-0', names).replace(new RegExp(`^${key} = .*\n`, 'm'), '');
    const network = createTestNetwork({ 'node-0': config });
    await network.clock.run(async () => {
      const { code, stderr } = await network.command('node-0', 'new-db', '--console');
      expect(code).toBe(message === undefined ? 0 : 1);
      const lines = linesOf(stderr, /FATAL/).map((line) => line.replace(/^G\w+ /, ''));
      expect(lines).toEqual(
        message === undefined
          ? []
          : [
              `[default FATAL] Got an exception: ${message}`,
              '[default FATAL] Please report this bug along with this log file if this was not expected',
            ],
      );
    });
  });

  it('an unknown key: every command refuses it by name', async () => {
    const config = renderConfig('node-0', names, { extra: ['NO_SUCH_KEY = true'] });
    const network = createTestNetwork({ 'node-0': config });
    await network.clock.run(async () => {
      for (const command of ['new-db', 'run', 'offline-info']) {
        const { code, stderr } = await network.command('node-0', command);
        expect(code).toBe(1);
        expect(stderr).toContain(
          "[default FATAL] Got an exception: Failed to parse '/cfg/stellar-core.cfg' :Unknown configuration entry: 'NO_SUCH_KEY'\n",
        );
      }
    });
  });
});

describe('quorum sets that do not intersect', () => {
  it('fork: one ledger number, two hashes, and the node itself sees the split coming', async () => {
    const nodes = ['node-0', 'node-1', 'node-2', 'node-3'];
    const [left, right] = [
      ['node-0', 'node-1'],
      ['node-2', 'node-3'],
    ];
    const side = (quorum: readonly string[]): ConfigOptions => ({ quorum, thresholdPercent: 100 });
    const changes = Object.fromEntries(
      nodes.map((name) => [name, side(left.includes(name) ? left : right)]),
    );
    await afterAMinute(
      changes,
      async (network) => {
        const infos = await Promise.all(nodes.map((name) => network.info(name)));
        for (const info of infos) {
          expect(info.state).toBe('Synced!');
          expect(info.peers.authenticated_count).toBe(3);
        }
        const hashes = new Map<number, Set<string>>();
        for (const name of nodes) {
          const log = network.machine(name).log;
          for (const [, seq, prev] of log.matchAll(/Got consensus: \[seq=(\d+), prev=(\w+)/g)) {
            const ledger = Number(seq) - 1;
            hashes.set(ledger, (hashes.get(ledger) ?? new Set()).add(prev ?? ''));
          }
        }
        expect(hashes.get(1)?.size).toBe(1);
        expect(hashes.get(4)?.size).toBe(2);
      },
      nodes,
    );
  });

  it('a node that trusts both sides reports the split', async () => {
    const nodes = ['node-0', 'node-1', 'node-2'];
    const changes = {
      'node-0': { quorum: ['node-0'], thresholdPercent: 100 },
      'node-1': { quorum: ['node-1'], thresholdPercent: 100 },
      'node-2': { thresholdPercent: 51 },
    };
    await afterAMinute(
      changes,
      async (network) => {
        const text = (await network.ask('node-2', '/quorum')) ?? '';
        expect((JSON.parse(text) as { transitive: unknown }).transitive).toMatchObject({
          intersection: false,
          node_count: 3,
          potential_split: [['node-0'], ['node-1']],
        });
      },
      nodes,
    );
  });
});

describe('a database', () => {
  it('must be made before the node runs', async () => {
    const network = createTestNetwork(renderConfigs(['node-0']));
    await network.clock.run(async () => {
      const { code, stderr } = await network.command('node-0', 'run', '--console');
      expect(code).toBe(1);
      expect(stderr).toContain(
        '[default FATAL] Got an exception: No DB schema version found, try stellar-core new-db\n',
      );
    });
  });

  it('is kept over a restart, wiped by new-db, and refused for another network', async () => {
    const network = createTestNetwork(renderConfigs(['node-0']));
    const { clock } = network;
    const config = (passphrase?: string): void =>
      network
        .machine('node-0')
        .files.write(
          '/cfg/stellar-core.cfg',
          renderConfig('node-0', ['node-0'], passphrase === undefined ? {} : { passphrase }),
        );
    await clock.run(async () => {
      await network.command('node-0', 'new-db');
      network.start('node-0');
      // Longer than the whole state is written at once: 64 ledgers.
      await clock.sleep(400_000);
      const before = await network.info('node-0');
      expect(before.ledger.num).toBeGreaterThan(70);
      expect((await network.command('node-0', 'new-db')).code).toBe(1);
      network.machine('node-0').running?.kill();
      const offline = JSON.parse((await network.command('node-0', 'offline-info')).stdout);
      expect(offline.info).toMatchObject({
        state: 'Booting',
        ledger: { num: before.ledger.num, hash: before.ledger.hash },
      });
      config('Another network');
      const refused = await network.command('node-0', 'run', '--console');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        'NETWORK_PASSPHRASE "Another network" does not match previous NETWORK_PASSPHRASE "Standalone Network ; February 2017"',
      );
      config();
      expect((await network.command('node-0', 'new-db')).code).toBe(0);
      const wiped = JSON.parse((await network.command('node-0', 'offline-info')).stdout);
      expect(wiped.info.ledger.num).toBe(1);
    });
  });
});

it('a log is in the file that a pattern names: doubled braces are braces, and the time is filled in', async () => {
  const pattern = '/data/{{a}}-{datetime:%Y-%m-%d_%H-%M-%S}.log';
  const configs = Object.entries(renderConfigs(['node-0']));
  const network = createTestNetwork(
    Object.fromEntries(
      configs.map(([name, text]) => [name, text.replace('/data/stellar-core.log', pattern)]),
    ),
  );
  await network.clock.run(async () => {
    expect((await network.command('node-0', 'new-db')).code).toBe(0);
  });
  const logs = network
    .machine('node-0')
    .files.list('/data')
    .filter((name) => name.endsWith('.log'));
  expect(logs).toEqual([expect.stringMatching(/^\{a\}-\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.log$/)]);
});
