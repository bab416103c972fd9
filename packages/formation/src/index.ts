// A running network.

export type { Account, CoreSet, Payment, Upgrade, Within, Xlm } from './core-set.ts';
// Its plan.
export { type CoreSetSpec, checkNetworkSpec, type SpecProblem } from './core-set-spec.ts';
export {
  type BringUpProblem,
  createFormation,
  type FinalChecks,
  type Formation,
  type FormationOptions,
  type Save,
} from './formation.ts';
// The cluster under it.
export { type KubeApi, type KubeObject, kinds } from './kube/api.ts';
export { type Budget, createBudget } from './kube/budget.ts';
export { createKubeApi, type KubeAccess } from './kube/rest.ts';
export {
  type Images,
  type NetworkRequest,
  type PlannedNetwork,
  passphraseOf,
  planNetwork,
} from './plan-network.ts';
export { sumOf } from './sum-of.ts';
