import type { AccessPlan } from './access.ts';
import type { NodeDelay } from './delay.ts';
import type { Resources } from './resources.ts';
import type { Scheduling } from './scheduling.ts';

/** Where a node's data lives. */
export type DataVolume =
  | {
      /** Gone with the pod. `memory` counts against the memory limit. */
      readonly kind: 'empty-dir';
      readonly medium: 'disk' | 'memory';
      readonly sizeLimitMiB?: number;
    }
  | {
      /** A PersistentVolumeClaim: stays over restarts and scaling, goes with the StatefulSet. */
      readonly kind: 'claim';
      readonly sizeMiB: number;
      /** @default the cluster's */
      readonly storageClass?: string;
      /** Whether a claim stays when its pod is scaled away; a set that is stopped and started `kept` needs it. @default "kept" */
      readonly whenScaledDown?: 'kept' | 'deleted';
    };

/** What is done to an empty data folder before stellar-core runs. */
export interface Preparation {
  /** `stellar-core new-db` */
  readonly newDb: boolean;
  /** `stellar-core new-hist NAME` for each archive of the configuration to be made. */
  readonly newHist: readonly string[];
  /** `stellar-core catchup DESTINATION/COUNT`. @example "current/0" */
  readonly catchup?: string;
  /** Where the state that another node saved is, which takes the place of tables and buckets: see {@link savedStateUrl}. */
  readonly copyOf?: string;
}

/** One stellar-core process. */
export interface NodePlan {
  /** The whole configuration file, TOML. */
  readonly config: string;
  /** What its packets wait on their way to others; needs {@link NetworkPlan.delay}. @default none */
  readonly delays?: readonly NodeDelay[];
}

/** A named group of nodes that are alike: one StatefulSet. */
export interface SetPlan {
  /** Its name in the mission, any text. */
  readonly name: string;
  /** The image of stellar-core. */
  readonly image: string;
  /** In the order of their ordinals; at least one. */
  readonly nodes: readonly NodePlan[];
  /** Whether its pods run from the beginning; else the set waits with 0 replicas. */
  readonly running: boolean;
  /** Names this generation of data: the preparation is done when the data folder does not carry it. See {@link toDataId}. */
  readonly dataId: string;
  readonly data: DataVolume;
  readonly preparation: Preparation;
  /** `run --wait-for-consensus` */
  readonly waitForConsensus: boolean;
  readonly resources: Resources;
  /** Serves the archive in /data/history by nginx. @default true */
  readonly history?: boolean;
  /**
   * Where its tables are: in a file or in memory of stellar-core itself, or in a postgres beside it, which needs
   * {@link NetworkPlan.postgres}. The configuration must say the same: see `databaseUrl`. @default "sqlite"
   */
  readonly database?: Database;
}

/** Where a node's tables are. */
export type Database = 'sqlite' | 'memory' | 'postgres';

/** A container beside stellar-core. */
export interface SideContainer {
  readonly image: string;
  readonly resources?: Resources;
}

/** The postgres beside stellar-core: any image with `initdb`, `postgres` and `pg_isready` in its PATH. */
export interface PostgresServer extends SideContainer {
  /** Of this run alone. Stands in a Secret, and in no configuration. */
  readonly password: string;
  /** The image's user for postgres, which refuses to be root and must be named in the image's /etc/passwd. @default 999, as in the official images on Debian (on Alpine: 70) */
  readonly user?: number;
  /** Settings of the server. @example { shared_buffers: '256MB' } */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The image that serves history, and where. */
export interface HistoryServer {
  readonly image: string;
  /** Above 1023, since it does not run as root. It is part of every archive's address. */
  readonly port: number;
  readonly resources?: Resources;
}

/** What networks and jobs are made with alike. */
export interface RunPlan {
  readonly run: string;
  /** Which network of the run; the first is 0. @default 0 */
  readonly network?: number;
  readonly mission: string;
  readonly namespace: string;
  /** @default "IfNotPresent" */
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** Names of Secrets in the namespace. */
  readonly imagePullSecrets?: readonly string[];
  /**
   * The user that stellar-core runs as, or `image`: the one of its image (root, for stellar/stellar-core).
   * It needs no more than to write into its data folder.
   *
   * @default 10001
   */
  readonly user?: number | 'image';
  /** The postgres of the sets or jobs that keep their tables in one. */
  readonly postgres?: PostgresServer;
  /** Which nodes of the cluster pods go to; `{}` spreads them. @default whatever the scheduler likes */
  readonly scheduling?: Scheduling;
}

/** One network of a run: everything that is created for it. */
export interface NetworkPlan extends RunPlan {
  readonly history: HistoryServer;
  readonly sets: readonly SetPlan[];
  /** What leads requests from outside to each pod. @default nothing: requests go through the API server or inside the cluster */
  readonly access?: AccessPlan;
  /** Gives stellar-core's metrics to Prometheus, in every pod. */
  readonly exporter?: SideContainer;
  /** The image with `tc` and `getent`, where nodes have delays. */
  readonly delay?: SideContainer;
}
