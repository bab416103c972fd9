import type { Net } from '@ssc/process';
import type { Pod } from '../types/pod.ts';
import type { NodeAgent } from './node-agent.ts';
import type { PodVolumes } from './volumes.ts';

/** What a container needs of its pod. */
export interface PodContext {
  readonly agent: NodeAgent;
  readonly volumes: PodVolumes;
  pod(): Pod;
  podIp(): string;
  openNet(): { readonly net: Net; close(): void };
  /** The node's own network, for probes. */
  readonly nodeNet: Net;
  changed(): void;
}
