import type { Clock, Duration, Random } from '@ssc/clock';
import type { Placement } from '@ssc/core-cfg';
import type {
  AccessMode,
  ClusterSettings,
  CoreSetSpec,
  DumpTables,
  ExecInPod,
  Images,
  KubeApi,
  PodConnect,
} from '@ssc/formation';
import type { Mission } from '@ssc/missions';
import type { Dispatcher } from 'undici';

/** Where nodes run. */
export type ProviderName = 'simulated' | 'native' | 'kubernetes';

/** How nodes of a run are reached: each run may have a host name of its own. */
export type AccessOfRun = (run: string) => AccessMode;

/** A network that is to have a place. */
export interface WhoAndWhere {
  readonly mission: string;
  /** Which network of the run; the first is 0. @default 0 */
  readonly network?: number;
  readonly sets: Readonly<Record<string, CoreSetSpec>>;
}

/** Where runs take place: a Kubernetes API, a clock, and what carries requests to nodes. */
export interface Provider {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly kube: KubeApi;
  readonly dispatcher: Dispatcher;
  readonly connect: PodConnect;
  /** Carries requests to addresses that are not the API server's. */
  readonly direct?: Dispatcher;
  /** How the nodes of a run are reached. @default the API server's pod proxy */
  readonly accessOf?: AccessOfRun;
  readonly namespace: string;
  readonly images: Images;
  /** How networks lie there, where that is not left to the mission. */
  readonly clusterSettings?: ClusterSettings;
  /** Runs a program in a container of a pod. */
  readonly exec: ExecInPod;
  /** The pause between two looks at nodes that are waited for. @default "1s" */
  readonly lookEvery?: Duration;
  /** Saves tables that nodes have in postgres, where that can be done. */
  readonly dumpTables?: DumpTables;
  /** Bytes for the name of a run. */
  readonly nonce: () => Uint8Array;
  /** Refuses a mission that cannot be done here with these parameters, before anything is made. */
  check?(mission: Mission, params: Readonly<Record<string, unknown>>): void;
  /** Decides where the nodes are, where that is not their pods. */
  place?(network: WhoAndWhere): Promise<Placement>;
  /** What a user should know about this place, once it is known where the nodes are. */
  notes?(): readonly string[];
  /** Lets time pass until the work is done. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Lets what was removed go, as far as that takes no waiting for anybody else. */
  close(): Promise<void>;
}
