// The way to its nodes.
export {
  type Access,
  type AccessOptions,
  type Carriers,
  createAccess,
} from './access/access.ts';
export type { AccessMode, EntryPoint } from './access/access-mode.ts';
export type { NodeWay } from './access/node-way.ts';
// A run under a name that is its own.
export { claimFormation, type RunNameProblem } from './claim-formation.ts';
// Its sets of nodes, and what a mission does with them.
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
  StartOptions,
  Upgrade,
  Within,
  Xlm,
} from './core-set/core-set.ts';
export { ledgerLimitsTimes, txLimitsTimes } from './core-set/soroban-limits.ts';
export { sumOf } from './core-set/sum-of.ts';
// What a run needs of a cluster.
export { type DoctorOptions, examineCluster, oldestVersion } from './doctor/doctor.ts';
export type { Finding } from './doctor/finding.ts';
export { type Permission, permissions, permissionsFor } from './doctor/permissions.ts';
// The networks of a run, from its first object to its last.
export {
  createFormation,
  type Formation,
  type FormationOptions,
  type FurtherNetwork,
  type Save,
} from './formation.ts';
// Looks into a run that another driver holds.
export {
  type DiffOptions,
  diffRun,
  type RunComparison,
  type RunDifference,
} from './inspect/diff-run.ts';
export { type ReachOptions, reachNode } from './inspect/reach-node.ts';
export { type RunLogsOptions, readRunLogs } from './inspect/run-logs.ts';
export { findRunPod, listRunPods, type RunPod, type RunRef } from './inspect/run-pods.ts';
// Jobs of a run.
export type { JobRequest } from './jobs/run-job.ts';
export type { JobResult } from './jobs/running-job.ts';
// The cluster under it.
export { type KubeApi, type KubeObject, kinds } from './kube/api.ts';
export { type Budget, createBudget } from './kube/budget.ts';
export { createPodConnect, type PodConnect, type PodPort } from './kube/pod-connect.ts';
export { execInPod, type PodCommand, type PodExecLimits } from './kube/pod-exec.ts';
export { createKubeApi } from './kube/rest.ts';
export type { KubeAccess } from './kube/transport.ts';
// A network that runs.
export type { CheckReport, FinalChecks } from './network/final-checks.ts';
export type { ExecInPod } from './network/network-tools.ts';
export type { NodeTopology } from './network/topology.ts';
// A network before anything of it exists.
export { readLimits } from './plan/admit-network.ts';
export { type ClusterSettings, withDatabase } from './plan/cluster-settings.ts';
export { type CoreSetSpec, checkNetworkSpec, type SpecProblem } from './plan/core-set-spec.ts';
export {
  type Images,
  type NetworkRequest,
  type PlannedNetwork,
  passphraseOf,
  planHash,
  planNetwork,
} from './plan/plan-network.ts';
export type { StartData } from './plan/replan-set.ts';
// Its pods.
export type { BringUpProblem } from './pods/wait-until-ready.ts';
// What it leaves behind.
export type { TablesFile } from './record/read-tables.ts';
export type { DumpTables } from './record/recorder.ts';
// Runs and their life.
export { type CleanReport, type CleanRequest, cleanRuns } from './run/clean-runs.ts';
export { drivenRuns } from './run/driven-runs.ts';
export {
  type FoundRun,
  findRun,
  listRuns,
  type RunInfo,
  type RunQuery,
  type RunState,
} from './run/runs.ts';
export { type StopOptions, stopRun } from './run/stop-run.ts';
export {
  type TakenRun,
  type TakeOptions,
  takeRun,
} from './run/take-run.ts';
