import { describe, expect, it } from 'vitest';
import { nodeKey, renderConfigs } from './configs.ts';
import { createTestNetwork, type TestNetwork } from './network.ts';

const names = ['node-0', 'node-1', 'node-2'];

async function startAll(network: TestNetwork, nodes: readonly string[] = names): Promise<void> {
  for (const name of nodes) await network.command(name, 'new-db');
  for (const name of nodes) network.start(name);
}

const upgrade = async (
  network: TestNetwork,
  nodes: readonly string[],
  parameter: string,
): Promise<void> => {
  const time = new Date(network.clock.now()).toISOString().slice(0, 19);
  for (const name of nodes)
    await network.ask(name, `/upgrades?mode=set&upgradetime=${time}Z&${parameter}`);
};

describe('an upgrade', () => {
  it('needs a quorum of armed nodes, and takes the others along', async () => {
    const network = createTestNetwork(renderConfigs(names));
    await network.clock.run(async () => {
      await startAll(network);
      await network.clock.sleep(10_000);
      await upgrade(network, ['node-0'], 'protocolversion=27');
      await network.clock.sleep(30_000);
      expect((await network.info('node-0')).ledger.version).toBe(0);
      expect((await network.info('node-0')).status?.[0]).toMatch(
        /^Armed with network upgrades: upgradetime=2026-11-22T13:21:\d\dZ, protocolversion=27$/,
      );
      await upgrade(network, ['node-1'], 'protocolversion=27');
      // Rounds that the third node leads go without it.
      await network.clock.sleep(60_000);
      for (const name of names) {
        const info = await network.info(name);
        expect(info.ledger.version).toBe(27);
        expect(info.status).toBeUndefined();
      }
    });
  });

  it('that did not pass is forgotten when its time is over', async () => {
    const network = createTestNetwork(renderConfigs(names));
    await network.clock.run(async () => {
      await startAll(network);
      await network.clock.sleep(10_000);
      await upgrade(network, ['node-0'], 'basefee=200&expirationminutes=1');
      await network.clock.sleep(45_000);
      expect((await network.info('node-0')).status).toHaveLength(1);
      await network.clock.sleep(25_000);
      expect((await network.info('node-0')).status).toBeUndefined();
      expect(network.machine('node-0').log).toContain('[Herder INFO] Network upgrades cleared\n');
    });
  });

  it('beyond what a node knows leaves that node behind', async () => {
    const network = createTestNetwork(renderConfigs(names), {
      core: { 'node-2': { protocol: 26, release: 'v26.0.0' } },
    });
    await network.clock.run(async () => {
      await startAll(network);
      await network.clock.sleep(10_000);
      await upgrade(network, ['node-0', 'node-1'], 'protocolversion=27');
      expect(
        await network.ask(
          'node-2',
          '/upgrades?mode=set&upgradetime=2026-01-01T00:00:00Z&protocolversion=27',
        ),
      ).toBe('{"exception": "Protocol version error: supported is up to 26, passed is 27"}');
      await network.clock.sleep(20_000);
      expect((await network.info('node-0')).ledger.version).toBe(27);
      const old = await network.info('node-2');
      expect(old.ledger.version).toBe(0);
      await network.clock.sleep(60_000);
      const later = await network.info('node-2');
      expect(later.ledger).toMatchObject({ num: old.ledger.num, hash: old.ledger.hash });
      expect(later.state).toBe('Catching up');
      expect((await network.info('node-0')).state).toBe('Synced!');
    });
  });
});

describe('a node whose peer port is its admin port', () => {
  it('listens for requests, and aborts when it is to listen for peers', async () => {
    const [config = ''] = Object.values(renderConfigs(['node-0']));
    const network = createTestNetwork({ 'node-0': `PEER_PORT = 11626\n${config}` });
    await network.clock.run(async () => {
      await network.command('node-0', 'new-db');
      const { code, stderr } = await network.command('node-0', 'run', '--console');
      expect(stderr).toContain(':11626 for HTTP requests\n');
      // Recorded of a real node, in whose place a backtrace follows.
      expect(stderr).toMatch(
        /\ncurrent exception: std::system_error\(98, "Address already in use", "bind: Address already in use"\)\n$/u,
      );
      expect(code).toBe(134);
    });
  });
});

describe('a node cut off by bans', () => {
  it('stalls, shows it in its peers, and returns when they are lifted', async () => {
    const network = createTestNetwork(renderConfigs(names));
    const key = (name: string): string => nodeKey(name).publicKey;
    const pairs = ['node-0', 'node-1'].flatMap((name) => [
      [name, key('node-2')] as const,
      ['node-2', key(name)] as const,
    ]);
    await network.clock.run(async () => {
      await startAll(network);
      await network.clock.sleep(15_000);
      for (const [name, other] of pairs)
        expect(await network.ask(name, `/droppeer?node=${other}&ban=1`)).toBe(
          `Drop and ban peer: ${other}`,
        );
      await network.clock.sleep(45_000);
      const alone = await network.info('node-2');
      expect(alone).toMatchObject({ state: 'Joining SCP', peers: { authenticated_count: 0 } });
      const bans = JSON.parse((await network.ask('node-2', '/bans')) ?? '') as { bans: string[] };
      expect(bans.bans.toSorted()).toEqual([key('node-0'), key('node-1')].toSorted());
      const others = await network.info('node-0');
      expect(others).toMatchObject({ state: 'Synced!', peers: { authenticated_count: 1 } });
      expect(others.ledger.num).toBeGreaterThan(alone.ledger.num + 5);
      for (const [name, other] of pairs)
        expect(await network.ask(name, `/unban?node=${other}`)).toBe(`Unban peer: ${other}`);
      await network.clock.sleep(15_000);
      const back = await network.info('node-2');
      expect(back.state).toBe('Synced!');
      expect(back.ledger.hash).toBe((await network.info('node-0')).ledger.hash);
    });
  });
});

describe('a node that was away for more than twelve ledgers', () => {
  it('says so for as long as it can replay nothing', async () => {
    const network = createTestNetwork(renderConfigs(names));
    await network.clock.run(async () => {
      await startAll(network);
      await network.clock.sleep(20_000);
      network.machine('node-2').running?.kill();
      await network.clock.sleep(120_000);
      network.start('node-2');
      await network.clock.sleep(20_000);
      // As a real one: it believes for 35 s that it is one of those who make the next ledger.
      const early = await network.info('node-2');
      expect(early.state).toBe('Synced!');
      await network.clock.sleep(30_000);
      const late = await network.info('node-2');
      expect(late.state).toBe('Catching up');
      expect(late.ledger.num).toBe(early.ledger.num);
      expect(late.status?.[0]).toMatch(/^Waiting for trigger ledger: \d+\/65, ETA: \d+s$/);
    });
  });
});

describe('a watcher', () => {
  it('joins without a vote, follows, and forwards what it is given', async () => {
    const nodes = [...names, 'watcher'];
    const configs = renderConfigs(nodes, {
      ...Object.fromEntries(names.map((name) => [name, { quorum: names }])),
      watcher: { quorum: names, validator: false },
    });
    const network = createTestNetwork(configs);
    await network.clock.run(async () => {
      await startAll(network, names);
      await network.clock.sleep(20_000);
      await startAll(network, ['watcher']);
      await network.clock.sleep(1000);
      expect((await network.info('watcher')).state).toBe('Joining SCP');
      await network.clock.sleep(20_000);
      const [watcher, validator] = [await network.info('watcher'), await network.info('node-0')];
      expect(watcher.state).toBe('Synced!');
      expect(watcher.ledger.hash).toBe(validator.ledger.hash);
      expect(watcher.quorum.qset.agree).toBe(3);
      const paid = await network.ask(
        'watcher',
        '/testtx?from=root&to=bob&amount=1000000000&create=true',
      );
      expect(JSON.parse(paid ?? '')).toMatchObject({ status: 'PENDING', to_name: 'bob' });
      await network.clock.sleep(12_000);
      expect(JSON.parse((await network.ask('node-1', '/testacc?name=bob')) ?? '')).toMatchObject({
        balance: 1_000_000_000,
      });
      const metrics = JSON.parse((await network.ask('watcher', '/metrics')) ?? '').metrics;
      expect(metrics['scp.envelope.emit'].count).toBe(0);
    });
  });

  it('that waits for consensus as a validator votes once it has heard some', async () => {
    const network = createTestNetwork(renderConfigs(names));
    await network.clock.run(async () => {
      await startAll(network, ['node-0', 'node-1']);
      await network.command('node-2', 'new-db');
      network.start('node-2', '--wait-for-consensus');
      await network.clock.sleep(1000);
      expect((await network.info('node-2')).state).toBe('Joining SCP');
      await network.clock.sleep(30_000);
      expect((await network.info('node-2')).state).toBe('Synced!');
    });
  });
});

describe('equal runs', () => {
  it('give equal logs and equal bytes on disk; another seed gives others', async () => {
    const run = async (seed: string): Promise<string> => {
      const network = createTestNetwork(renderConfigs(names), { seed });
      await network.clock.run(async () => {
        await startAll(network);
        await network.clock.sleep(60_000);
      });
      const parts = names.map((name) => {
        const { log, files } = network.machine(name);
        return [log, Buffer.from(files.read('/data/stellar.db')).toString('utf8')];
      });
      return JSON.stringify([parts, network.clock.fired]);
    };
    const first = await run('one');
    expect(await run('one')).toBe(first);
    expect(await run('two')).not.toBe(first);
  });
});

describe('the command line', () => {
  const one = (): TestNetwork => createTestNetwork(renderConfigs(['node-0']));
  it.each([
    [['version'], 0, 'core-sim 0.0.0 (simulates v27.1.0)\nledger protocol version: 27\n', ''],
    [['frobnicate'], 1, /where COMMAND is one of following:\n/, ''],
    [['help'], 0, /where COMMAND is one of following:\n/, ''],
    [
      ['run', '--frobnicate'],
      1,
      '',
      /^Unrecognised token: --frobnicate\n\nrun stellar-core node\n/,
    ],
    [['new-hist'], 1, '', /^Expected: HISTORY-LABEL/],
    [['dump-ledger'], 1, '', 'core-sim does not simulate the command dump-ledger\n'],
    [['http-command', 'info'], 0, '', /http failed\(1\) port: 11626 command: info\n$/],
  ])('%j ends with %i', async (words, code, stdout, stderr) => {
    const network = one();
    await network.clock.run(async () => {
      const result = await network.command('node-0', ...words);
      expect(result.code).toBe(code);
      expect(result.stdout).toEqual(
        typeof stdout === 'string' ? stdout : expect.stringMatching(stdout),
      );
      expect(result.stderr).toEqual(
        typeof stderr === 'string' ? stderr : expect.stringMatching(stderr),
      );
    });
  });

  it('makes an archive once, and only one that is configured', async () => {
    const network = one();
    await network.clock.run(async () => {
      expect((await network.command('node-0', 'new-hist', 'local')).code).toBe(1);
      await network.command('node-0', 'new-db');
      expect((await network.command('node-0', 'new-hist', 'local')).code).toBe(0);
      const state = JSON.parse(
        Buffer.from(
          network.machine('node-0').files.read('/data/history/.well-known/stellar-history.json'),
        ).toString('utf8'),
      );
      expect(state).toMatchObject({
        version: 1,
        server: 'core-sim 0.0.0 (simulates v27.1.0)',
        currentLedger: 0,
      });
      const again = await network.command('node-0', 'new-hist', 'local', '--console');
      expect(again.code).toBe(1);
      expect(again.stderr).toContain(
        "[History ERROR] History archive 'local' already initialized!",
      );
      const other = await network.command('node-0', 'new-hist', 'nosuch', '--console');
      expect(other.code).toBe(1);
      expect(other.stderr).toContain("Can't initialize unknown history archive 'nosuch'");
    });
  });

  it('asks a running node, and ends it in order', async () => {
    const network = one();
    await network.clock.run(async () => {
      await network.command('node-0', 'new-db');
      network.start('node-0');
      await network.clock.sleep(12_000);
      const { code, stdout } = await network.command('node-0', 'http-command', 'll?level=debug');
      expect([code, stdout]).toEqual([
        0,
        'Content-Length: 26\nContent-Type: application/json\n\n{\n   "Global" : "Debug"\n}\n\n',
      ]);
      const { running } = network.machine('node-0');
      running?.signal('SIGTERM');
      expect(await running?.exited).toBe(0);
      expect(network.machine('node-0').log).toContain('got signal 15, shutting down');
    });
  });
});
