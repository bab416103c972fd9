// The settings of one node.

export type { NodeConfig } from './node-config.generated.ts';
export type {
  HistoryTable,
  HomeDomainTable,
  Quality,
  QuorumSetTable,
  ValidatorTable,
} from './node-config.ts';
export {
  type ParsedNodeConfig,
  type ParseOptions,
  parseNodeConfig,
  readNodeConfig,
} from './parse.ts';
export { type RenderOptions, renderNodeConfig } from './render.ts';

// What is wrong with them, and what core says to that.

export type { ConfigInvalid } from './config-error.ts';
export { type ConfigReport, checkNodeConfig, renderReport } from './config-report.ts';
export { findProblems } from './find-problems.ts';
export type {
  ConfigProblem,
  ConfigProblemCode,
  CoreLogLine,
  CoreRefusal,
} from './problem.ts';
export type { CoreBuild } from './raw-value.ts';
export { coreStopsAt, refusalLines, testingKeyLines } from './refusal.ts';

// Where things stand in any TOML.

export { locateToml, type TomlPlace, type TomlPlaces } from './locate.ts';
export type { PathStep } from './problem.ts';

// Every key.

export { explainKey } from './explain.ts';
export { type JsonSchema, nodeConfigSchema } from './json-schema.ts';
export { renderOptionPage } from './option-page.ts';
export type { OperationType } from './options/consensus.ts';
export { type GoneOption, goneOptions } from './options/gone.ts';
export { type NestedOption, nestedOptions } from './options/nested.ts';
export type { Option, OptionFacts } from './options/option.ts';
export {
  findGone,
  findOption,
  groupOf,
  type OptionGroup,
  type OptionName,
  optionNames,
  options,
} from './options/table.ts';

// Quorum sets.

export { generateQuorumSet, normalizeQuorumSet, type RatedValidator } from './auto-quorum.ts';
export {
  findDisjointQuorums,
  type Intersection,
  type IntersectionOptions,
} from './intersection.ts';
export { checkIntersection, type NamedNode, quorumSetOf } from './network-quorums.ts';
export { unknownSelf } from './node-names.ts';
export {
  hasSlice,
  isVBlocking,
  nodesOf,
  percentOfThreshold,
  type QuorumSet,
  smallestVBlocking,
  thresholdOfPercent,
  toQuorumSetTable,
} from './quorum-set.ts';

// A network.

export type {
  AutomaticQuorum,
  ConfigChange,
  CoreSetModel,
  ExplicitQuorum,
  FlowControlModel,
  NetworkModel,
  NodeId,
  NodePlace,
  Placement,
  PlannedNode,
  QuorumModel,
  QuorumOfAll,
  QuorumOfSets,
  SorobanLoadModel,
  TuningModel,
  WeightedValues,
} from './network-model.ts';
export { planNodes } from './plan.ts';

// Keys of nodes.

export {
  type DecodedStrkey,
  decodeStrkey,
  deriveKeyPair,
  encodeStrkey,
  type KeyPair,
  publicKeyOfSeed,
  type StrkeyFault,
  type StrkeyKind,
} from './strkey.ts';
