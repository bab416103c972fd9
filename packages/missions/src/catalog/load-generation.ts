import { defineMission } from '../define.ts';
import { count } from '../params.ts';

/** Payments at a steady rate, all of them applied, on a network in sync. */
export const loadGeneration = defineMission('LoadGeneration', {
  summary: 'Three validators carry a steady load of payments that the first one generates.',
  doc: `Payments between test accounts that are in the ledger from its first one on, so that nothing has to be created. Ledgers are made large enough for the rate first. The load counts as done by its own counters, those from before it taken off, and fails when a transaction is refused for anything but a stale sequence number, with which it is tried again, or is not applied in the end. In stellar/supercluster equal counters are success, those of a run before included.`,
  expectedDuration: '4m',
  params: {
    accounts: count(2000, 'how many test accounts pay each other', {
      min: 1,
      max: 1_000_000,
      simulated: 300,
    }),
    txs: count(2000, 'how many payments', { min: 1, simulated: 300 }),
    txRate: count(20, 'payments a second', { min: 1 }),
  },

  network: ({ accounts }) => ({
    core: { nodes: 3, genesisTestAccounts: accounts },
  }),

  testBuildFor: ['load'],

  async run({ core }, { phase, params }) {
    await phase(
      'upgrade to the latest protocol',
      async () => {
        await core.waitUntilSynced({ within: '2m' });
        await core.upgrade({ protocol: 'latest' });
      },
      { repeatable: true },
    );

    await phase('make room in ledgers', () => core.upgrade({ maxTxSetSize: 100_000 }), {
      repeatable: true,
    });

    await phase('load', () => core.runLoad({ kind: 'payment', ...params, maxFeeRate: 1000 }));
  },
});
