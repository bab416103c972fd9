import { describe, expect, it } from 'vitest';
import { accelerated } from './catchup/archives.ts';
import { renderConfigs } from './configs.ts';
import { arm, startAll, verify } from './history/archive-of.ts';
import { createTestNetwork, type Info, type TestNetwork } from './network.ts';

const names = ['node-0', 'node-1', 'node-2'];

/** Three publishing nodes at protocol 25 with 300 test accounts. */
async function withNetwork(act: (network: TestNetwork) => Promise<void>): Promise<void> {
  const extra = [
    accelerated,
    'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING = true',
    'GENESIS_TEST_ACCOUNT_COUNT = 300',
  ];
  const configs = renderConfigs(names, Object.fromEntries(names.map((name) => [name, { extra }])));
  const network = createTestNetwork(configs);
  await network.clock.run(async () => {
    await startAll(network, names);
    await network.clock.sleep(5000);
    await arm(network, names, 'protocolversion=25&maxtxsetsize=500');
    await network.clock.sleep(10_000);
    await act(network);
  });
}

const infos = (network: TestNetwork): Promise<Info[]> =>
  Promise.all(names.map((name) => network.info(name)));

const counts = async (network: TestNetwork, ...metrics: string[]): Promise<number[]> => {
  const all = JSON.parse((await network.ask('node-0', '/metrics')) ?? '').metrics;
  return metrics.map((name) => all[name]?.count ?? 0);
};

const balanceOf = async (network: TestNetwork, name: string): Promise<number> =>
  JSON.parse((await network.ask('node-0', `/testacc?name=${name}`)) ?? '').balance;

describe('an upgrade under load', () => {
  it.each([
    ['protocolversion=27', { version: 27 }],
    ['basefee=50', { baseFee: 50 }],
    ['basereserve=5000000', { baseReserve: 5_000_000 }],
    ['maxtxsetsize=40', { maxTxSetSize: 40 }],
    [
      'protocolversion=26&basefee=90&basereserve=20000000&maxtxsetsize=300',
      { version: 26, baseFee: 90, baseReserve: 20_000_000, maxTxSetSize: 300 },
    ],
  ])('%s comes to all nodes, and every payment into a ledger', (parameters, changed) =>
    withNetwork(async (network) => {
      await network.ask('node-0', '/generateload?accounts=300&txs=400&txrate=20');
      await network.clock.sleep(5000);
      await arm(network, names, parameters);
      await network.clock.sleep(30_000);
      const seen = await infos(network);
      for (const { ledger, status } of seen) {
        expect(ledger).toMatchObject(changed);
        expect(status?.join() ?? '').not.toContain('Armed');
      }
      expect(new Set(seen.map(({ ledger }) => ledger.hash)).size).toBe(1);
      expect(
        await counts(
          network,
          'loadgen.run.complete',
          'loadgen.run.failed',
          'ledger.apply.success',
          'ledger.apply.failure',
        ),
      ).toEqual([1, 0, 400, 0]);
    }),
  );

  it('that raises the base fee takes the payments that wait with less, and the load fails for them', () =>
    withNetwork(async (network) => {
      await network.ask('node-0', '/generateload?accounts=300&txs=400&txrate=20');
      await network.clock.sleep(5000);
      await arm(network, names, 'basefee=250');
      await network.clock.sleep(50_000);
      for (const { ledger } of await infos(network)) expect(ledger.baseFee).toBe(250);
      const [complete, failed, applied = 0] = await counts(
        network,
        'loadgen.run.complete',
        'loadgen.run.failed',
        'ledger.apply.success',
      );
      expect([complete, failed]).toEqual([0, 1]);
      expect(applied).toBeGreaterThan(350);
      expect(applied).toBeLessThan(400);
      expect(network.machine('node-0').log).toMatch(/\d+ accounts are not in sync with the ledger/);
    }));

  it('leaves archives that a reader which knows nothing of the writer verifies, and that a node can replay', () =>
    withNetwork(async (network) => {
      await network.ask('node-0', '/generateload?accounts=300&txs=300&txrate=20&maxfeerate=5000');
      for (const values of [
        'basefee=200&maxtxsetsize=15',
        'protocolversion=27&basereserve=5000000',
        'maxtxsetsize=100',
      ]) {
        await network.clock.sleep(5000);
        await arm(network, names, values);
      }
      await network.clock.sleep(40_000);
      for (const name of names) {
        const report = await verify(network, name);
        expect(report.defects).toEqual([]);
        expect(report.oddities).toEqual([]);
        expect(report.protocol).toBe(27);
        expect(report.transactions).toBeGreaterThan(100);
      }
      const { running } = network.machine('node-2');
      running?.signal('SIGTERM');
      await running?.exited;
      await network.command('node-2', 'new-db');
      const { code, stdout } = await network.command(
        'node-2',
        'catchup',
        'current/max',
        '--extra-verification',
      );
      expect(code).toBe(0);
      expect(JSON.parse(stdout).info.ledger).toMatchObject({ version: 27, baseFee: 200 });
    }));
});

describe('a base fee', () => {
  it('that was raised is what a payment costs from the next ledger on, whatever it bids', () =>
    withNetwork(async (network) => {
      const before = await balanceOf(network, 'TestAccount-0');
      const pay = async (): Promise<void> => {
        await network.ask('node-0', '/testtx?from=TestAccount-0&to=TestAccount-1&amount=1000');
        await network.clock.sleep(3000);
      };
      await pay();
      const between = await balanceOf(network, 'TestAccount-0');
      expect(before - between).toBe(1100);
      await arm(network, names, 'basefee=700');
      await network.clock.sleep(5000);
      await pay();
      expect(between - (await balanceOf(network, 'TestAccount-0'))).toBe(1700);
    }));
});

describe('what was armed', () => {
  const at = (network: TestNetwork, minutesAgo: number): string =>
    new Date(network.clock.now() - minutesAgo * 60_000).toISOString().slice(0, 19);

  it('stays for fifteen minutes after its time, and is gone with the next ledger then', () =>
    withNetwork(async (network) => {
      for (const [minutes, isLeft] of [
        [14, true],
        [16, false],
      ] as const) {
        await network.ask(
          'node-2',
          `/upgrades?mode=set&upgradetime=${at(network, minutes)}Z&basefee=300`,
        );
        await network.clock.sleep(5000);
        const { status = [] } = await network.info('node-2');
        expect(status.some((line) => line.startsWith('Armed'))).toBe(isLeft);
      }
      expect((await infos(network)).map(({ ledger }) => ledger.baseFee)).toEqual([100, 100, 100]);
    }));

  it('on some nodes only passes when they are a quorum; elsewhere nothing needs to be armed', () =>
    withNetwork(async (network) => {
      await network.ask('node-0', '/generateload?accounts=300&txs=300&txrate=10');
      await arm(network, ['node-0'], 'basefee=300');
      await network.clock.sleep(15_000);
      expect((await network.info('node-0')).ledger.baseFee).toBe(100);
      await arm(network, ['node-1'], 'basefee=300');
      await network.clock.sleep(30_000);
      for (const { ledger } of await infos(network)) expect(ledger.baseFee).toBe(300);
      expect(await counts(network, 'loadgen.run.complete', 'ledger.apply.success')).toEqual([
        1, 300,
      ]);
    }));
});
