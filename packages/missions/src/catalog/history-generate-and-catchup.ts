import { type CoreSet, ledgerLimitsTimes } from '@ssc/formation';
import { defineMission } from '../define.ts';
import { count } from '../params.ts';
import { smallSorobanLoad } from '../soroban-load.ts';

/** The first protocol with Soroban. */
const sorobanSince = 20;

/** What a node that follows the generator has in common with the others: it hears its votes, and reads its archive. */
const follower = {
  nodes: 1,
  startsLater: true,
  waitForConsensus: true,
  quorum: { of: ['generator'] },
  archivesFrom: ['generator'],
  // Who replays the upgrades must compute the same costs.
  updateSorobanCosts: true,
} as const;

/**
 * One network goes through all protocols, so that its archive holds all of them: what was published with each is caught up
 * with while it is the latest, and all of it at the end.
 */
export const historyGenerateAndCatchup = defineMission('HistoryGenerateAndCatchup', {
  summary:
    'One validator publishes history at every protocol; others catch up with it at each, and with all of it at the end.',
  doc: `The generator goes through the protocols one after another, so that one archive holds all of them. At each it carries payments, and uploads of contracts where the protocol has them, under limits of ledgers that are 100 times those that a network begins with, and publishes them; then a node with nothing reads the archive, replays the last ledgers, and must follow the generator and agree with it. At the end one node takes the newest state alone, and another one replays everything since the first ledger. In stellar/supercluster each protocol has a network of its own, some thirty one after another, so that no catchup there crosses an upgrade; contracts are uploaded only where the latest protocol is exactly 20.`,
  expectedDuration: '45m',
  params: {
    firstProtocol: count(0, 'the first protocol that is gone through', { simulated: 25 }),
    accounts: count(100, 'how many test accounts pay each other', { min: 1, max: 1_000_000 }),
    txs: count(100, 'how many payments at each protocol', { min: 1 }),
    txRate: count(20, 'payments a second', { min: 1 }),
    uploads: count(
      100,
      'how many contracts are uploaded at each protocol that has them, one a second',
      {
        min: 1,
        simulated: 5,
      },
    ),
  },

  network: ({ accounts: genesisTestAccounts }) => ({
    generator: {
      nodes: 1,
      quorum: { of: ['generator'] },
      genesisTestAccounts,
      updateSorobanCosts: true,
      sorobanLoad: smallSorobanLoad,
    },
    recent: { ...follower, catchup: { recent: 5 }, genesisTestAccounts },
    minimal: { ...follower, catchup: 'minimal', genesisTestAccounts },
    complete: { ...follower, catchup: 'complete', genesisTestAccounts },
  }),

  testBuildFor: ['generate at protocol …', 'upload contracts at protocol …'],
  needsProtocol: 'firstProtocol',

  async run({ generator, recent, minimal, complete }, { phase, params }) {
    const { firstProtocol, uploads, ...payments } = params;

    const latest = await phase(
      'sync',
      async () => {
        await generator.waitUntilSynced({ within: '2m' });
        return generator.supportedProtocol();
      },
      { repeatable: true },
    );

    for (let protocol = firstProtocol; protocol <= latest; protocol++) {
      await phase(`generate at protocol ${protocol}`, async () => {
        if (protocol > 0) {
          const upgrade = await generator.armUpgrade({ protocol }, { after: '1s' });
          await upgrade.waitUntilApplied();
        }
        return generator.runLoad({ kind: 'payment', ...payments, maxFeeRate: 1000 });
      });

      if (protocol >= sorobanSince)
        await phase(`upload contracts at protocol ${protocol}`, async () => {
          // A ledger of a new network takes a single one. What is voted for once stays.
          if (protocol === Math.max(firstProtocol, sorobanSince))
            await generator.upgradeSorobanSettings(ledgerLimitsTimes(100));
          return generator.runLoad({
            kind: 'sorobanUpload',
            accounts: payments.accounts,
            txs: uploads,
            txRate: 1,
            maxFeeRate: 1000,
          });
        });

      await phase(
        `publish at protocol ${protocol}`,
        async () => {
          await generator.waitForLedgers(5);
          return generator.waitUntilPublished();
        },
        { repeatable: true },
      );

      await phase(`catch up at protocol ${protocol}`, async () => {
        await recent.start({ data: 'fresh' });
        await follow(recent, generator);
        await recent.stop();
      });
    }

    await phase('catch up with all of it', async () => {
      const sets = [minimal, complete];
      await Promise.all(sets.map((set) => set.start({ data: 'fresh' })));
      await Promise.all(sets.map((set) => follow(set, generator)));
    });
  },
});

/** A node is caught up when it closes ledgers as the generator does. */
async function follow(set: CoreSet, generator: CoreSet): Promise<void> {
  await set.waitUntilSynced({ within: '5m' });
  await set.waitForLedgers(5);
  await set.expectAgreement(generator);
}
