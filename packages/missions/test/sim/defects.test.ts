import { expect, test } from 'vitest';
import { catalog, findMission } from '../../src/index.ts';
import { told } from './told.ts';
import { type Befall, rehearse, type WorldOptions } from './world.ts';

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

const newLimits = 'multiply the limits of ledgers by 100';
const uploads = 'upload contracts under the new limits';

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
            Logs        nodes/core-0/ in the results
            Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-1/ in the results
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-2/ in the results
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
          ✖ SSC_UPGRADE_NOT_APPLIED  core-0, core-1 and core-2 did not apply protocolVersion 27 within 2m 14s of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-0: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 1 peer authenticated
                        core-1: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 1 peer authenticated
                        core-2: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 0 peers authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-0/ in the results
            Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-1/ in the results
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-2/ in the results
            A node without an authenticated peer cannot hear its quorum, whatever it is armed with."
        `),
    },
    {
      defect: 'a node that computes another state',
      world: { defects: { 'core-1': { wrongStateAt: 3 } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "upgrade to the latest protocol"
          ✖ SSC_UPGRADE_NOT_APPLIED  core-0, core-1 and core-2 did not apply protocolVersion 27 within 2m 14s of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-0: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 2 peers authenticated
                        core-1: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 2 peers authenticated
                        core-2: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 2 peers authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-0/ in the results
            Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-1/ in the results
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-2/ in the results
            Ledger 3 of core-1 is another one than that of core-0."
        `),
    },
    {
      defect: 'a node that refuses upgrades',
      world: { defects: { 'core-1': { refusesUpgrades: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "upgrade to the latest protocol"
          ✖ SSC_UPGRADE_NOT_APPLIED  core-0, core-1 and core-2 did not apply protocolVersion 27 within 2m 14s of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-0: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Synced!", ledger N, 2 peers authenticated
                        core-1: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Synced!", ledger N, 2 peers authenticated
                        core-2: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 27; state "Synced!", ledger N, 2 peers authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-0/ in the results
            Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-1/ in the results
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-2/ in the results
            All nodes are armed, and in sync: if ledgers close after its time, a node that the others need votes against it."
        `),
    },
  ],
  HistoryGenerateAndCatchup: [
    {
      defect: 'a generator that stops publishing',
      world: { defects: { 'generator-0': { stopsPublishingAt: 20 } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "publish at protocol 25"
          ✖ SSC_CHECKPOINT_NOT_PUBLISHED  generator-0 did not publish checkpoint 47 within 2m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    generator-0: archive at ledger N; state "Synced!", ledger N, 0 peers authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-generator-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/generator-0/ in the results"
        `),
    },
    {
      defect: 'an archive that is not where it is looked for',
      world: {
        changeConfig: config('recent-0', (text) =>
          text.replace(/curl -sf http:[^{]*/u, 'curl -sf http://nowhere.invalid/'),
        ),
      },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "catch up at protocol 25"
          ✖ SSC_NODE_NOT_SYNCED  recent-0 did not sync within 5m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    recent-0: state "Catching up", ledger N, 1 peer authenticated, "Catching up to ledger N: Downloading state file history/00/00/00/history-0000002f.json for ledger N"; no ledger closed since asked; 1 of 1 agree on slot N (EXTERNALIZE)
            Progress    none for TIME
            Pod         default/ssc-091c79-recent-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GAOKE [History ERROR] Missing HAS for ledger N: maybe stale archive generator-0
            Logs        nodes/recent-0/ in the results
            The node waits for a checkpoint to be published and read. Look at the archives it reads from."
        `),
    },
    {
      defect: 'an archive with wrong ledgers',
      world: { defects: { 'generator-0': { corruptsArchive: 'ledger' } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "catch up at protocol 25"
          ✖ SSC_NODE_NOT_SYNCED  recent-0 did not sync within 5m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    recent-0: state "Catching up", ledger N, 1 peer authenticated, "Catching up to ledger N: Failed: download-verify-ledgers-seq"; no ledger closed since asked; 1 of 1 agree on slot N (EXTERNALIZE)
            Progress    none for TIME
            Pod         default/ssc-091c79-recent-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GAOKE [History ERROR] Bad ledger-header history entry: claimed ledger [seq=336, hash=HASH] actually hashes to HASH
                        TIME GAOKE [History ERROR] Catchup material failed verification - hash mismatch, propagating failure
                        TIME GAOKE [History ERROR] One or more of history archives may be corrupted. Update HISTORY configuration entry to only contain valid ones.
            Logs        nodes/recent-0/ in the results
            The node waits for a checkpoint to be published and read. Look at the archives it reads from."
        `),
    },
    {
      defect: 'an archive with wrong buckets',
      world: { defects: { 'generator-0': { corruptsArchive: 'bucket' } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "catch up at protocol 25"
          ✖ SSC_NODE_NOT_SYNCED  recent-0 did not sync within 5m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    recent-0: state "Catching up", ledger N, 1 peer authenticated, "Catching up to ledger N: Succeeded: verify-ledger-chain"; no ledger closed since asked; 1 of 1 agree on slot N (EXTERNALIZE)
            Progress    none for TIME
            Pod         default/ssc-091c79-recent-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GAOKE [History ERROR] FAILED verifying hash for bucket HASH: its contents hash to HASH
                        TIME GAOKE [History ERROR] FAILED verifying hash for bucket HASH: its contents hash to HASH
                        TIME GAOKE [History ERROR] One or more of history archives may be corrupted. Update HISTORY configuration entry to only contain valid ones.
            Logs        nodes/recent-0/ in the results
            The node waits for a checkpoint to be published and read. Look at the archives it reads from."
        `),
    },
    {
      defect: 'a generator that votes for no new settings',
      world: { defects: { 'generator-0': { refusesSettings: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "upload contracts at protocol 25"
          ✖ SSC_UPGRADE_NOT_APPLIED  generator-0 did not apply 7 settings within 2m 14s of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    generator-0: not applied: ledgerMaxInstructions (is 2500000, wanted 250000000), ledgerMaxReadBytes (is 3200, wanted 320000), ledgerMaxWriteBytes (is 3200, wanted 320000), ledgerMaxTxCount (is 1, wanted 100), ledgerMaxReadLedgerEntries (is 3, wanted 300), ledgerMaxWriteLedgerEntries (is 2, wanted 200), ledgerMaxTransactionsSizeBytes (is 10000, wanted 1000000); armed from TIME with configUpgradeSetKey XKiynEO4…4Q==; state "Synced!", ledger N, 0 peers authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-generator-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/generator-0/ in the results
            All nodes are armed, and in sync: if ledgers close after its time, a node that the others need votes against it."
        `),
    },
    {
      defect: 'a node that never catches up',
      world: { defects: { 'recent-0': { neverCatchesUp: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "catch up at protocol 25"
          ✖ SSC_NODE_NOT_SYNCED  recent-0 did not sync within 5m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    recent-0: state "Catching up", ledger N, 1 peer authenticated, "Catching up to ledger N: Downloading state file history/00/00/00/history-0000002f.json for ledger N"; no ledger closed since asked; 1 of 1 agree on slot N (EXTERNALIZE)
            Progress    none for TIME
            Pod         default/ssc-091c79-recent-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/recent-0/ in the results
            The node waits for a checkpoint to be published and read. Look at the archives it reads from."
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
            Logs        nodes/core-0/ in the results
            Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-1/ in the results
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-2/ in the results
            Ledger 1 of core-2 is another one than that of core-0. They began differently: look at GENESIS_TEST_ACCOUNT_COUNT."
        `),
    },
    {
      defect: 'the node that generates the load is cut off',
      world: { whenPhase: { load: cutOff('core-0', 'core-1', 'core-2') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "load"
          ✖ SSC_LOAD_FAILED  pay load on core-0 failed: 300 of 300 transactions submitted, 0 refused
            After       35s
            Counters    loadgen.run.failed 1, loadgen.txn.attempted 300, loadgen.txn.rejected 0 (of this run)
            State       state "Joining SCP", ledger N, 0 peers authenticated
            Others      core-1 and core-2: state "Joining SCP", ledger N, 1 peer authenticated
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GCOO5 [LoadGen ERROR] Load generation failed.
            Logs        nodes/core-0/ in the results
            The node is not in sync: read this as lost sync under load, not as a load problem."
        `),
    },
    {
      defect: 'a node that refuses the load',
      world: { defects: { 'core-0': { rejectsLoad: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "load"
          ✖ SSC_LOAD_FAILED  pay load on core-0 failed: 1 of 300 transactions submitted, 1 refused
            After       1s
            Counters    loadgen.run.failed 1, loadgen.txn.attempted 1, loadgen.txn.rejected 1 (of this run)
            State       state "Synced!", ledger N, 2 peers authenticated
            Others      core-1 and core-2: state "Synced!", ledger N, 2 peers authenticated
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GCOO5 [LoadGen ERROR] Load generation failed.
            Logs        nodes/core-0/ in the results
            A refused transaction ends a load, but for a stale sequence number, which is tried again. The log of the node says what each was refused for (tx rejected)."
        `),
    },
    {
      defect: 'a node that loses transactions',
      world: { defects: { 'core-0': { losesEvery: 20 } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "load"
          ✖ SSC_LOAD_FAILED  pay load on core-0 failed: 300 of 300 transactions submitted in 304 tries, 4 refused
            After       35s
            Counters    loadgen.run.failed 1, loadgen.txn.attempted 304, loadgen.txn.rejected 4 (of this run)
            State       state "Synced!", ledger N, 2 peers authenticated
            Others      core-1 and core-2: state "Synced!", ledger N, 2 peers authenticated
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GCOO5 [LoadGen ERROR] Load generation failed.
            Logs        nodes/core-0/ in the results
            The node took all of them, and some were not applied within 20 ledgers after the last one: they were lost, or ledgers had no room for them."
        `),
    },
    {
      defect: 'a node that never counts the load as done',
      world: { defects: { 'core-0': { neverCompletesLoad: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "load"
          ✖ SSC_LOAD_NOT_DONE  core-0 did not finish the load within 5m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-0: 300 of 300 transactions submitted, 0 refused, state "Synced!", ledger N, 2 peers authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-0/ in the results
            Others      core-1 and core-2: state "Synced!", ledger N, 2 peers authenticated
            A node that is not in sync waits with its load. A run that core refused is counted as begun and never ends."
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
          ✖ SSC_LOAD_OVER  pay load on core-0 was done before protocolVersion 27 was applied
            Last saw    core-2: not applied: protocolVersion (is 26); armed from TIME with protocolVersion 27; state "Joining SCP", ledger N, 0 peers authenticated
            Others      core-0 and core-1 upgraded
            A node without an authenticated peer cannot hear its quorum, whatever it is armed with."
        `),
    },
    {
      defect: 'a node that refuses upgrades',
      world: { defects: { 'core-1': { refusesUpgrades: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "upgrade under load"
          ✖ SSC_LOAD_OVER  pay load on core-0 was done before protocolVersion 27 was applied
            Last saw    core-1: not applied: protocolVersion (is 26); armed from TIME with protocolVersion 27; state "Synced!", ledger N, 2 peers authenticated
            Others      core-0 and core-2 upgraded
            The other nodes have it. One that is armed, and in sync, and has it not does not take the ledger that has it."
        `),
    },
    {
      defect: 'a node that computes another state under load',
      world: { defects: { 'core-2': { wrongStateAt: 60 } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "multiply the limits of ledgers by 100"
          ✖ SSC_LEDGER_NOT_REACHED  core-2 did not reach ledger N within 2m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-2: state "Catching up", ledger N, 2 peers authenticated
            Progress    none for TIME
            Others      core-0 and core-1 there: ledger N
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GDAQ2 [History ERROR] It is possible that your bucket storage or database is corrupted. Restore latest backup or reset this instance to fix this issue.
                        TIME GDAQ2 [History FATAL] Catchup failed and cannot recover
                        TIME GDAQ2 [History FATAL] Skipping catchup: incompatible core version or invalid local state
            Logs        nodes/core-2/ in the results
            Awaited     the ledger that has the new settings: a node is armed with what its own has
            A node that logs this cannot catch up: its own last ledger is another one than the network's. It computed another state than the others, or its data were damaged."
        `),
    },
    {
      defect: 'two nodes of three that refuse new settings',
      world: {
        defects: { 'core-1': { refusesSettings: true }, 'core-2': { refusesSettings: true } },
      },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "multiply the limits of ledgers by 100"
          ✖ SSC_UPGRADE_NOT_APPLIED  core-0, core-1 and core-2 did not apply 7 settings within 2m 14s of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-0: not applied: ledgerMaxInstructions (is 2500000, wanted 250000000), ledgerMaxReadBytes (is 3200, wanted 320000), ledgerMaxWriteBytes (is 3200, wanted 320000), ledgerMaxTxCount (is 1, wanted 100), ledgerMaxReadLedgerEntries (is 3, wanted 300), ledgerMaxWriteLedgerEntries (is 2, wanted 200), ledgerMaxTransactionsSizeBytes (is 10000, wanted 1000000); armed from TIME with configUpgradeSetKey zE0+AxZc…4Q==; state "Synced!", ledger N, 2 peers authenticated
                        core-1: not applied: ledgerMaxInstructions (is 2500000, wanted 250000000), ledgerMaxReadBytes (is 3200, wanted 320000), ledgerMaxWriteBytes (is 3200, wanted 320000), ledgerMaxTxCount (is 1, wanted 100), ledgerMaxReadLedgerEntries (is 3, wanted 300), ledgerMaxWriteLedgerEntries (is 2, wanted 200), ledgerMaxTransactionsSizeBytes (is 10000, wanted 1000000); armed from TIME with configUpgradeSetKey zE0+AxZc…4Q==; state "Synced!", ledger N, 2 peers authenticated
                        core-2: not applied: ledgerMaxInstructions (is 2500000, wanted 250000000), ledgerMaxReadBytes (is 3200, wanted 320000), ledgerMaxWriteBytes (is 3200, wanted 320000), ledgerMaxTxCount (is 1, wanted 100), ledgerMaxReadLedgerEntries (is 3, wanted 300), ledgerMaxWriteLedgerEntries (is 2, wanted 200), ledgerMaxTransactionsSizeBytes (is 10000, wanted 1000000); armed from TIME with configUpgradeSetKey zE0+AxZc…4Q==; state "Synced!", ledger N, 2 peers authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-0/ in the results
            Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-1/ in the results
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-2/ in the results
            All nodes are armed, and in sync: if ledgers close after its time, a node that the others need votes against it."
        `),
    },
    {
      defect: 'a node that takes no calls of contracts',
      world: { defects: { 'core-0': { rejectsCalls: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "multiply the limits of ledgers by 100"
          ✖ SSC_LOAD_FAILED  upgrade_setup load on core-0 failed: 1 transaction submitted, 1 refused
            After       1s
            Counters    loadgen.run.failed 1, loadgen.txn.attempted 1, loadgen.txn.rejected 1 (of this run)
            State       state "Synced!", ledger N, 2 peers authenticated
            Others      core-1 and core-2: state "Synced!", ledger N, 2 peers authenticated
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GCOO5 [LoadGen ERROR] Load generation failed.
            Logs        nodes/core-0/ in the results
            Costs       without updateSorobanCosts a new network keeps those that Soroban began with, by which no contract can be stored
            A refused transaction ends a load, but for a stale sequence number, which is tried again. The log of the node says what each was refused for (tx rejected)."
        `),
    },
    {
      defect: 'a node that is cut off before the settings are stored',
      world: { whenPhase: { [newLimits]: cutOff('core-2', 'core-0', 'core-1') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "multiply the limits of ledgers by 100"
          ✖ SSC_LEDGER_NOT_REACHED  core-2 did not reach ledger N within 2m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-2: state "Joining SCP", ledger N, 0 peers authenticated
            Progress    none for TIME
            Others      core-0 and core-1 there: ledger N
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-2/ in the results
            Awaited     the ledger that has the new settings: a node is armed with what its own has
            A node without an authenticated peer cannot hear its quorum. Look first at name resolution and the network from its pod."
        `),
    },
    {
      defect: 'a node that computes another outcome of calls',
      world: { defects: { 'core-2': { miscountsCalls: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "multiply the limits of ledgers by 100"
          ✖ SSC_LEDGER_NOT_REACHED  core-2 did not reach ledger N within 2m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-2: state "Catching up", ledger N, 2 peers authenticated
            Progress    none for TIME
            Others      core-0 and core-1 there: ledger N
            Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GDAQ2 [History ERROR] It is possible that your bucket storage or database is corrupted. Restore latest backup or reset this instance to fix this issue.
                        TIME GDAQ2 [History FATAL] Catchup failed and cannot recover
                        TIME GDAQ2 [History FATAL] Skipping catchup: incompatible core version or invalid local state
            Logs        nodes/core-2/ in the results
            Awaited     the ledger that has the new settings: a node is armed with what its own has
            A node that logs this cannot catch up: its own last ledger is another one than the network's. It computed another state than the others, or its data were damaged."
        `),
    },
    {
      defect: 'the node of the load is cut off before the uploads',
      world: { whenPhase: { [uploads]: cutOff('core-0', 'core-1', 'core-2') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "final checks"
          ✖ SSC_NODE_NOT_SYNCED  core-0 did not sync within 1m of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    core-0: state "Joining SCP", ledger N, 0 peers authenticated; no ledger closed since asked; nothing agreed since, the last slot is N
            Progress    none for TIME
            Others      core-1 and core-2 in sync: ledger N
            Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/core-0/ in the results
            A node without an authenticated peer cannot hear its quorum. Look first at name resolution and the network from its pod."
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
            Last saw    state "Joining SCP", ledger N, 1 peer authenticated
            A ledger closes when a quorum of nodes agree on it: look at the others, and whether they reach each other."
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
            Last saw    state "Joining SCP", ledger N, 0 peers authenticated
            A ledger closes when a quorum of nodes agree on it: look at the others, and whether they reach each other."
        `),
    },
    {
      defect: 'a node that loses transactions',
      world: { defects: { 'core-0': { losesEvery: 1 } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
        "failed in "create Alice and Bob"
        ✖ SSC_TX_UNKNOWN  it is not known whether the creation of alice with 1000 XLM was applied: it is in none of the 16 ledgers since
          Hash           HASH
          Account        GC2KDWDSJTF3TCFHQGGKSZI33OBJPRCAISQNNS64UQWS7JKG3ZVUGD45
          Sequence       1
          Envelope       AAAAAgAAAAC0odhyTMu5iKeBjKllG9uCl8RARKDWy9ykLS+lRt5rQwAAAGQAAAAAAAAAAQAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAISwwmJtCbpiT00252JM1k8e5GCc7NwAFFhIqlnYIezDAAAAAlQL5AAAAAAAAAAAAUbea0MAAABAIoADL/rDrrbtIxbQxSgrUkf7yBIPUWnKjwHvcnPjrv8yegkESQhFC3zeYzswdbgXMAJCfZJifzj/Zcpid96nCA==
          Last answer    PENDING
          The account sends nothing else before this is decided, or given up."
      `),
    },
  ],
  VersionMixConsensus: [
    {
      defect: 'an old network that refuses the upgrade',
      world: { defects: { 'before-0': { refusesUpgrades: true } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "upgrade the old network"
          ✖ SSC_UPGRADE_NOT_APPLIED  before-0 and before-1 did not apply protocolVersion 26 within 2m 14s of the last progress
            Asked       N times in TIME; the last answer is TIME old
            Last saw    before-0: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 26; state "Synced!", ledger N, 1 peer authenticated
                        before-1: not applied: protocolVersion (is 0); armed from TIME with protocolVersion 26; state "Synced!", ledger N, 1 peer authenticated
            Progress    none for TIME
            Pod         default/ssc-091c79-before-0: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/before-0/ in the results
            Pod         default/ssc-091c79-before-1: Running; stellar-core running for TIME; history running for TIME
            Logs        nodes/before-1/ in the results
            All nodes are armed, and in sync: if ledgers close after its time, a node that the others need votes against it."
        `),
    },
    {
      defect: 'a new version that computes another state',
      world: { defects: { 'newer-0': { wrongStateAt: 26 }, 'newer-1': { wrongStateAt: 26 } } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "load"
          ✖ SSC_LOAD_FAILED  pay load on older-0 failed: 100 of 100 transactions submitted, 0 refused
            After       25s
            Counters    loadgen.run.failed 1, loadgen.txn.attempted 100, loadgen.txn.rejected 0 (of this run)
            State       state "Synced!", ledger N, 3 peers authenticated
            Others      newer-0, newer-1 and older-1: state "Synced!", ledger N, 3 peers authenticated
            Pod         default/ssc-091c79-older-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GAJ2Y [LoadGen ERROR] Load generation failed.
            Logs        nodes/older-0/ in the results
            Ledger 26 of newer-0 and newer-1 is another one than that of older-0."
        `),
    },
    {
      defect: 'a node of the new version that is cut off',
      world: { whenPhase: { load: cutOff('newer-0', 'newer-1', 'older-0', 'older-1') } },
      reads: (text) =>
        expect(text).toMatchInlineSnapshot(`
          "failed in "load"
          ✖ SSC_LOAD_FAILED  pay load on older-0 failed: 100 of 100 transactions submitted, 0 refused
            After       25s
            Counters    loadgen.run.failed 1, loadgen.txn.attempted 100, loadgen.txn.rejected 0 (of this run)
            State       state "Synced!", ledger N, 2 peers authenticated
            Others      newer-0: state "Synced!", ledger N, 0 peers authenticated
                        newer-1 and older-1: state "Synced!", ledger N, 2 peers authenticated
            Pod         default/ssc-091c79-older-0: Running; stellar-core running for TIME; history running for TIME
            Errors      TIME GAJ2Y [LoadGen ERROR] Load generation failed.
            Logs        nodes/older-0/ in the results
            newer-0 has no authenticated peer: where the others need it for a quorum no ledger closes, and nothing that was submitted is applied."
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
