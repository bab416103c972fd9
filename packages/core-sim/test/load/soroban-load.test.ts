import { describe, expect, it } from 'vitest';
import { accelerated } from '../catchup/archives.ts';
import { renderConfigs } from '../configs.ts';
import { arm, startAll, verify } from '../history/archive-of.ts';
import { createTestNetwork, type TestNetwork } from '../network.ts';

const names = ['node-0', 'node-1', 'node-2'];
const recalibrated = 'UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING = true';

const usual = [accelerated, recalibrated, ...wasmOf(1024)];

function wasmOf(bytes: number): string[] {
  return [
    `LOADGEN_WASM_BYTES_FOR_TESTING = [${bytes}]`,
    'LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING = [1]',
  ];
}

/** Three publishing nodes with 100 test accounts, at the newest protocol with the settings that it begins with. */
async function withNetwork(
  act: (network: TestNetwork) => Promise<void>,
  lines: readonly string[] = usual,
  protocol = 27,
): Promise<void> {
  const extra = [
    'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING = true',
    'GENESIS_TEST_ACCOUNT_COUNT = 100',
    ...lines,
  ];
  const configs = renderConfigs(names, Object.fromEntries(names.map((name) => [name, { extra }])));
  const network = createTestNetwork(configs);
  await network.clock.run(async () => {
    await startAll(network, names);
    await network.clock.sleep(5000);
    if (protocol > 0) await arm(network, names, `protocolversion=${protocol}&maxtxsetsize=500`);
    await network.clock.sleep(15_000);
    await act(network);
  });
}

/** Asks for a load, and gives what was answered once it is over. */
async function load(network: TestNetwork, query: string, seconds: number): Promise<string> {
  const reply = await network.ask('node-0', `/generateload?${query}`);
  await network.clock.sleep(1000 * seconds);
  return reply ?? '';
}

const counts = async (network: TestNetwork, ...metrics: string[]): Promise<number[]> => {
  const all = JSON.parse((await network.ask('node-0', '/metrics')) ?? '').metrics;
  return metrics.map((name) => all[name]?.count ?? 0);
};
const runs = (network: TestNetwork): Promise<number[]> =>
  counts(network, 'loadgen.run.start', 'loadgen.run.complete', 'loadgen.run.failed');
const calls = (network: TestNetwork): Promise<number[]> =>
  counts(network, 'ledger.apply-soroban.success', 'ledger.apply-soroban.failure');

/** Deploys the contract, stores settings, and gives their key for `upgrades`. */
async function store(network: TestNetwork, changes: string): Promise<string> {
  await load(network, 'mode=upgrade_setup&accounts=100', 40);
  const reply = await load(network, `mode=create_upgrade&accounts=100&txs=1&${changes}`, 20);
  return encodeURIComponent(JSON.parse(reply).config_upgrade_set_key);
}

/** What every node says of the settings, in which all agree; without the size of the state, which is measured now and then. */
async function settings(network: TestNetwork): Promise<Record<string, Record<string, number>>> {
  const texts = await Promise.all(names.map((name) => network.ask(name, '/sorobaninfo')));
  expect(new Set(texts).size).toBe(1);
  const { state_archival: _measured, ...others } = JSON.parse(texts[0] ?? '');
  return others;
}

const hashes = async (network: TestNetwork): Promise<Set<string>> => {
  const infos = await Promise.all(names.map((name) => network.info(name)));
  return new Set(infos.map(({ ledger }) => `${ledger.num} ${ledger.hash}`));
};

describe('settings in the ledger', () => {
  it('are voted on, and are the settings of every node then; what is not named stays', () =>
    withNetwork(async (network) => {
      const before = await settings(network);
      const key = await store(network, 'ldgrmxinstrc=250000000&ldgrmxtxcnt=100&ldgrmxtxsz=1000000');
      expect(await runs(network)).toEqual([2, 2, 0]);
      expect(await calls(network)).toEqual([3, 0]);
      expect(await settings(network)).toEqual(before);
      await arm(network, names, `configupgradesetkey=${key}`);
      await network.clock.sleep(5000);
      const ledger = {
        ...before['ledger'],
        max_instructions: 250_000_000,
        max_tx_count: 100,
        max_tx_size_bytes: 1_000_000,
      };
      expect(await settings(network)).toEqual({ ...before, ledger });
      expect((await hashes(network)).size).toBe(1);
      expect(network.machine('node-1').log).toContain('Network upgrades cleared');
    }));

  it('need a quorum; those of a key that is armed on one node alone do not come', () =>
    withNetwork(async (network) => {
      const before = await settings(network);
      const key = await store(network, 'ldgrmxtxcnt=7');
      await arm(network, ['node-2'], `configupgradesetkey=${key}`);
      await network.clock.sleep(10_000);
      expect(await settings(network)).toEqual(before);
      await arm(network, ['node-0'], `configupgradesetkey=${key}`);
      await network.clock.sleep(20_000);
      expect((await settings(network))['ledger']?.['max_tx_count']).toBe(7);
    }));

  it('that no network may have are stored, and no node is armed with them', () =>
    withNetwork(async (network) => {
      const key = await store(network, 'txmxinstrc=1000');
      expect(await runs(network)).toEqual([2, 2, 0]);
      expect(
        await network.ask(
          'node-0',
          `/upgrades?mode=set&upgradetime=2026-11-22T13:00:00Z&configupgradesetkey=${key}`,
        ),
      ).toBe('Error setting configUpgradeSet');
    }));

  it('set the time between ledgers, which follow it', () =>
    withNetwork(
      async (network) => {
        const key = await store(network, 'ldgrclse=4000');
        await arm(network, names, `configupgradesetkey=${key}`);
        await network.clock.sleep(10_000);
        const { num } = (await network.info('node-0')).ledger;
        await network.clock.sleep(80_000);
        expect((await network.info('node-0')).ledger.num - num).toBeGreaterThanOrEqual(19);
      },
      [recalibrated, ...wasmOf(1024)],
    ));

  it('are paid for by the root account and one test account less than are asked for', () =>
    withNetwork(async (network) => {
      const seqNums = async (): Promise<number[]> => {
        const all = ['root', 'TestAccount-0', 'TestAccount-1'].map(async (name) => {
          const account = (await network.ask('node-0', `/testacc?name=${name}`)) ?? '';
          return Number(JSON.parse(account).seqnum);
        });
        return Promise.all(all);
      };
      await load(network, 'mode=upgrade_setup&accounts=1', 20);
      await load(network, 'mode=create_upgrade&accounts=1', 20);
      expect(await runs(network)).toEqual([2, 2, 0]);
      expect(await seqNums()).toEqual([3, 0, 0]);
      for (let i = 0; i < 4; i++) await load(network, 'mode=upgrade_setup&accounts=2', 20);
      const [root = 0, first = 0, second] = await seqNums();
      expect(root + first).toBe(3 + 4 * 2);
      expect(first).toBeGreaterThan(0);
      expect(second).toBe(0);
    }));

  it('survive a restart of all nodes', () =>
    withNetwork(async (network) => {
      const key = await store(network, 'ldgrmxtxcnt=9');
      const time = new Date(network.clock.now() + 60_000).toISOString().slice(0, 19);
      for (const name of names)
        await network.ask(
          name,
          `/upgrades?mode=set&upgradetime=${time}Z&configupgradesetkey=${key}`,
        );
      for (const name of names) {
        const { running } = network.machine(name);
        running?.signal('SIGTERM');
        await running?.exited;
      }
      for (const name of names) network.start(name);
      await network.clock.sleep(90_000);
      expect((await settings(network))['ledger']?.['max_tx_count']).toBe(9);
    }));

  it('need a contract to keep them: without one the process ends, as that of a real node does', () =>
    withNetwork(async (network) => {
      await load(network, 'mode=create_upgrade&accounts=100&txs=1', 1);
      expect(await network.machine('node-0').running?.exited).toBe(134);
    }));
});

describe('uploads of Wasm', () => {
  it('come one a ledger with the settings that a network begins with, and more with larger limits', () =>
    withNetwork(async (network) => {
      const key = await store(
        network,
        'ldgrmxinstrc=250000000&ldgrmxtxcnt=100&ldgrmxtxsz=1000000&ldgrmxrdntry=300&ldgrmxrdbyt=320000&ldgrmxwrntry=200&ldgrmxwrbyt=320000',
      );
      const upload = 'mode=soroban_upload&accounts=100&txs=2&txrate=2';
      await load(network, upload, 20);
      expect(await calls(network)).toEqual([5, 0]);
      expect(await counts(network, 'soroban.ledger.tx-count')).not.toEqual([0]);
      await arm(network, names, `configupgradesetkey=${key}`);
      await network.clock.sleep(5000);
      await load(network, 'mode=soroban_upload&accounts=100&txs=40&txrate=10', 20);
      expect(await calls(network)).toEqual([45, 0]);
      expect(await runs(network)).toEqual([4, 4, 0]);
      expect((await hashes(network)).size).toBe(1);
      for (const name of names) {
        const report = await verify(network, name);
        expect(report.defects).toEqual([]);
        expect(report.oddities).toEqual([]);
      }
    }));

  it('are in archives, of which another node makes the same ledgers, or their state at once', () =>
    withNetwork(async (network) => {
      await load(network, 'mode=soroban_upload&accounts=100&txs=3&txrate=1', 30);
      await store(network, 'ldgrmxtxcnt=5');
      await network.clock.sleep(30_000);
      for (const range of ['current/max', 'current/0']) {
        const { running } = network.machine('node-2');
        running?.signal('SIGTERM');
        await running?.exited;
        await network.command('node-2', 'new-db');
        const caught = await network.command('node-2', 'catchup', range);
        expect(caught.code).toBe(0);
        network.start('node-2');
        await network.clock.sleep(40_000);
        expect((await hashes(network)).size).toBe(1);
        expect((await settings(network))['ledger']?.['max_tx_count']).toBe(1);
      }
      const files = network.machine('node-0').files;
      expect(files.info('/data/history/.well-known/stellar-history.json')).toBeDefined();
    }));

  it('fail where costs were not recalibrated, as those of a real node do; the load is complete all the same', () =>
    withNetwork(async (network) => {
      await load(network, 'mode=soroban_upload&accounts=100&txs=2&txrate=1', 20);
      expect(await calls(network)).toEqual([0, 2]);
      expect(await runs(network)).toEqual([1, 1, 0]);
      await load(
        network,
        'mode=soroban_upload&accounts=100&txs=2&txrate=1&minpercentsuccess=1',
        20,
      );
      expect(await runs(network)).toEqual([2, 1, 1]);
      expect(network.machine('node-0').log).toContain(
        '[LoadGen ERROR] Load generation failed to meet minimum success rate for soroban transactions.\n',
      );
    }, wasmOf(1024)));

  it('larger than the settings allow are refused, and fail the load', () =>
    withNetwork(
      async (network) => {
        await load(network, 'mode=soroban_upload&accounts=100&txs=2&txrate=1', 5);
        expect(await runs(network)).toEqual([1, 0, 1]);
        expect(network.machine('node-0').log).toContain("tx rejected 'ERROR': txSorobanInvalid");
      },
      [accelerated, recalibrated, ...wasmOf(9000)],
    ));

  it('find no room in a ledger that takes none', () =>
    withNetwork(async (network) => {
      await arm(network, names, 'maxsorobantxsetsize=0');
      await network.clock.sleep(5000);
      await load(network, 'mode=soroban_upload&accounts=100&txs=2&txrate=1', 5);
      expect(await runs(network)).toEqual([1, 0, 1]);
      expect(network.machine('node-0').log).toContain("tx rejected 'TRY_AGAIN_LATER'");
    }));

  it('need protocol 20', () =>
    withNetwork(
      async (network) => {
        await load(network, 'mode=soroban_upload&accounts=100&txs=2&txrate=1', 1);
        expect(await runs(network)).toEqual([1, 0, 1]);
        expect(network.machine('node-0').log).toContain(
          '[LoadGen ERROR] Soroban modes require protocol version 20 or higher\n',
        );
      },
      usual,
      0,
    ));

  it.each([20, 21, 22, 23, 25])(
    'come into ledgers of protocol %i, and into archives that verify',
    (protocol) =>
      withNetwork(
        async (network) => {
          await load(
            network,
            'mode=soroban_upload&accounts=100&txs=2&txrate=1&minpercentsuccess=100',
            30,
          );
          expect(await runs(network)).toEqual([1, 1, 0]);
          expect((await hashes(network)).size).toBe(1);
          expect((await verify(network, 'node-1')).defects).toEqual([]);
        },
        usual,
        protocol,
      ),
  );
});

it('keeps payments and uploads of one account apart: the second waits', () =>
  withNetwork(async (network) => {
    await network.ask('node-0', '/testtx?from=TestAccount-0&to=TestAccount-1&amount=1');
    await load(network, 'mode=soroban_upload&accounts=1&txs=1&txrate=10', 5);
    expect(await runs(network)).toEqual([1, 0, 1]);
    expect(network.machine('node-0').log).toContain(
      "tx rejected 'TRY_AGAIN_LATER': no result ===> TestAccount-0",
    );
  }));
