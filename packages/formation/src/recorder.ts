import type { CoreV1Event, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import type { CallOptions, CoreClient } from '@ssc/core-http';
import {
  createDump,
  type Dump,
  followLog,
  hideSecretData,
  type LogTail,
  notSaved,
  type RunFiles,
  type SaveOptions,
} from '@ssc/data-dump';
import { isSscError, type SscError } from '@ssc/errors';
import { containerNames } from '@ssc/kube-specs';
import { oldestFirst } from './events.ts';
import { type KubeApi, type KubeObject, kinds } from './kube/api.ts';
import { findPod } from './kube/find-pod.ts';
import { statusesOf } from './pod-state.ts';
import type { PodWatch } from './pod-watch.ts';
import { readTables, type TablesFile } from './read-tables.ts';

/** Saves the tables that the node of a pod has in a server of its own, as files. */
export type DumpTables = (pod: string) => Promise<readonly TablesFile[]>;

/** What a recorder looks at. */
export interface RecorderOptions {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly namespace: string;
  readonly run: string;
  readonly pods: PodWatch;
  readonly files: RunFiles;
  readonly secrets: readonly string[];
  /** Node → its TOML. */
  configs(): ReadonlyMap<string, string>;
  readonly nodes: readonly string[];
  /** The nodes that run now. */
  running(): readonly CoreClient[];
  /** Objects as they were asked for, with what the server answered. */
  created(): readonly { readonly asked: KubeObject; readonly made: KubeObject }[];
  /** A file of a node's data folder; undefined when it is not there. */
  dataFile(node: string, name: string): Promise<Uint8Array | undefined>;
  /** See FormationOptions.dumpTables. */
  readonly dumpTables?: DumpTables;
}

// A followed log is a connection that stays open. Beyond this many, logs are read at the end.
const mostFollowed = 200;

/** One run of a container whose log is being written. */
interface Followed {
  readonly node: string;
  readonly container: string;
  readonly tail: LogTail;
}

/** Writes down what a network leaves behind: its logs while they grow, its nodes' answers after each phase, all else at the end. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #followed = new Map<string, Followed>();
  /** How many runs of a container were seen, by its node and name. */
  readonly #runs = new Map<string, number>();
  readonly #stopWatching: (() => void) | undefined;
  /** The peers of each node as it told them last. */
  readonly peers = new Map<string, readonly string[]>();
  #phases = 0;

  /** Follows logs from now on where `follows`; otherwise all is read at the end. */
  constructor(options: RecorderOptions, follows: boolean) {
    this.#options = options;
    if (!follows) return;
    this.#look();
    this.#stopWatching = options.pods.onChange(() => this.#look());
  }

  /** Asks the running nodes what they know, at the end of a phase. */
  async snapshot(phase: string): Promise<readonly SscError[]> {
    this.#phases += 1;
    const name = phase
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .slice(0, 40);
    const folder = `phases/${String(this.#phases).padStart(2, '0')}-${name}`;
    const dump = this.#dump();
    await Promise.all(
      this.#options
        .running()
        .map((client) => this.#ask(dump, client, `${folder}/${client.node}`, compressed)),
    );
    return dump.problems();
  }

  /** Ends all logs, and saves what is saved once. */
  async finish(): Promise<readonly SscError[]> {
    this.#stopWatching?.();
    const { nodes, running } = this.#options;
    const clients = new Map(running().map((client) => [client.node, client]));
    const dump = this.#dump();
    await Promise.all([
      ...this.#configs(dump),
      ...this.#manifests(dump),
      dump.item('the events of the run', () => this.#events(dump)),
      ...[...this.#followed.values()].map(({ node, container, tail }) =>
        dump.item(`the log of ${container} in ${node}`, async () => {
          const [first, ...more] = await tail.finish();
          if (first !== undefined) throw more.length === 0 ? first : combined(first, more);
        }),
      ),
      ...nodes.map((node) => this.#node(dump, node, clients.get(node))),
    ]);
    // The largest come last: what is short is saved whatever time there is.
    await Promise.all(nodes.map((node) => this.#tables(dump, node)));
    return dump.problems();
  }

  /** Follows no more, with no time to ask for anything. */
  async stop(): Promise<void> {
    this.#stopWatching?.();
    await Promise.all([...this.#followed.values()].map(({ tail }) => tail.stop()));
  }

  #dump(): Dump {
    const { clock, files, secrets } = this.#options;
    return createDump({ clock, files, secrets });
  }

  #look(): void {
    for (const node of this.#options.nodes) {
      const pod = this.#options.pods.podOf(node);
      for (const status of statusesOf(pod)) if (pod !== undefined) this.#see(node, pod, status);
    }
  }

  /** Begins to follow a container that has begun, or has begun again. */
  #see(node: string, pod: V1Pod, status: V1ContainerStatus): void {
    const began = status.state?.running ?? status.state?.terminated;
    if (began === undefined || this.#followed.size >= mostFollowed) return;
    const container = `${pod.metadata?.uid}/${status.name}`;
    const key = `${container}/${status.restartCount}`;
    if (this.#followed.has(key)) return;
    const seen = (this.#runs.get(`${node}/${status.name}`) ?? 0) + 1;
    this.#runs.set(`${node}/${status.name}`, seen);
    const path = `nodes/${node}/${status.name}${seen === 1 ? '' : `.${seen}`}.log`;
    const { kube, clock, namespace, pods, files, secrets } = this.#options;
    const query = {
      namespace,
      pod: pod.metadata?.name ?? '',
      container: status.name,
      timestamps: true,
    };
    const since = (text: string | undefined) => text !== undefined && { since: text };
    const statusIn = (there: V1Pod | undefined): V1ContainerStatus | undefined =>
      there?.metadata?.uid === pod.metadata?.uid
        ? statusesOf(there).find(({ name }) => name === status.name)
        : undefined;
    /** As the cluster says now: a watch tells a moment later, when the next run may have begun. */
    const now = async (): Promise<V1ContainerStatus | undefined> => {
      const last = (): V1Pod | undefined => pods.podOf(node);
      return statusIn(await findPod(kube, namespace, query.pod).catch(last));
    };
    const isOver = (current: V1ContainerStatus | undefined): boolean =>
      current === undefined ||
      current.restartCount !== status.restartCount ||
      current.state?.terminated !== undefined;
    this.#followed.set(key, {
      node,
      container: status.name,
      tail: followLog({
        clock,
        what: `the log of ${status.name} in ${node}`,
        secrets,
        source: {
          follow: (from, onText, signal) =>
            kube.followLog({ ...query, ...since(from) }, onText, signal),
          read: async (from) => {
            const current = await now();
            // Its pod is gone, and its log with it; the server ended the stream when the container had ended.
            if (current === undefined) return '';
            const isCurrent = current.restartCount === status.restartCount;
            if (!isCurrent && current.restartCount !== status.restartCount + 1) return '';
            return kube.log({ ...query, ...since(from), previous: !isCurrent });
          },
          isOver: async () => isOver(statusIn(pods.podOf(node))) || isOver(await now()),
        },
        write: (text) => files.append(path, text),
      }),
    });
  }

  #configs(dump: Dump): Promise<void>[] {
    return [...this.#options.configs()].map(([node, config]) =>
      dump.item(`the configuration of ${node}`, () =>
        dump.text(`configs/${node}.cfg`, config, { keepsNodeSeeds: true }),
      ),
    );
  }

  /** Each object as it was asked for, and as it is now. */
  #manifests(dump: Dump): Promise<void>[] {
    const { kube, namespace, created } = this.#options;
    return created().flatMap(({ asked, made }) => {
      const name = made.metadata?.name ?? '';
      const file = `${made.kind ?? 'object'}-${name}.json`.toLowerCase();
      const kind = Object.values(kinds).find((one) => one.kind === made.kind);
      const show = (object: KubeObject | undefined) => object && hideSecretData(object);
      return [
        dump.item(`the manifest ${file}`, () =>
          dump.json(`manifests/applied/${file}`, show(asked), { keepsNodeSeeds: true }),
        ),
        ...(kind === undefined
          ? []
          : [
              dump.item(`the object ${file}`, async () =>
                dump.json(
                  `manifests/observed/${file}`,
                  show(await kube.read({ kind, namespace, name })) ?? null,
                  { keepsNodeSeeds: true },
                ),
              ),
            ]),
      ];
    });
  }

  /** What the cluster tells of the run's objects, oldest first, one a line. */
  async #events(dump: Dump): Promise<void> {
    const { kube, namespace, run } = this.#options;
    const { items } = await kube.list<CoreV1Event>({ kind: kinds.event, namespace });
    const ours = items.filter(
      ({ involvedObject: { name = '' } }) => name === run || name.startsWith(`${run}-`),
    );
    await dump.text(
      'kubernetes-events.jsonl',
      oldestFirst(ours)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
  }

  async #node(dump: Dump, node: string, client: CoreClient | undefined): Promise<void> {
    const pod = this.#options.pods.podOf(node);
    const items: Promise<void>[] = [];
    if (pod !== undefined) {
      items.push(
        dump.item(`the pod of ${node}`, () =>
          dump.json(`nodes/${node}/pod.json`, pod, { keepsNodeSeeds: true }),
        ),
        ...this.#unfollowed(dump, node, pod),
      );
      const isRunning = pod.status?.containerStatuses?.some(
        ({ name, state }) => name === containerNames.core && state?.running !== undefined,
      );
      if (isRunning === true && client !== undefined)
        items.push(this.#ask(dump, client, `nodes/${node}`));
    }
    await Promise.all(items);
  }

  /** The tables of a node whose pod is there: SQLite's files as they are, or what the server gives. */
  async #tables(dump: Dump, node: string): Promise<void> {
    const { pods, configs, dataFile, dumpTables } = this.#options;
    const database = /^DATABASE = "([^"]*)"$/mu.exec(configs().get(node) ?? '')?.[1] ?? '';
    const there = pods.podOf(node);
    const pod = there?.metadata?.name;
    const isInPostgres = database.startsWith('postgresql:');
    const isInFile = database.startsWith('sqlite3:') && !database.endsWith(':memory:');
    const read = isInFile
      ? () => readTables((name) => dataFile(node, name))
      : isInPostgres && dumpTables !== undefined
        ? () => dumpTables(pod ?? '')
        : undefined;
    const server = isInPostgres ? containerNames.postgres : containerNames.history;
    // A pod that never came up has none.
    const isServed = statusesOf(there).some(
      ({ name, state }) => name === server && state?.running !== undefined,
    );
    if (read === undefined || !isServed) return;
    await dump.item(`the database of ${node}`, async () => {
      for (const { name, bytes } of await read())
        await dump.bytes(`nodes/${node}/database/${name}`, bytes);
    });
  }

  /** Logs that nobody followed: none at all, or what was before. */
  #unfollowed(dump: Dump, node: string, pod: V1Pod): Promise<void>[] {
    const { kube, namespace } = this.#options;
    const read = (status: V1ContainerStatus, previous: boolean): Promise<void> => {
      const name = `${status.name}${previous ? '.previous' : ''}`;
      return dump.item(
        `the ${previous ? 'previous ' : ''}log of ${status.name} in ${node}`,
        async () =>
          dump.text(
            `nodes/${node}/${name}.log`,
            await kube.log({
              namespace,
              pod: pod.metadata?.name ?? '',
              container: status.name,
              previous,
            }),
          ),
      );
    };
    const isFollowed = (status: V1ContainerStatus, restart: number): boolean =>
      this.#followed.has(`${pod.metadata?.uid}/${status.name}/${restart}`);
    return statusesOf(pod).flatMap((status) => {
      const began = status.state?.running ?? status.state?.terminated;
      return [
        ...(began !== undefined && !isFollowed(status, status.restartCount)
          ? [read(status, false)]
          : []),
        ...(status.lastState?.terminated !== undefined &&
        !isFollowed(status, status.restartCount - 1)
          ? [read(status, true)]
          : []),
      ];
    });
  }

  /** What a node answers, each question by itself. Reading metrics resets the `.max` of its simple timers. */
  async #ask(dump: Dump, client: CoreClient, folder: string, how: SaveOptions = {}): Promise<void> {
    const { node } = client;
    const call: CallOptions = { readWithin: 0, answerWithin: '5s' };
    const questions: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['info', () => client.info(call)],
      ['metrics', async () => (await client.metrics(call)).all],
      [
        'peers',
        async () => {
          const peers = await client.peers(call);
          this.peers.set(
            node,
            peers.authenticated.map(({ id }) => id),
          );
          return peers;
        },
      ],
      ['quorum', () => client.quorum(call)],
      ['scp', () => client.scp(call)],
    ];
    await Promise.all(
      questions.map(([name, ask]) =>
        dump.item(`the ${name} of ${node}`, async () => {
          try {
            await dump.json(`${folder}/${name}.json`, await ask(), how);
          } catch (error) {
            // A node that runs alone has none of these, which is no loss.
            if (!isSscError(error, 'SSC_CORE_COMMAND_MISSING')) throw error;
          }
        }),
      ),
    );
  }
}

// Metrics are 60 kB of the same words after each phase.
const compressed = { compressAboveBytes: 32 * 2 ** 10 } as const;

const combined = (first: Error, more: readonly Error[]): Error =>
  notSaved(`${first.message}, and ${more.length} more of it`, first);
