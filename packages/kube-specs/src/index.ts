// Names.

export { raiseDataId, toDataId } from './data-id.ts';
// Labels and selectors.
export {
  coreSetAnnotation,
  coreSetLabel,
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
export {
  anchorName,
  type DnsOptions,
  fuseName,
  isRunName,
  type NodeRef,
  networkPrefix,
  nodesPerSetMax,
  parseRunName,
  podDnsName,
  podName,
  podNameMax,
  type SetRef,
  serviceName,
  setObjectName,
  toRunName,
  toSlug,
} from './names.ts';
export {
  type AnchorContent,
  type AnchorPatch,
  type AnchorPlan,
  parseAnchor,
  toAnchor,
  toAnchorPatch,
  toSubAnchor,
} from './objects/anchor.ts';
export { type DeleteBody, toDeleteBody, toScalePatch } from './objects/changes.ts';
// The fuse, the anchor, the rest; changes of them.
export { type FusePlan, fuseBurnsDownAtMs, toFuse, toFusePatch } from './objects/fuse.ts';
export { type NetworkObjects, toRunObjects, toSetObjects } from './objects/network.ts';
// What a network is planned with.
export {
  containerNames,
  corePorts,
  type DataVolume,
  type HistoryServer,
  historyPort,
  type NetworkPlan,
  type NodePlan,
  type Preparation,
  podLayout,
  type SetPlan,
} from './plan.ts';
export { bootedShell, dataIdVariable, podNameVariable, prepareShell } from './prepare.ts';
export {
  parseResourceProfile,
  type ResourceProfile,
  type Resources,
  resourceProfiles,
  sideResources,
  toRequirements,
  withResources,
} from './resources.ts';
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
export { printShell, printWord } from './shell/print.ts';
export type { ShellProblem } from './shell/problem.ts';
