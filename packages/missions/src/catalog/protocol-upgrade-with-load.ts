import { ledgerLimitsTimes } from '@ssc/formation';
import { defineMission } from '../define.ts';
import { count } from '../params.ts';
import { smallSorobanLoad } from '../soroban-load.ts';

/** The latest protocol must come to a network that works, and find it working afterwards. */
export const protocolUpgradeWithLoad = defineMission('ProtocolUpgradeWithLoad', {
  summary:
    'Three validators upgrade to the latest protocol under a load of payments, and upload contracts under new limits.',
  doc: `Begins one protocol behind the latest, with ledgers of 1000 operations, and quorum sets that the nodes make themselves. The upgrade is armed first, for the time at which two fifths of the load are submitted; then the load begins. The upgrade must be applied on every node while the load is still under way, and the load must then end well: a transaction whose fee is too low for a full ledger is left out. A ledger of a new network takes a single Soroban transaction. So the network votes on limits of ledgers that are 100 times as large, and every node must show all of them. Then contracts of random code are uploaded, one a second; whether each is applied is not asked, and the result tells how many were. In stellar/supercluster the upgrade, and one of the limits, are looked for on one node.`,
  expectedDuration: '9m',
  params: {
    accounts: count(20_000, 'how many test accounts pay each other', {
      min: 1,
      max: 1_000_000,
      simulated: 200,
    }),
    txs: count(50_000, 'how many payments', { min: 1, simulated: 600 }),
    txRate: count(1000, 'payments a second', { min: 1, simulated: 20 }),
    uploads: count(200, 'how many contracts are uploaded, one a second', {
      min: 1,
      simulated: 20,
    }),
  },

  network: ({ accounts }) => ({
    core: {
      nodes: 3,
      resources: 'upgrade',
      homeDomain: 'stellar.org',
      quorum: { auto: {} },
      genesisTestAccounts: accounts,
      updateSorobanCosts: true,
      sorobanLoad: smallSorobanLoad,
    },
  }),

  testBuildFor: [
    'upgrade under load',
    'multiply the limits of ledgers by 100',
    'upload contracts under the new limits',
  ],

  async run({ core }, { phase, params }) {
    const { uploads, ...payments } = params;
    const bids = {
      maxFeeRate: 1000,
      // A full ledger takes the best; what it does not take is left out.
      skipLowFeeTxs: true,
    };

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
      const seconds = Math.ceil((0.4 * payments.txs) / payments.txRate);
      const upgrade = await core.armUpgrade({ protocol: latest }, { after: `${seconds}s` });
      const load = await core.startLoad({ kind: 'payment', ...payments, ...bids });
      await upgrade.waitUntilApplied({ under: load });
      await load.expectRunning();
      return load.waitUntilDone();
    });

    await phase('multiply the limits of ledgers by 100', () =>
      core.upgradeSorobanSettings(ledgerLimitsTimes(100)),
    );

    await phase('upload contracts under the new limits', () =>
      core.runLoad({
        kind: 'sorobanUpload',
        accounts: payments.accounts,
        txs: uploads,
        txRate: 1,
        ...bids,
      }),
    );
  },
});
