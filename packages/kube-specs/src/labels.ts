import { createHash } from 'node:crypto';
import { type JobRef, networkPrefix, type SetRef, toSlug } from './names.ts';

/** The label that every object of ssc has, with the value `ssc`. */
export const managedByLabel = 'app.kubernetes.io/managed-by';
/** The run that an object belongs to. */
export const runLabel = 'ssc.stellar.org/run';
/** The mission that the run is of. */
export const missionLabel = 'ssc.stellar.org/mission';
/** The network of the run, as a name prefix: `ssc-1a2b3c`, `ssc-1a2b3c-n1`. */
export const networkLabel = 'ssc.stellar.org/network';
/** The core set of a pod or StatefulSet. */
export const coreSetLabel = 'ssc.stellar.org/core-set';
/** What an object is for. */
export const roleLabel = 'ssc.stellar.org/role';

/** The job of a pod or Job. */
export const jobLabel = 'ssc.stellar.org/job';

/** The set's name in the mission, where the label cannot hold it. */
export const coreSetAnnotation = 'ssc.stellar.org/core-set-name';

/** What an object is for. */
export type Role =
  | 'fuse'
  | 'anchor'
  | 'config'
  | 'secret'
  | 'peers'
  | 'core'
  | 'access'
  | 'job'
  | 'driver'
  | 'permission';

export type Labels = Readonly<Record<string, string>>;

/** The labels of an object of a run. */
export const runLabels = (run: string, mission: string, role: Role): Record<string, string> => ({
  [managedByLabel]: 'ssc',
  [runLabel]: run,
  [missionLabel]: toLabelValue(mission),
  [roleLabel]: role,
});

/** The labels of an object of one network of a run. */
export const networkLabels = (
  run: string,
  network: number | undefined,
  mission: string,
  role: Role,
): Record<string, string> => ({
  ...runLabels(run, mission, role),
  [networkLabel]: networkPrefix(run, network),
});

/** What selects all pods of a network: the Service's selector. */
export const networkSelector = (run: string, network?: number): Record<string, string> => ({
  [managedByLabel]: 'ssc',
  [runLabel]: run,
  [networkLabel]: networkPrefix(run, network),
  [roleLabel]: 'core',
});

/** What selects the pods of one core set: the StatefulSet's selector. */
export const setSelector = ({ run, network, set }: SetRef): Record<string, string> => ({
  ...networkSelector(run, network),
  [coreSetLabel]: toSlug(set),
});

/** What selects the pods of one job. */
export const jobSelector = ({ run, network, job }: JobRef): Record<string, string> => ({
  [managedByLabel]: 'ssc',
  [runLabel]: run,
  [networkLabel]: networkPrefix(run, network),
  [roleLabel]: 'job',
  [jobLabel]: toSlug(job),
});

/** A selector as the query of a list or watch. @example "ssc.stellar.org/run=ssc-1a2b3c,…" */
export const renderSelector = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** Everything of one run. */
export const runSelectorText = (run: string): string =>
  renderSelector({ [managedByLabel]: 'ssc', [runLabel]: run });

/** The anchors or fuses of all runs in a namespace. */
export const roleSelectorText = (role: Role): string =>
  renderSelector({ [managedByLabel]: 'ssc', [roleLabel]: role });

/** A text as a label's value: itself where it can be one, else cut with a hash of all of it. */
export function toLabelValue(text: string): string {
  if (text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/u.test(text)) return text;
  const kept = text
    .replaceAll(/[^A-Za-z0-9_.-]+/gu, '-')
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/gu, '')
    .slice(0, 50);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
  return kept === '' ? `x${hash}` : `${kept}-x${hash}`;
}
