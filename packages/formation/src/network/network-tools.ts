import type { Clock, Duration, Random } from '@ssc/clock';
import type { Carriers } from '../access/access.ts';
import type { KubeApi } from '../kube/api.ts';
import type { DumpTables } from '../record/recorder.ts';
import type { Run } from '../run/run.ts';

/** Runs a program in a container that runs, and gives what it prints; one that does not end with 0 is an error. */
export type ExecInPod = (what: {
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}) => Promise<Uint8Array>;

/** What the networks of a run are made with alike. */
export interface NetworkTools extends Carriers {
  readonly run: Run;
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a pod may take to become ready while nothing is wrong with it. @default "10m" */
  readonly bringUpWithin?: Duration;
  /** The pause between two looks at nodes that are waited for: shorter where asking costs nothing. @default "1s" */
  readonly lookEvery?: Duration;
  /** Values that no file of the run may hold. */
  readonly secrets?: readonly string[];
  /** Saves the tables of nodes that have them in postgres, where that can be done. Those in files are read from the pods. */
  readonly dumpTables?: DumpTables;
  /** Runs a program in a container of a pod, where that can be done: what states are saved with. */
  readonly exec?: ExecInPod;
  /** Tells what is going on, a sentence at a time. */
  readonly note: (text: string) => void;
}
