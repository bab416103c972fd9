// The client of one node.
export type { CoreClientOptions } from './channel.ts';
export { createCoreClient } from './client.ts';
// What it is told, and what it answers.
export type { AccountsBanned, AccountsUnbanned } from './commands/account-bans.ts';
export { type NodeInfo, type NodeState, quorumVote } from './commands/info.ts';
export type {
  LedgerEntries,
  LedgerEntryQuestion,
  LedgerEntryState,
  RawLedgerEntries,
} from './commands/ledger-entries.ts';
export type { Load, LoadAccepted } from './commands/load.ts';
export type { LogLevel, ManualClose } from './commands/maintenance.ts';
export type { Peer, Peers } from './commands/peers.ts';
export type {
  Quorum,
  QuorumOptions,
  QuorumSet,
  QuorumSummary,
  TransitiveQuorum,
} from './commands/quorum.ts';
export type { ScpSlot, ScpState } from './commands/scp.ts';
export {
  checkSettings,
  type SettingsUpgrade,
  type SorobanSettings,
  sorobanSettings,
} from './commands/settings-upgrade.ts';
export type { ConfigSetting, SorobanInfo } from './commands/soroban.ts';
export type { Survey, SurveyPage } from './commands/survey.ts';
export type {
  Submission,
  TestAccount,
  TestPayment,
  TestPaymentOrder,
} from './commands/transactions.ts';
export { type ArmedUpgrades, nothingArmed, type Upgrades } from './commands/upgrades.ts';
export type { CallOptions, CoreClient } from './core-client.ts';
// Any endpoint by its name.
export { type EndpointQuery, endpointCommand, endpointNames } from './endpoints.ts';
// One request over a dispatcher, for what else is spoken in raw HTTP.
export { exchange, type HttpReply, type HttpRequest } from './exchange.ts';
// Metrics.
export {
  type Buckets,
  type Counter,
  type Histogram,
  type Meter,
  type Metric,
  type MetricsDifference,
  type MetricsSnapshot,
  metricsDifference,
  type Timer,
} from './metrics.ts';
// What goes wrong.
export {
  type CoreProblem,
  type CoreProblemCode,
  type CoreUsageProblem,
  isTransient,
} from './problem.ts';
// What is waited for.
export { describeInfo } from './waits/describe-info.ts';
export {
  type Agreement,
  type AgreementOptions,
  type AgreementUnknownProblem,
  type DisagreementProblem,
  expectAgreement,
} from './waits/expect-agreement.ts';
export { expectArmed, type NotArmedProblem } from './waits/expect-armed.ts';
export {
  type ErrorMetricsProblem,
  errorMetrics,
  expectNoErrorMetrics,
} from './waits/expect-no-error-metrics.ts';
export {
  expectLoadRunning,
  type LoadCounts,
  type LoadFailedProblem,
  type LoadReport,
  type LoadRun,
  type LoadWaitOptions,
  loadCounts,
  startLoad,
  stopLoads,
  waitUntilLoadDone,
} from './waits/load-run.ts';
export type { NodeWaitOptions, WaitProblem } from './waits/poll.ts';
export { type ConnectedOptions, waitUntilConnected } from './waits/wait-until-connected.ts';
export { waitUntilLedger } from './waits/wait-until-ledger.ts';
export { waitUntilProtocol } from './waits/wait-until-protocol.ts';
export {
  checkpointOf,
  type PublishedOptions,
  waitUntilPublished,
} from './waits/wait-until-published.ts';
export { quorumAgrees, type SyncOptions, waitUntilSynced } from './waits/wait-until-synced.ts';
export {
  type UpgradedOptions,
  type UpgradeValues,
  waitUntilUpgraded,
} from './waits/wait-until-upgraded.ts';
