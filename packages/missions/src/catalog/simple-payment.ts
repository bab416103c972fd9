import { sumOf } from '@ssc/formation';
import { defineMission } from '../define.ts';
import { amount } from '../params.ts';

/** The smallest network that means something: three nodes, two accounts, one payment. */
export const simplePayment = defineMission('SimplePayment', {
  summary:
    'Three validators upgrade to the latest protocol and agree on one payment from Alice to Bob.',
  doc: `Accounts are made from the root account, and the payment is submitted to one node. That it was applied, and what arrived, is read from the ledger of every node.`,
  expectedDuration: '2m',
  params: {
    balance: amount('1000 XLM', 'what Alice and Bob start with'),
    amount: amount('10 XLM', 'what Alice pays Bob'),
  },

  network: {
    core: { nodes: 3 },
  },

  testBuildFor: ['create Alice and Bob', 'pay'],

  async run({ core }, { phase, params }) {
    await phase(
      'upgrade to the latest protocol',
      async () => {
        await core.waitUntilSynced({ within: '2m' });
        await core.upgrade({ protocol: 'latest' });
      },
      { repeatable: true },
    );

    const { alice, bob } = await phase('create Alice and Bob', async () => ({
      alice: await core.createAccount('alice', { balance: params.balance }),
      bob: await core.createAccount('bob', { balance: params.balance }),
    }));

    await phase('pay', async () => {
      await core.pay({ from: alice, to: bob, amount: params.amount });
      await core.expectBalance(bob, sumOf(params.balance, params.amount));
    });
  },
});
