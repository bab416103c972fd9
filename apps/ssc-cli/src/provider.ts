import type { Clock, Random } from '@ssc/clock';
import type { KubeApi } from '@ssc/formation';
import type { Dispatcher } from 'undici';

/** Where runs take place: a Kubernetes API, a clock, and what carries requests to nodes. */
export interface Provider {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly kube: KubeApi;
  readonly dispatcher: Dispatcher;
  readonly namespace: string;
  readonly images: { readonly core: string; readonly history: string };
  /** Bytes for the name of a run. */
  readonly nonce: () => Uint8Array;
  /** Lets time pass until the work is done. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Lets what was removed go, as far as that takes no waiting for anybody else. */
  close(): Promise<void>;
}
