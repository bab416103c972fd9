import { describe, expect, it } from 'vitest';
import { renderConfigs } from '../configs.ts';
import { arm } from '../history/archive-of.ts';
import { createTestNetwork, type TestNetwork } from '../network.ts';

const names = ['node-0', 'node-1', 'node-2'];
const enabled = 'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING = true';

interface Meter {
  readonly count: number;
  readonly mean_rate?: number;
  readonly '1_min_rate'?: number;
}

const meters = async (network: TestNetwork): Promise<Record<string, Meter>> =>
  JSON.parse((await network.ask('node-0', '/metrics')) ?? '').metrics;

async function runs(network: TestNetwork): Promise<number[]> {
  const all = await meters(network);
  return ['start', 'complete', 'failed'].map((how) => all[`loadgen.run.${how}`]?.count ?? -1);
}

/** Three nodes with test accounts, in sync at the newest protocol. */
async function withNetwork(
  accounts: number,
  act: (network: TestNetwork) => Promise<void>,
  upgrades = 'protocolversion=27&maxtxsetsize=1000',
  extra: readonly string[] = [enabled],
): Promise<void> {
  const lines = [`GENESIS_TEST_ACCOUNT_COUNT = ${accounts}`, ...extra];
  const options = Object.fromEntries(names.map((name) => [name, { extra: lines }]));
  const network = createTestNetwork(renderConfigs(names, options));
  await network.clock.run(async () => {
    for (const name of names) await network.command(name, 'new-db');
    for (const name of names) network.start(name);
    await network.clock.sleep(12_000);
    await arm(network, names, upgrades);
    await network.clock.sleep(15_000);
    await act(network);
  });
}

describe('a load of payments', () => {
  it('comes at its rate, is in the ledger at the end, and is counted as a real node counts it', () =>
    withNetwork(200, async (network) => {
      expect(await runs(network)).toEqual([-1, -1, -1]);
      const reply = await network.ask(
        'node-0',
        '/generateload?mode=pay&accounts=200&txs=150&txrate=10',
      );
      expect(reply).toBe(
        '{\n   "status" : {\n      "mode" : "pay",\n      "tx_rate" : "10 tx/s",\n      "txs_remaining" : 150\n   }\n}\n',
      );
      await network.clock.sleep(10_000);
      const attempted = (await meters(network))['loadgen.txn.attempted'];
      expect(attempted?.count).toBe(100);
      // Payments a second: since the first one, and the moving average of a minute.
      expect(attempted?.mean_rate).toBeCloseTo(10, 0);
      expect(attempted?.['1_min_rate']).toBeCloseTo(10, 0);
      expect(await runs(network)).toEqual([1, 0, 0]);
      await network.clock.sleep(15_000);
      expect(await runs(network)).toEqual([1, 1, 0]);
      const all = await meters(network);
      expect(all['loadgen.payment.submitted']?.count).toBe(150);
      // A real node counts 204 bytes for each payment.
      expect(all['loadgen.txn.bytes']?.count).toBe(150 * 204);
      expect(all['loadgen.txn.rejected']?.count).toBe(0);
      expect(all['ledger.apply.success']?.count).toBe(150);
      expect(all['ledger.apply.failure']?.count).toBe(0);
      expect(network.machine('node-0').log).toContain('[LoadGen INFO] Load generation complete.\n');
    }));

  it('comes in spikes, and a load of nothing is complete at once', () =>
    withNetwork(300, async (network) => {
      await network.ask(
        'node-0',
        '/generateload?accounts=300&txs=100&txrate=5&spikesize=30&spikeinterval=3',
      );
      await network.clock.sleep(2900);
      expect((await meters(network))['loadgen.txn.attempted']?.count).toBe(14);
      await network.clock.sleep(200);
      expect((await meters(network))['loadgen.txn.attempted']?.count).toBe(45);
      await network.clock.sleep(20_000);
      expect(await runs(network)).toEqual([1, 1, 0]);
      await network.ask('node-0', '/generateload');
      expect(await runs(network)).toEqual([2, 2, 0]);
    }));

  it('fails where it can not hold its rate, when it is stopped, and when the queue refuses a payment', () =>
    withNetwork(
      300,
      async (network) => {
        await network.ask('node-0', '/generateload?accounts=100&txs=200&txrate=40');
        expect(await runs(network)).toEqual([1, 0, 1]);
        expect(network.machine('node-0').log).toContain(
          '[LoadGen ERROR] Tx rate is too high, there are not enough unique accounts.',
        );
        await network.ask('node-0', '/generateload?accounts=300&txs=100&txrate=1');
        await network.clock.sleep(2000);
        expect(await network.ask('node-0', '/generateload?mode=stop')).toBe(
          'Stopped load generation',
        );
        expect(await runs(network)).toEqual([2, 0, 2]);
        // Ten operations a ledger, twenty in the queue.
        await network.ask('node-0', '/generateload?accounts=300&txs=200&txrate=100');
        await network.clock.sleep(2000);
        expect(await runs(network)).toEqual([3, 0, 3]);
        expect(network.machine('node-0').log).toContain(
          "tx rejected 'ERROR': txInsufficientFee ===> TestAccount-",
        );
        await network.clock.sleep(20_000);
        await network.ask(
          'node-0',
          '/generateload?accounts=300&txs=100&txrate=20&maxfeerate=1000&skiplowfeetxs=true',
        );
        const before = (await meters(network))['loadgen.txn.rejected']?.count ?? 0;
        await network.clock.sleep(30_000);
        // What is left out does not count: as many are made as were asked for, at ten a ledger.
        expect(await runs(network)).toEqual([4, 0, 3]);
        await network.clock.sleep(60_000);
        expect(await runs(network)).toEqual([4, 1, 3]);
        const all = await meters(network);
        expect(all['loadgen.txn.rejected']?.count).toBeGreaterThan(before + 50);
        expect(all['herder.pending-txs.not-included-due-to-low-fee-count']?.count).toBeGreaterThan(
          0,
        );
        expect((await network.info('node-1')).state).toBe('Synced!');
      },
      'protocolversion=27&maxtxsetsize=10',
    ));

  it('that begins while another is on takes its place: the first never ends in any way that shows', () =>
    withNetwork(200, async (network) => {
      await network.ask('node-0', '/generateload?accounts=200&txs=200&txrate=10');
      await network.ask('node-0', '/generateload?accounts=200&txs=50&txrate=10');
      await network.clock.sleep(60_000);
      expect(await runs(network)).toEqual([2, 1, 0]);
      expect((await meters(network))['loadgen.payment.submitted']?.count).toBe(50);
    }));

  it('at the rate 0 comes at 1, and with the accounts from an offset on', () =>
    withNetwork(20, async (network) => {
      const reply = await network.ask(
        'node-0',
        '/generateload?accounts=10&offset=10&txs=5&txrate=0&minpercentsuccess=90',
      );
      expect(JSON.parse(reply ?? '')).toEqual({
        status: { mode: 'pay', tx_rate: '0 tx/s', txs_remaining: 5 },
      });
      await network.clock.sleep(3050);
      expect((await meters(network))['loadgen.txn.attempted']?.count).toBe(3);
      await network.clock.sleep(20_000);
      expect(await runs(network)).toEqual([1, 1, 0]);
      for (let i = 0; i < 10; i++) {
        const account = await network.ask('node-0', `/testacc?name=TestAccount-${i}`);
        expect(JSON.parse(account ?? '').seqnum).toBe(0);
      }
    }));

  it('ends the process when its accounts are not in the ledger, as it ends a real one', () =>
    withNetwork(10, async (network) => {
      await network.ask('node-0', '/generateload?accounts=5000&txs=60&txrate=50');
      await network.clock.sleep(3000);
      expect(await network.machine('node-0').running?.exited).toBe(134);
    }));

  it.each([
    ['mode=nosuch', '{"exception": "Unknown loadgen mode: nosuch"}'],
    ['mode=pay&accounts=abc', `{"exception": "Failed to parse 'accounts' argument"}`],
    [
      'accounts=10&txs=5&maxfeerate=1',
      'maxfeerate is smaller than minimum base fee, load generation skipped.',
    ],
    [
      'mode=create&accounts=100',
      'DEPRECATED: CREATE mode has been removed. Use GENESIS_TEST_ACCOUNT_COUNT configuration parameter to create test accounts at genesis instead.',
    ],
    [
      'mode=soroban_invoke',
      '{"exception": "core-sim does not simulate the loadgen mode: soroban_invoke"}',
    ],
  ])('%s is refused, and counts nowhere', (query, text) =>
    withNetwork(10, async (network) => {
      expect(await network.ask('node-0', `/generateload?${query}`)).toBe(text);
      expect(await runs(network)).toEqual([-1, -1, -1]);
    }),
  );

  it('is made only by a node that is configured for it', () =>
    withNetwork(
      10,
      async (network) => {
        expect(await network.ask('node-0', '/generateload?mode=pay')).toBe(
          'Set ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING=true in the stellar-core.cfg if you want this behavior',
        );
      },
      undefined,
      [],
    ));
});
