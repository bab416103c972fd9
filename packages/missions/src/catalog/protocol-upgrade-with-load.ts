import { defineMission } from '../define.ts';
import { count } from '../params.ts';

/** The latest protocol must come to a network that works, and find it working afterwards. */
export const protocolUpgradeWithLoad = defineMission('ProtocolUpgradeWithLoad', {
  summary:
    'Three validators carry a load of payments, and upgrade to the latest protocol under it.',
  expectedDuration: '4m',
  params: {
    accounts: count(20_000, 'how many test accounts pay each other', {
      min: 1,
      max: 1_000_000,
      simulated: 400,
    }),
    txs: count(50_000, 'how many payments', { min: 1, simulated: 1200 }),
    txRate: count(1000, 'payments a second', { min: 1, simulated: 40 }),
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
    const latest = await phase('upgrade to the protocol before the latest', async () => {
      await core.waitUntilSynced({ within: '2m' });
      const supported = await core.supportedProtocol();
      await core.upgrade({ protocol: supported - 1 });
      return supported;
    });

    await phase('limit ledgers to 1000 operations', () => core.upgrade({ maxTxSetSize: 1000 }));

    await phase('upgrade under load', async () => {
      // Two fifths of the load come before it, the others after.
      const seconds = Math.ceil((0.4 * params.txs) / params.txRate);
      const upgrade = await core.armUpgrade({ protocol: latest }, { after: `${seconds}s` });
      const load = await core.startLoad({ kind: 'payment', ...params, skipLowFeeTxs: true });
      await upgrade.waitUntilApplied();
      await load.expectRunning();
      return load.waitUntilDone();
    });
  },
});
