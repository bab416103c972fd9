import type { V1Pod } from '@kubernetes/client-node';
import type { Clock } from '@ssc/clock';
import type { CoreClient } from '@ssc/core-http';
import { createDump, type Dump, type RunFiles, type SaveOptions } from '@ssc/data-dump';
import type { SscError } from '@ssc/errors';
import { containerNames } from '@ssc/kube-specs';
import type { CreatedObject, KubeApi } from '../kube/api.ts';
import { statusesOf } from '../pods/pod-state.ts';
import type { PodWatch } from '../pods/pod-watch.ts';
import { FollowedLogs } from './followed-logs.ts';
import { readTables, type TablesFile } from './read-tables.ts';
import { saveAnswers } from './save-answers.ts';
import { saveEvents, saveObject } from './save-objects.ts';

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
  created(): readonly CreatedObject[];
  /** A file of a node's data folder; undefined when it is not there. */
  dataFile(node: string, name: string): Promise<Uint8Array | undefined>;
  /** See FormationOptions.dumpTables. */
  readonly dumpTables?: DumpTables;
}

/** Writes down what a network leaves behind: its logs while they grow, its nodes' answers after each phase, all else at the end. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #logs: FollowedLogs;
  /** The peers of each node as it told them last. */
  readonly peers = new Map<string, readonly string[]>();
  #phases = 0;

  /** Follows logs from now on where `follows`; otherwise all is read at the end. */
  constructor(options: RecorderOptions, follows: boolean) {
    this.#options = options;
    this.#logs = new FollowedLogs(options);
    if (follows) this.#logs.begin();
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
    const { kube, namespace, run, nodes, running, configs, created } = this.#options;
    const clients = new Map(running().map((client) => [client.node, client]));
    const dump = this.#dump();
    await Promise.all([
      ...[...configs()].map(([node, config]) =>
        dump.item(`the configuration of ${node}`, () =>
          dump.text(`configs/${node}.cfg`, config, { keepsNodeSeeds: true }),
        ),
      ),
      ...created().flatMap((object) => saveObject(dump, kube, namespace, object)),
      dump.item('the events of the run', () => saveEvents(dump, kube, namespace, run)),
      ...this.#logs.finish(dump),
      ...nodes.map((node) => this.#node(dump, node, clients.get(node))),
    ]);
    // The largest come last: what is short is saved whatever time there is.
    await Promise.all(nodes.map((node) => this.#tables(dump, node)));
    return dump.problems();
  }

  /** Follows no more, with no time to ask for anything. */
  stop(): Promise<void> {
    return this.#logs.stop();
  }

  #dump(): Dump {
    const { clock, files, secrets } = this.#options;
    return createDump({ clock, files, secrets });
  }

  /** Saves what there is of a node whose pod is there; a node that runs is asked, too. */
  async #node(dump: Dump, node: string, client: CoreClient | undefined): Promise<void> {
    const pod = this.#options.pods.podOf(node);
    if (pod === undefined) return;
    const items = [
      dump.item(`the pod of ${node}`, () =>
        dump.json(`nodes/${node}/pod.json`, pod, { keepsNodeSeeds: true }),
      ),
      ...this.#logs.saveOthers(dump, node, pod),
    ];
    if (client !== undefined && isRunning(pod, containerNames.core))
      items.push(this.#ask(dump, client, `nodes/${node}`));
    await Promise.all(items);
  }

  /** The tables of a node whose pod is there: SQLite's files as they are, or what the server gives. */
  async #tables(dump: Dump, node: string): Promise<void> {
    const { pods, configs, dataFile, dumpTables } = this.#options;
    const pod = pods.podOf(node);
    const place = placeOfTables(configs().get(node) ?? '');
    // A pod that never came up has none.
    const server = place === 'server' ? containerNames.postgres : containerNames.history;
    if (place === undefined || !isRunning(pod, server)) return;
    if (place === 'server' && dumpTables === undefined) return;
    await dump.item(`the database of ${node}`, async () => {
      const files =
        place === 'files'
          ? await readTables((name) => dataFile(node, name))
          : await dumpTables?.(pod?.metadata?.name ?? '');
      for (const { name, bytes } of files ?? [])
        await dump.bytes(`nodes/${node}/database/${name}`, bytes);
    });
  }

  #ask(dump: Dump, client: CoreClient, folder: string, how?: SaveOptions): Promise<void> {
    const heard = (peers: readonly string[]): void => void this.peers.set(client.node, peers);
    return saveAnswers(dump, client, folder, heard, how);
  }
}

// Metrics are 60 kB of the same words after each phase.
const compressed = { compressAboveBytes: 32 * 2 ** 10 } as const;

const isRunning = (pod: V1Pod | undefined, container: string): boolean =>
  statusesOf(pod).some(({ name, state }) => name === container && state?.running !== undefined);

/** Where a node has its tables, by its TOML; undefined where nothing of them is kept. */
export function placeOfTables(config: string): 'files' | 'server' | undefined {
  const database = /^DATABASE = "([^"]*)"$/mu.exec(config)?.[1] ?? '';
  if (database.startsWith('postgresql:')) return 'server';
  if (database.startsWith('sqlite3:') && !database.endsWith(':memory:')) return 'files';
  return undefined;
}
