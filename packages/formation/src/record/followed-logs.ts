import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import { type Dump, followLog, type LogTail, notSaved, type RunFiles } from '@ssc/data-dump';
import type { KubeApi } from '../kube/api.ts';
import { statusesOf } from '../pods/pod-state.ts';
import type { PodWatch } from '../pods/pod-watch.ts';
import { containerLog } from './container-log.ts';

/** Whose logs are written, and where. */
export interface FollowedLogsOptions {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly namespace: string;
  readonly pods: PodWatch;
  readonly nodes: readonly string[];
  readonly files: RunFiles;
  readonly secrets: readonly string[];
}

// A followed log is a connection that stays open. Beyond this many, logs are read at the end.
const mostFollowed = 200;

/** The logs of all containers of some nodes, each run of a container in a file of its own. */
export class FollowedLogs {
  readonly #options: FollowedLogsOptions;
  /** By pod, container and restart: runs whose log is being written. */
  readonly #tails = new Map<string, { readonly what: string; readonly tail: LogTail }>();
  /** How many runs of a container were seen, by its node and name. */
  readonly #runs = new Map<string, number>();
  #stopWatching: (() => void) | undefined;

  constructor(options: FollowedLogsOptions) {
    this.#options = options;
  }

  /** From now on follows every container that has begun, or begins. */
  begin(): void {
    this.#look();
    this.#stopWatching = this.#options.pods.onChange(() => this.#look());
  }

  /** Ends all logs, and writes what is left of each. */
  finish(dump: Dump): Promise<void>[] {
    this.#stopWatching?.();
    return [...this.#tails.values()].map(({ what, tail }) =>
      dump.item(what, async () => {
        const [first, ...more] = await tail.finish();
        if (first !== undefined) throw more.length === 0 ? first : combined(first, more);
      }),
    );
  }

  /** Follows no more, with no time to ask for anything. */
  async stop(): Promise<void> {
    this.#stopWatching?.();
    await Promise.all([...this.#tails.values()].map(({ tail }) => tail.stop()));
  }

  /** Saves the logs of a pod that nobody followed: none at all, or what was before. */
  saveOthers(dump: Dump, node: string, pod: V1Pod): Promise<void>[] {
    const isFollowed = ({ name, restartCount }: V1ContainerStatus, before: number): boolean =>
      this.#tails.has(keyOf(pod, name, restartCount - before));
    return statusesOf(pod).flatMap((status) => [
      ...(hasBegun(status) && !isFollowed(status, 0) ? [this.#save(dump, node, pod, status)] : []),
      ...(status.lastState?.terminated !== undefined && !isFollowed(status, 1)
        ? [this.#save(dump, node, pod, status, 'previous')]
        : []),
    ]);
  }

  #save(
    dump: Dump,
    node: string,
    pod: V1Pod,
    status: V1ContainerStatus,
    run?: 'previous',
  ): Promise<void> {
    const { kube, namespace } = this.#options;
    const previous = run === 'previous';
    const file = `nodes/${node}/${status.name}${previous ? '.previous' : ''}.log`;
    const query = { namespace, pod: pod.metadata?.name ?? '', container: status.name, previous };
    return dump.item(
      `the ${previous ? 'previous ' : ''}log of ${status.name} in ${node}`,
      async () => dump.text(file, await kube.log(query)),
    );
  }

  #look(): void {
    for (const node of this.#options.nodes) {
      const pod = this.#options.pods.podOf(node);
      for (const status of statusesOf(pod)) if (pod !== undefined) this.#see(node, pod, status);
    }
  }

  /** Begins to follow a container that has begun, or has begun again. */
  #see(node: string, pod: V1Pod, status: V1ContainerStatus): void {
    if (!hasBegun(status) || this.#tails.size >= mostFollowed) return;
    const key = keyOf(pod, status.name, status.restartCount);
    if (this.#tails.has(key)) return;
    const { kube, clock, namespace, pods, files, secrets } = this.#options;
    const container = `${node}/${status.name}`;
    const seen = (this.#runs.get(container) ?? 0) + 1;
    this.#runs.set(container, seen);
    const path = `nodes/${container}${seen === 1 ? '' : `.${seen}`}.log`;
    const what = `the log of ${status.name} in ${node}`;
    const heard = (): V1Pod | undefined => pods.podOf(node);
    const tail = followLog({
      clock,
      what,
      secrets,
      source: containerLog({ kube, namespace, pod, status, heard }),
      write: (text) => files.append(path, text),
    });
    this.#tails.set(key, { what, tail });
  }
}

const hasBegun = ({ state }: V1ContainerStatus): boolean =>
  (state?.running ?? state?.terminated) !== undefined;

const keyOf = (pod: V1Pod, container: string, restart: number): string =>
  `${pod.metadata?.uid}/${container}/${restart}`;

const combined = (first: Error, more: readonly Error[]): Error =>
  notSaved(`${first.message}, and ${more.length} more of it`, first);
