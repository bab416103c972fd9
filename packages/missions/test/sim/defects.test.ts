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
  (wanted: string, change: (text: string) => string) =>
  (node: string, text: string): string =>
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
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "sync"
        ✖ SSC_NODE_NOT_SYNCED  core-0, core-1 and core-2 did not sync within 2m of the last progress
          Asked       N times in TIME; the last answer is TIME old
          Last saw    core-0: state "Joining SCP", ledger N, 1 peer authenticated; no ledger closed since asked; no slot voted on yet
                      core-1: state "Joining SCP", ledger N, 0 peers authenticated; no ledger closed since asked; no slot voted on yet
                      core-2: state "Joining SCP", ledger N, 1 peer authenticated; no ledger closed since asked; no slot voted on yet
          Progress    none for TIME
          Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-0 -c stellar-core
          Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-1 -c stellar-core
          Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-2 -c stellar-core
          The nodes are of different networks: core-0 and core-2 of "Private test network 'ssc-091c79'", core-1 of "Another network". Look at NETWORK_PASSPHRASE."
      `),
    },
    {
      defect: 'a node that is cut off before the upgrade',
      world: {
        whenPhase: { 'upgrade to the latest protocol': cutOff('core-2', 'core-0', 'core-1') },
      },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "upgrade to the latest protocol"
        ✖ SSC_UPGRADE_NOT_APPLIED  core-0, core-1 and core-2 did not apply protocolVersion 27 within 2m 15s of the last progress
          Asked       N times in TIME; the last answer is TIME old
          Last saw    core-0: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 1 peer authenticated
                      core-1: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 1 peer authenticated
                      core-2: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 0 peers authenticated
          Progress    none for TIME
          Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-0 -c stellar-core
          Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-1 -c stellar-core
          Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-2 -c stellar-core
          A node without an authenticated peer cannot hear its quorum, whatever it is armed with."
      `),
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
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "upgrade to the latest protocol"
        ✖ SSC_NODE_NOT_SYNCED  core-0, core-1 and core-2 did not sync within 2m of the last progress
          Asked       N times in TIME; the last answer is TIME old
          Last saw    core-0: state "Joining SCP", ledger N, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                      core-1: state "Joining SCP", ledger N, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                      core-2: state "Joining SCP", ledger N, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
          Progress    none for TIME
          Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-0 -c stellar-core
          Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-1 -c stellar-core
          Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-2 -c stellar-core
          Ledger 1 of core-2 is another one than that of core-0. They began differently: look at GENESIS_TEST_ACCOUNT_COUNT."
      `),
    },
    {
      defect: 'the node that generates the load is cut off',
      world: { whenPhase: { load: cutOff('core-0', 'core-1', 'core-2') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "load"
        ✖ SSC_LOAD_FAILED  pay load on core-0 failed: 500 of 600 transactions submitted, 0 refused
          After       25s
          Counters    loadgen.run.failed 1, loadgen.txn.attempted 500, loadgen.txn.rejected 0 (of this run)
          State       state "Synced!", ledger N, 0 peers authenticated
          Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-0 -c stellar-core
          The node has no authenticated peer. Unless it is its own quorum it is cut off, which its state shows only after 35 s."
      `),
    },
  ],
  ProtocolUpgradeWithLoad: [
    {
      defect: 'a node that is cut off when the upgrade comes',
      world: { whenPhase: { 'upgrade under load': cutOff('core-2', 'core-0', 'core-1') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "upgrade under load"
        ✖ SSC_UPGRADE_NOT_APPLIED  core-2 did not apply protocolVersion 27 within 2m 12s of the last progress
          Asked       N times in TIME; the last answer is TIME old
          Last saw    core-2: not applied: protocolVersion (is 26); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 0 peers authenticated
          Progress    none for TIME
          Others      core-0 and core-1 upgraded: ledger N
          Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
          Look        kubectl -n default logs ssc-091c79-core-2 -c stellar-core
          A node without an authenticated peer cannot hear its quorum, whatever it is armed with."
      `),
    },
    {
      defect: 'a load that is over before the upgrade',
      world: { params: { txs: '1', txRate: '1' } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "upgrade under load"
        ✖ SSC_LOAD_OVER  pay load on core-0 should still be under way, and is done: 1 of 1 transactions submitted, 0 refused
          What was to happen under load came too late, or the load was too short for it."
      `),
    },
  ],
  SimplePayment: [
    {
      defect: 'a node that is cut off before the payment',
      world: { whenPhase: { pay: cutOff('core-1', 'core-0', 'core-2') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "pay"
        ✖ SSC_TX_NOT_APPLIED  core-0 closes no ledger, so nothing that was submitted can be applied
          Asked       N times in TIME; the last answer is TIME old
          Last saw    state "Joining SCP", ledger N, 1 peer authenticated"
      `),
    },
    {
      defect: 'the node that takes transactions is cut off before the accounts are made',
      world: { whenPhase: { 'create Alice and Bob': cutOff('core-0', 'core-1', 'core-2') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "create Alice and Bob"
        ✖ SSC_TX_NOT_APPLIED  core-0 closes no ledger, so nothing that was submitted can be applied
          Asked       N times in TIME; the last answer is TIME old
          Last saw    state "Joining SCP", ledger N, 0 peers authenticated"
      `),
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
