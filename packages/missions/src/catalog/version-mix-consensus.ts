import { defineMission } from '../define.ts';
import { count } from '../params.ts';

/** Nodes that begin with the tables and buckets of the old network, and listen to each other: all of both versions. */
const mixed = {
  nodes: 2,
  startsLater: true,
  startsFrom: { stateOf: 'before' },
  // What the old network publishes later is none of their ledgers.
  archivesFrom: [],
  quorum: { of: ['newer', 'older'], thresholdPercent: 100 },
} as const;

/** Two versions must go on together from the state that the older one left, at the protocol that both know. */
export const versionMixConsensus = defineMission('VersionMixConsensus', {
  summary:
    'Validators of two versions go on from the state of an old network, and agree under a load of payments.',
  doc: `The old network upgrades to the highest protocol that the older version knows. Two nodes of each version begin with a copy of the tables and buckets of one of its nodes, so that the new version opens what the older one wrote, and listen to all four, so that neither version can go on alone. The old network is stopped, the older version makes a load of payments, and all four must close ledgers and agree. The copy is made between two ledgers, and the node is not frozen for it as in stellar/supercluster, where one stays frozen when a step of the copy fails.`,
  expectedDuration: '5m',
  params: {
    accounts: count(100, 'how many test accounts pay each other', { min: 1, max: 1_000_000 }),
    txs: count(100, 'how many payments', { min: 1 }),
    txRate: count(20, 'payments a second', { min: 1 }),
    ledgers: count(20, 'how many ledgers must close after the load', { min: 1 }),
  },

  network: ({ accounts: genesisTestAccounts }) => ({
    before: { nodes: 2, image: 'old', quorum: { of: ['before'] }, genesisTestAccounts },
    newer: { ...mixed, genesisTestAccounts },
    older: { ...mixed, image: 'old', genesisTestAccounts },
  }),

  testBuildFor: ['load'],

  async run({ before, newer, older }, { phase, params }) {
    const { ledgers, ...load } = params;

    const protocol = await phase(
      'upgrade the old network',
      async () => {
        await before.waitUntilSynced({ within: '2m' });
        const supported = await before.supportedProtocol();
        await before.upgrade({ protocol: supported });
        return supported;
      },
      { repeatable: true },
    );

    await phase(
      'save its state',
      async () => {
        await before.waitForLedgers(2);
        return before.saveState();
      },
      { repeatable: true },
    );

    await phase('go on with both versions', async () => {
      // All of them are a quorum, and none goes on before all are there: so the state was saved once for all.
      await Promise.all([newer.start(), older.start()]);
      await newer.waitUntilSynced({ with: [older] });
      await Promise.all([newer.expectProtocol(protocol), older.expectProtocol(protocol)]);
      return { new: await newer.builds(), old: await older.builds() };
    });

    await phase('stop the old network', () => before.stop());

    await phase('load', () => older.runLoad({ kind: 'payment', ...load, maxFeeRate: 1000 }));

    await phase(
      'close ledgers',
      async () => {
        await Promise.all([older.waitForLedgers(ledgers), newer.waitForLedgers(ledgers)]);
        await newer.expectAgreement(older);
      },
      { repeatable: true },
    );
  },
});
