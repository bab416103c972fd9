import { defineMission } from '../define.ts';
import { count } from '../params.ts';

/** The latest protocol must come to a network that works, and find it working afterwards. */
export const protocolUpgradeWithLoad = defineMission('ProtocolUpgradeWithLoad', {
  summary:
    'Three validators carry a load of payments, and upgrade to the latest protocol under it.',
  doc: `Begins one protocol behind the latest, with ledgers of 1000 operations, and quorum sets that the nodes make themselves. The upgrade is armed first, for the time at which two fifths of the load are submitted; then the load begins. The upgrade must be applied on every node while the load is still under way, and the load must then end well: a transaction whose fee is too low for a full ledger is left out. In stellar/supercluster the upgrade is looked for on one node, and uploads of contracts follow; this one is about payments alone.`,
  expectedDuration: '4m',
  params: {
    accounts: count(20_000, 'how many test accounts pay each other', {
      min: 1,
      max: 1_000_000,
      simulated: 200,
    }),
    txs: count(50_000, 'how many payments', { min: 1, simulated: 600 }),
    txRate: count(1000, 'payments a second', { min: 1, simulated: 20 }),
  },

  network: ({ accounts }) => ({
    core: {
      nodes: 3,
      resources: 'upgrade',
      homeDomain: 'stellar.org',
      quorum: { auto: {} },
      genesisTestAccounts: accounts,
      updateSorobanCosts: true,
    },
  }),

  testBuildFor: ['upgrade under load'],

  async run({ core }, { phase, params }) {
    const latest = await phase(
      'upgrade to the protocol before the latest',
      async () => {
        await core.waitUntilSynced({ within: '2m' });
        const supported = await core.supportedProtocol();
        await core.upgrade({ protocol: supported - 1 });
        return supported;
      },
      { repeatable: true },
    );

    await phase('limit ledgers to 1000 operations', () => core.upgrade({ maxTxSetSize: 1000 }), {
      repeatable: true,
    });

    await phase('upgrade under load', async () => {
      // Two fifths of the load come before it, the others after.
      const seconds = Math.ceil((0.4 * params.txs) / params.txRate);
      const upgrade = await core.armUpgrade({ protocol: latest }, { after: `${seconds}s` });
      const load = await core.startLoad({
        kind: 'payment',
        ...params,
        // A full ledger takes the best; what it does not take is left out.
        maxFeeRate: 1000,
        skipLowFeeTxs: true,
      });
      await upgrade.waitUntilApplied({ under: load });
      await load.expectRunning();
      return load.waitUntilDone();
    });
  },
});
