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
  },
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
