import { amount, count, defineMission } from '../src/index.ts';

// Each line below must be refused by the compiler: an expectation that is not met is an error itself.

export const mission = defineMission('Typed', {
  summary: 'Shows what the compiler refuses.',
  expectedDuration: '1s',
  params: { rate: count(1, 'a rate'), start: amount('10 XLM', 'an amount') },
  network: {
    core: { nodes: 3 },
    watchers: { nodes: 2, role: 'watcher', quorum: { of: ['core'] } },
  },
  async run(network, { phase, params }) {
    const { core } = network;
    const rate: number = params.rate;
    // @ts-expect-error there is no set of that name
    network.cor;
    // @ts-expect-error there is no parameter of that name
    params.rat;
    // @ts-expect-error a length of time has a unit
    await core.waitUntilSynced({ within: 120 });
    // @ts-expect-error minutes are written m
    await core.waitUntilSynced({ within: '5min' });
    // @ts-expect-error the key is misspelt
    await core.upgrade({ protocl: 22 });
    const alice = await core.createAccount('alice', { balance: params.start });
    // @ts-expect-error a load has a kind that there is
    await core.startLoad({ kind: 'payments', accounts: 1, txs: 1, txRate: 1 });
    // @ts-expect-error the key is misspelt
    await core.runLoad({ kind: 'payment', accounts: 1, txs: 1, txrate: 1 });
    // @ts-expect-error how many succeed is said of Soroban loads
    await core.runLoad({ kind: 'payment', accounts: 1, txs: 1, txRate: 1, minPercentSuccess: 9 });
    await core.runLoad({
      kind: 'sorobanUpload',
      accounts: 1,
      txs: 1,
      txRate: 1,
      minPercentSuccess: 9,
    });
    // @ts-expect-error the key is misspelt
    await core.upgradeSorobanSettings({ ledgerMaxTxCounts: 1 });
    await core.upgradeSorobanSettings(({ ledgerMaxTxCount }) => ({
      ledgerMaxTxCount: 2 * ledgerMaxTxCount,
    }));
    await core.upgradeSorobanSettings((now) => ({
      // @ts-expect-error not every protocol has the setting
      txMaxFootprintSize: 2 * now.txMaxFootprintSize,
    }));
    await phase('limits', () => core.upgradeSorobanSettings({ ledgerMaxTxCount: 1 }));
    // @ts-expect-error what a set goes on with is kept or fresh
    await core.start({ data: 'empty' });
    // @ts-expect-error a ledger is a number
    await core.start({ from: '15' });
    // @ts-expect-error a set is no text
    await core.expectAgreement('watchers');
    // @ts-expect-error other sets are a list
    await core.waitUntilSynced({ with: network.watchers });
    const published: number = await core.waitUntilPublished({ within: '5m' });
    await phase('publish', async () => published);
    // @ts-expect-error an account is no text
    await core.pay({ from: 'alice', to: alice, amount: '1 XLM' });
    // @ts-expect-error an amount has a unit
    await core.pay({ from: alice, to: alice, amount: '1' });
    // @ts-expect-error what a phase returns is journaled, so it is JSON
    await phase('no JSON', async () => new Map([[rate, alice]]));
  },
});

export const badNetwork = defineMission('BadNetwork', {
  summary: 'Has a network that the compiler refuses.',
  expectedDuration: '1s',
  network: {
    // @ts-expect-error the key is misspelt
    core: { nodes: 3, nodez: 3 },
    watchers: {
      nodes: 2,
      // @ts-expect-error there is no such set
      quorum: { of: ['coer'] },
      // @ts-expect-error there is no such database
      database: 'sqllite',
    },
    older: {
      nodes: 1,
      // @ts-expect-error nodes run the new or the old version
      image: 'older',
      // @ts-expect-error nodes begin at genesis or with an archive
      startsFrom: 'archives',
      // @ts-expect-error there is no such set to read from
      archivesFrom: ['watcher'],
      // @ts-expect-error a count of recent ledgers is a number
      catchup: { recent: '5' },
    },
  },
  // @ts-expect-error there is no parameter of that name
  needsProtocol: 'protocol',
  async run() {},
});

export const launches = defineMission('Launches', {
  summary: 'Launches its networks itself.',
  expectedDuration: '1s',
  async run(none, { network, phase }) {
    // @ts-expect-error there is no network from the beginning
    none['core'].nodes;
    const small = await network('small', { core: { nodes: 3 } });
    await phase('sync', () => small.sets.core.waitUntilSynced());
    // @ts-expect-error there is no set of that name
    small.sets.cor;
    // @ts-expect-error there is no such set
    await network('other', { core: { nodes: 1, quorum: { of: ['coer'] } } });
    await small.remove();
    // @ts-expect-error a network is no JSON, so no phase can return it
    await phase('launch', () => network('third', { core: { nodes: 1 } }));
  },
});
