// Writing a mission.

// Those there are.
export { catalog, findMission } from './catalog.ts';
export {
  type AtEnd,
  defineMission,
  type Mission,
  type MissionSpec,
  type NetworkSpec,
  type Tools,
} from './define.ts';
export {
  amount,
  count,
  duration,
  flagOf,
  type Param,
  type Params,
  type ParamValues,
  readParams,
  type Xlm,
} from './params.ts';
export type { Json, Phase } from './phase.ts';
export type { NodeKind, RunEvent, RunEventBody, RunVerdict } from './run-event.ts';
// Running one.
export { type RunOptions, runMission } from './run-mission.ts';
export type { ErrorResult, PhaseResult, RunResult } from './run-result.ts';
