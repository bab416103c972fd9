// Ways in.

export {
  type AccessPlan,
  accessPath,
  type GatewayAccess,
  type IngressAccess,
  type IngressRewrite,
  type NodeAddress,
  nodeAddress,
  parseIngressRewrite,
  type Reach,
} from './access.ts';
// What saves the state of a node for others.
export { saveStateShell } from './copy-state.ts';
// Names.
export { nextDataId, raiseDataId, toDataId } from './data-id.ts';
// Delays of packets.
export { delayShell, delaysMax, type NodeDelay, renderDelays } from './delay.ts';
// Labels and selectors.
export {
  coreSetAnnotation,
  coreSetLabel,
  jobLabel,
  jobSelector,
  type Labels,
  managedByLabel,
  missionLabel,
  networkLabel,
  networkSelector,
  type Role,
  renderSelector,
  roleLabel,
  roleSelectorText,
  runLabel,
  runSelectorText,
  setSelector,
  toLabelValue,
} from './labels.ts';
// Where things are in a pod.
export {
  containerNames,
  corePorts,
  dataIdVariable,
  exporterPort,
  historyPort,
  podLayout,
  podNameVariable,
  savedStateUrl,
  tablesPort,
} from './layout.ts';
export {
  accessName,
  anchorName,
  type DnsOptions,
  fuseName,
  isRunName,
  type JobRef,
  jobName,
  type NodePort,
  type NodeRef,
  networkPrefix,
  nodeServiceName,
  nodesPerSetMax,
  parseRunName,
  podDnsName,
  podName,
  podNameMax,
  postgresSecretName,
  type SetRef,
  serviceName,
  setObjectName,
  toRunName,
  toSlug,
} from './names.ts';
export { type HttpRoute, type HttpRouteRule, routeLimits } from './objects/access.ts';
export {
  type AnchorContent,
  type AnchorPatch,
  type AnchorPlan,
  parseAnchor,
  toAnchor,
  toAnchorPatch,
  toSubAnchor,
} from './objects/anchor.ts';
export {
  type DeleteBody,
  stateOf,
  toDeleteBody,
  toScalePatch,
  toTemplatePatch,
} from './objects/changes.ts';
// ssc itself in the cluster.
export { type DriverPlan, driverFolder, toDriverJob } from './objects/driver.ts';
// The fuse, the anchor, the rest; changes of them.
export { type FusePlan, fuseBurnsDownAtMs, toFuse, toFusePatch } from './objects/fuse.ts';
// Jobs.
export {
  type JobObjects,
  type JobPlan,
  jobConfigFile,
  jobItem,
  toJobObjects,
} from './objects/job.ts';
export {
  type NetworkObject,
  type NetworkObjects,
  toRunObjects,
  toSetObjects,
} from './objects/network.ts';
export {
  type PermissionObjects,
  type PermissionPlan,
  type PermissionRule,
  toPermissionObjects,
} from './objects/permissions.ts';
export { toStandaloneObjects } from './objects/standalone.ts';
// What a network is planned with.
export type {
  Database,
  DataVolume,
  HistoryServer,
  NetworkPlan,
  NodePlan,
  PostgresServer,
  Preparation,
  RunPlan,
  SetPlan,
  SideContainer,
} from './plan.ts';
// Databases.
export {
  databaseUrl,
  postgresAccount,
  postgresDumpCommand,
  postgresShell,
  redactedValue,
  redactObject,
} from './postgres.ts';
// What runs before a node, and what says that it has loaded its ledger.
export { bootedShell, prepareShell } from './prepare.ts';
// Quotas.
export {
  checkQuota,
  type NamespaceLimits,
  type QuotaOptions,
  type Room,
  toRooms,
} from './quota/check.ts';
export {
  type ClaimDemand,
  type Demand,
  demandOf,
  type KeyDemand,
  type PodDemand,
  type QuotaObject,
  quotaMatches,
  toDemand,
} from './quota/demand.ts';
export { type DemandSum, type QuotaShare, shareQuota, sumDemand } from './quota/describe.ts';
export { checkNetworkQuota, type Fitted, fitQuota, smallestResources } from './quota/fit.ts';
export { type ComputeKey, type ComputeUsage, containerUsage, podUsage } from './quota/pod-usage.ts';
export { type Amount, parseAmount, renderAmount, type Unit } from './quota/quantity.ts';
export {
  parseRequirements,
  parseResourceProfile,
  type ResourceProfile,
  type Resources,
  resourceProfiles,
  sideResources,
  toRequirements,
  withResources,
} from './resources.ts';
// Scheduling.
export {
  type NodeLabel,
  parseNodeLabel,
  parseTaint,
  type Scheduling,
  type Taint,
} from './scheduling.ts';
// Shell text.
export type {
  Chain,
  EachLine,
  Export,
  If,
  Part,
  Run,
  Sequence,
  Shell,
  While,
  Word,
} from './shell/ast.ts';
export {
  allOf,
  anyOf,
  appendTo,
  eachLine,
  exportVariable,
  hasLine,
  hasText,
  ifElse,
  inOrder,
  run,
  variable,
  whileTrue,
  word,
  writeTo,
} from './shell/build.ts';
export { parseShell } from './shell/parse.ts';
export { printShell, printWord, quoteWord } from './shell/print.ts';
export type { ShellProblem } from './shell/problem.ts';
