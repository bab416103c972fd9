import type { Clock, Random } from '@ssc/clock';
import type { Files, SimNetwork } from '@ssc/process';
import type { KubeObject } from '../api/object.ts';
import type { Cluster } from '../controllers/cluster.ts';
import type { ImagePrograms } from './images.ts';
import type { MakeVolume } from './volumes.ts';

/** How long things take on a node, in milliseconds. */
export interface NodePace {
  /** From the pod's binding until its network and volumes are there. */
  readonly sandboxMs: number;
  /** From a present image until the program runs. */
  readonly startMs: number;
  /** Pulling an image that names no time of its own. */
  readonly pullMs: number;
  /** The longest pause between two start-up probes; pods may ask for whole seconds only. @default what the pod asks for */
  readonly startupProbeMs?: number;
}

/** What every pod of a node works with. */
export interface NodeAgent {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly name: string;
  readonly hostIp: string;
  readonly network: SimNetwork;
  readonly images: readonly ImagePrograms[];
  /** Images that the node holds. */
  readonly pulled: Set<string>;
  /** The contents of claims by uid: shared by all nodes. */
  readonly claims: Map<string, Files>;
  readonly makeVolume: MakeVolume;
  readonly pace: NodePace;
  /** Why an image cannot be pulled now, and how much longer it takes than usual. */
  readonly pullFault: (image: string) => { readonly error?: string; readonly extraMs: number };
  allocateAddress(): string;
  tell(
    about: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    container?: string,
  ): void;
}
