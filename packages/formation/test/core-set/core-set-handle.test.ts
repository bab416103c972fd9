import { createVirtualClock } from '@ssc/clock';
import { expect, test } from 'vitest';
import type { CoreSet } from '../../src/core-set/core-set.ts';
import { CoreSetHandle, type CoreSetHandleOptions } from '../../src/core-set/core-set-handle.ts';

/** A set of one node, which runs or does not; whatever is asked of it is not answered. */
const setOf = (startsLater: boolean): CoreSetHandle =>
  new CoreSetHandle({
    name: 'core',
    clients: [{ node: 'core-0' }],
    startsLater,
    clock: createVirtualClock({ start: 0 }),
  } as unknown as CoreSetHandleOptions);

const account = { name: 'alice', publicKey: 'G' };
const verbs: Readonly<
  Record<Exclude<keyof CoreSet, 'name' | 'nodes' | 'start'>, (set: CoreSet) => Promise<unknown>>
> = {
  waitUntilSynced: (set) => set.waitUntilSynced(),
  stop: (set) => set.stop(),
  change: (set) => set.change({ data: 'kept' }),
  waitForLedgers: (set) => set.waitForLedgers(1),
  waitUntilLedger: (set) => set.waitUntilLedger(1),
  waitUntilPublished: (set) => set.waitUntilPublished(),
  saveState: (set) => set.saveState(),
  stopAllBut: (set) => set.stopAllBut(1),
  builds: (set) => set.builds(),
  supportedProtocol: (set) => set.supportedProtocol(),
  upgrade: (set) => set.upgrade({ protocol: 'latest' }),
  upgradeSorobanSettings: (set) => set.upgradeSorobanSettings({ ledgerMaxTxCount: 100 }),
  armUpgrade: (set) => set.armUpgrade({ maxTxSetSize: 1 }),
  runLoad: (set) => set.runLoad({ kind: 'payment', accounts: 1, txs: 1, txRate: 1 }),
  startLoad: (set) => set.startLoad({ kind: 'payment', accounts: 1, txs: 1, txRate: 1 }),
  createAccount: (set) => set.createAccount('alice', { balance: '1 XLM' }),
  pay: (set) => set.pay({ from: account, to: account, amount: '1 XLM' }),
  balanceOf: (set) => set.balanceOf(account),
  expectBalance: (set) => set.expectBalance(account, '1 XLM'),
  expectProtocol: (set) => set.expectProtocol(1),
  expectAgreement: (set) => set.expectAgreement(),
  expectNoErrorMetrics: (set) => set.expectNoErrorMetrics(),
};

test.each(Object.entries(verbs))(
  '%s is refused while no node of the set runs',
  async (_name, verb) => {
    await expect(verb(setOf(true))).rejects.toMatchObject({
      code: 'SSC_SET_STOPPED',
      verdict: 'usage',
      message: expect.stringMatching(/^core cannot .*: none of its nodes run$/u),
    });
  },
);

test.each(['waitUntilSynced', 'expectAgreement'] as const)(
  '%s is refused while another set that is named does not run',
  async (name) => {
    const set = setOf(false);
    const other = setOf(true);
    const asked = name === 'waitUntilSynced' ? set[name]({ with: [other] }) : set[name](other);
    await expect(asked).rejects.toMatchObject({ code: 'SSC_SET_STOPPED' });
  },
);
