import { expect, test } from 'vitest';
import { catalog, findMission } from '../../src/index.ts';
import { type Befall, rehearse, told, type WorldOptions } from './world.ts';

/** Something wrong with nodes or their network, and what the mission then says. */
interface Defect {
  readonly defect: string;
  readonly world: WorldOptions;
  /** Reads the whole message. */
  reads(text: string): void;
}

/** One node's configuration changed, on its way into the ConfigMap. */
const config =
  (wanted: string, change: (text: string) => string): WorldOptions['changeConfig'] =>
  (node, text) =>
    node === wanted ? change(text) : text;

/** A node can no longer reach, or be reached by, the others. */
const cutOff =
  (node: string, ...others: readonly string[]): Befall =>
  (cluster, pod) => {
    for (const other of others) cluster.faults.partition(pod(node), pod(other));
  };

const defects: Readonly<Record<string, readonly Defect[]>> = {
  BootAndSync: [
    {
      defect: 'a node of another network',
      world: {
        changeConfig: config('core-1', (text) =>
          text.replace(/NETWORK_PASSPHRASE = .*/u, 'NETWORK_PASSPHRASE = "Another network"'),
        ),
      },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
    {
      defect: 'a node that is cut off before the upgrade',
      world: {
        whenPhase: { 'upgrade to the latest protocol': cutOff('core-2', 'core-0', 'core-1') },
      },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
  ],
  LoadGeneration: [
    {
      defect: 'a node that has other genesis accounts',
      world: {
        changeConfig: config('core-2', (text) =>
          text.replace(/GENESIS_TEST_ACCOUNT_COUNT = .*/u, 'GENESIS_TEST_ACCOUNT_COUNT = 7'),
        ),
      },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
    {
      defect: 'the node that generates the load is cut off',
      world: { whenPhase: { load: cutOff('core-0', 'core-1', 'core-2') } },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
  ],
  ProtocolUpgradeWithLoad: [
    {
      defect: 'a node that is cut off when the upgrade comes',
      world: { whenPhase: { 'upgrade under load': cutOff('core-2', 'core-0', 'core-1') } },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
    {
      defect: 'a load that is over before the upgrade',
      world: { params: { txs: '1', txRate: '1' } },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
  ],
  SimplePayment: [
    {
      defect: 'a node that is cut off before the payment',
      world: { whenPhase: { pay: cutOff('core-1', 'core-0', 'core-2') } },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
    {
      defect: 'the node that takes transactions is cut off before the accounts are made',
      world: { whenPhase: { 'create Alice and Bob': cutOff('core-0', 'core-1', 'core-2') } },
      reads: (text) => expect(text).toMatchInlineSnapshot(),
    },
  ],
};

test.each(Object.keys(catalog))('%s has two defects at least', (name) => {
  expect(defects[name]?.length).toBeGreaterThanOrEqual(2);
});

const rows = Object.entries(defects).flatMap(([mission, list]) =>
  list.map((row) => ({ mission, ...row })),
);

test.each(rows)('$mission fails: $defect', async ({ mission, world: options, reads }) => {
  const world = await rehearse(findMission(mission), options);
  reads(told(world));
  expect(world.result.verdict).toBe('failed');
});
