// The way in to its nodes.
export {
  type Access,
  type AccessOptions,
  type Carriers,
  createAccess,
} from './access/access.ts';
export type { AccessMode, EntryPoint } from './access/access-mode.ts';
export type { NodeWay } from './access/node-way.ts';
export type { PodConnect, PodPort } from './access/port-forward.ts';

// A running network.

// What limits it.
export { readLimits } from './admit-network.ts';
export { claimFormation, type RunNameProblem } from './claim-formation.ts';
// Its plan.
export { type ClusterSettings, withDatabase } from './cluster-settings.ts';
export type {
  Account,
  ArchiveStart,
  ArmedUpgrade,
  CoreSet,
  Load,
  LoadResult,
  Payment,
  PaymentLoad,
  RunningLoad,
  SetChange,
  SettingsChange,
  SettingsSet,
  SorobanUploadLoad,
  StartData,
  StartOptions,
  Upgrade,
  Within,
  Xlm,
} from './core-set.ts';
export { type CoreSetSpec, checkNetworkSpec, type SpecProblem } from './core-set-spec.ts';
// What of it would be made otherwise now.
export { type DiffOptions, diffRun, type RunComparison, type RunDifference } from './diff-run.ts';
// What it needs of a cluster.
export { type DoctorOptions, examineCluster, oldestVersion } from './doctor.ts';
// All runs there are.
export { drivenRuns } from './driven-runs.ts';
export type { CheckReport, FinalChecks } from './final-checks.ts';
export type { Finding } from './finding.ts';
export {
  createFormation,
  type Formation,
  type FormationOptions,
  type FurtherNetwork,
  type Save,
} from './formation.ts';
// Jobs of it.
export type { JobRequest } from './jobs.ts';
// The cluster under it.
export { type KubeApi, type KubeObject, kinds } from './kube/api.ts';
export { type Budget, createBudget } from './kube/budget.ts';
export { createPodConnect } from './kube/pod-connect.ts';
export { execInPod, type PodCommand, type PodExecLimits } from './kube/pod-exec.ts';
export { createKubeApi } from './kube/rest.ts';
export type { KubeAccess } from './kube/transport.ts';
export type { ExecInPod } from './network-tools.ts';
export { type Permission, permissions, permissionsFor } from './permissions.ts';
export {
  type Images,
  type NetworkRequest,
  type PlannedNetwork,
  passphraseOf,
  planHash,
  planNetwork,
} from './plan-network.ts';
export { type ReachOptions, reachNode } from './reach-node.ts';
// What it leaves behind.
export type { TablesFile } from './read-tables.ts';
export type { DumpTables } from './recorder.ts';
// The pods of a run: their logs.
export { type RunLogsOptions, readRunLogs } from './run-logs.ts';
export { findRunPod, listRunPods, type RunPod, type RunRef } from './run-pods.ts';
export type { JobResult } from './running-job.ts';
export {
  type FoundRun,
  findRun,
  listRuns,
  type RunInfo,
  type RunQuery,
  type RunState,
} from './runs.ts';
export { type CleanReport, type CleanRequest, cleanRuns } from './runs-clean.ts';
// What its ledger allows.
export { ledgerLimitsTimes, txLimitsTimes } from './soroban-limits.ts';
export { type StopOptions, stopRun } from './stop-run.ts';
export { sumOf } from './sum-of.ts';
export {
  type TakenRun,
  type TakeOptions,
  takeRun,
} from './take-run.ts';
export type { NodeTopology } from './topology.ts';
export type { BringUpProblem } from './wait-until-ready.ts';
