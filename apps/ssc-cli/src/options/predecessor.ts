import type { WordOption } from './split-words.ts';

/** An option of the predecessor that ssc does not have: what to do instead, or why it has gone. */
export interface GoneOption {
  readonly takes: WordOption['takes'];
  /** As it follows "--name". */
  readonly instead: string;
}

type Gone = readonly (readonly [string, GoneOption])[];

const gone = (takes: WordOption['takes'], instead: string, ...names: readonly string[]): Gone =>
  names.map((name) => [name, { takes, instead }] as const);

const cluster: Gone = [
  ...gone('one', 'had no effect; a mission says how many nodes it has', 'num-nodes', 'n'),
  ...gone(
    'one',
    'is not needed: ssc keeps to 50 calls a second, and to less when the server says so',
    'api-rate-limit',
  ),
  ...gone(
    'one',
    'is not needed: the name of a run is drawn and printed, and ssc runs lists them',
    'tag',
  ),
  ...gone(
    'one',
    'is not needed: readiness is asked of the admin port, and no probe ends a busy node',
    'probe-timeout',
  ),
  ...gone(
    'one',
    'is not there: what leads into the cluster is chosen by the driver, which needs no proxy of its own',
    'http-proxy-replicas',
  ),
  ...gone(
    'one',
    'is half of a name: --access gateway --gateway NAMESPACE/NAME',
    'gateway-name',
    'gateway-namespace',
  ),
  ...gone(
    'nothing',
    'is not there: it changed the kernel of every machine of the cluster for good',
    'enable-tcp-tuning',
  ),
  ...gone(
    'nothing',
    'is not there: measure the network of a cluster with its own tools, such as iperf3',
    'benchmark-infra',
    'benchmark-only',
  ),
  ...gone(
    'one',
    'is not there: measure the network of a cluster with its own tools, such as iperf3',
    'benchmark-duration-seconds',
  ),
];

const ofHelm =
  'was for the helm chart of HistoryPubnetParallelCatchupV2, which ssc does not need: pods of every mission take the same options';
const helm: Gone = [
  ...gone(
    'one',
    ofHelm,
    'job-monitor-external-host',
    's3-history-mirror-override-pc-v2',
    's3-history-mirror-region-pc-v2',
  ),
  ...gone('many', ofHelm, 'service-account-annotations-pc-v2'),
  ...gone('many', `${ofHelm}: --require-node-labels`, 'require-node-labels-pc-v2'),
  ...gone('many', `${ofHelm}: --avoid-node-labels`, 'avoid-node-labels-pc-v2'),
  ...gone('many', `${ofHelm}: --tolerate-node-taints`, 'tolerate-node-taints-pc-v2'),
];

const byMission =
  'is said by a mission of its core sets, so that a run is what its name says: see packages/missions';
const ofNodes: Gone = [
  ...gone('many', byMission, 'debug', 'trace', 'simulate-apply-duration', 'simulate-apply-weight'),
  ...gone(
    'nothing',
    byMission,
    'enable-background-sig-validation',
    'enable-parallel-apply',
    'in-memory-buckets',
    'enable-relaxed-auto-qset-config',
  ),
  ...gone(
    'one',
    byMission,
    'asan-options',
    'tx-batch-max-size',
    'sleep-main-thread',
    'force-old-style-trigger-timer',
    'catchup-skip-known-results-for-testing',
    'check-events-are-consistent-with-entry-diffs',
  ),
  ...gone(
    'one',
    byMission,
    'peer-reading-capacity',
    'peer-flood-capacity',
    'peer-flood-capacity-bytes',
    'flow-control-send-more-batch-size',
    'flow-control-send-more-batch-size-bytes',
    'outbound-byte-limit',
  ),
];

const noTopology = 'belongs to missions on a topology from a file, and ssc has none yet';
const topology: Gone = [
  ...gone(
    'one',
    noTopology,
    'pubnet-data',
    'tier1-keys',
    'loadgen-keys',
    'flat-quorum',
    'max-connections',
    'network-size-limit',
    'tier-1-orgs-to-add',
    'non-tier-1-nodes-to-add',
    'install-network-delay',
  ),
  ...gone('nothing', noTopology, 'fully-connect-tier1'),
];

const noSearch = 'belongs to missions that search for a rate or a block time, and ssc has none yet';
const noMix =
  'belongs to missions with a mixed or Soroban load, and ssc has none that takes it yet';
const load: Gone = [
  ...gone(
    'one',
    'had no effect: a mission that takes a number of accounts has --accounts',
    'num-accounts',
  ),
  ...gone(
    'one',
    'had nearly no effect: a mission that takes a number of transactions has --txs',
    'num-txs',
  ),
  ...gone(
    'one',
    noSearch,
    'max-tx-rate',
    'min-block-time-ms',
    'max-block-time-ms',
    'min-block-time-mixed-mode',
    'classic-tx-rate',
    'soroban-tx-rate',
    'ledger-close-time-ms',
    'num-pregenerated-txs',
    'genesis-test-account-count',
    'run-for-max-tps',
  ),
  ...gone('nothing', noSearch, 'measure-e2e-latency'),
  ...gone(
    'one',
    noMix,
    'num-wasms',
    'num-instances',
    'pay-weight',
    'soroban-upload-weight',
    'soroban-invoke-weight',
    'min-soroban-percent-success',
    'spike-size',
    'spike-interval',
  ),
  ...gone(
    'many',
    noMix,
    'byte-counts',
    'byte-count-weights',
    'wasm-bytes',
    'wasm-bytes-weights',
    'data-entries',
    'data-entries-weights',
    'total-kilobytes',
    'total-kilobytes-weights',
    'tx-size-bytes',
    'tx-size-bytes-weights',
    'instructions',
    'instructions-weights',
  ),
];

const noDrift = 'belongs to missions with clocks that are wrong, and ssc has none yet';
const noPubnet =
  'belongs to missions that catch up with a public network, and ssc has none that takes it yet';
const others: Gone = [
  ...gone('one', noDrift, 'drift-pct', 'force-old-style-trigger-timer-pct'),
  ...gone('many', noDrift, 'uniform-drift', 'bimodal-drift'),
  ...gone(
    'one',
    noPubnet,
    'pubnet-parallel-catchup-starting-ledger',
    'pubnet-parallel-catchup-end-ledger',
    'pubnet-parallel-catchup-ledgers-per-job',
    'pubnet-parallel-catchup-num-workers',
  ),
];

/**
 * The predecessor's options that ssc does not have. One that it does have, by this name or another, stands in a row of its own;
 * a test holds that each of the predecessor's options is in exactly one of the two places.
 */
export const goneOptions: ReadonlyMap<string, GoneOption> = new Map([
  ...cluster,
  ...helm,
  ...ofNodes,
  ...topology,
  ...load,
  ...others,
]);

/** The predecessor's commands, and what does the same. */
export const goneCommands: Readonly<Record<string, string>> = {
  poll: 'ssc runs lists the runs of a namespace, and kubectl get all what they consist of',
  'force-clean-namespace':
    'ssc clean removes runs by their names, or those of which no driver is left (--expired), and nothing else',
  setup: 'a mission makes its network itself; ssc up makes one that stays on this machine',
  loadgen: 'a mission makes its load itself: ssc mission LoadGeneration',
};
