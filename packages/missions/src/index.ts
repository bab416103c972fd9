// Writing a mission.

// Those there are.
export { catalog, findMission } from './catalog.ts';
export {
  type AtEnd,
  defineMission,
  type LaunchedNetwork,
  type LaunchNetwork,
  type Mission,
  type MissionSpec,
  type NetworkSpec,
  type RunJob,
  type Tools,
} from './define.ts';
export { renderMissionPage } from './mission-page.ts';
export type { RunOptions } from './mission-run.ts';
export { type KnownProtocol, refuseUnknownProtocol } from './needs-protocol.ts';
export {
  amount,
  count,
  describeDefault,
  duration,
  flagOf,
  type Param,
  type Params,
  type ParamValues,
  readParams,
  type Xlm,
} from './params.ts';
export type { Json, Phase, PhaseOptions } from './phase.ts';
// What it leaves.
export { renderJUnit, type ToldRun } from './render-junit.ts';
export { eventJsonSchema, resultJsonSchema } from './result-schema.ts';
export type { RunEvent, RunEventBody } from './run-event.ts';
// Running one.
export { runMission } from './run-mission.ts';
export {
  type CheckResult,
  type DoubtResult,
  type ErrorResult,
  type NodeKind,
  type PhaseResult,
  type RunResult,
  type RunVerdict,
  toErrorResult,
} from './run-result.ts';
