import { join } from 'node:path';
import type { Clock, Random } from '@ssc/clock';
import type { NodePlace, Placement } from '@ssc/core-cfg';
import type { CoreSetSpec } from '@ssc/formation';
import {
  type BookedProcess,
  endProcesses,
  type ReservedPorts,
  reservePorts,
  setWatchman,
  type Watchman,
} from '@ssc/host';
import { databaseUrl, podName } from '@ssc/kube-specs';
import type { WhoAndWhere } from '../provider.ts';
import { loopback, type NodePorts } from './ports.ts';
import { findPostgres, type PostgresTools, refuseClosedFolder } from './postgres.ts';
import { createSite, type NodeHere, type Site } from './site.ts';

/** Where a node can be reached, and its folder. */
export interface NativeAddress extends NodePorts, NodeHere {
  readonly folder: string;
}

/** Whose nodes are given places. */
export interface NativePlacesOptions {
  readonly run: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Each node writes its log to a file in its folder too. */
  readonly logFiles: boolean;
}

// Nodes need 0.2 s to stop, and seconds with large merges.
const stopWithinMs = 10_000;

/** Where the nodes of a run are on this machine: their ports on loopback, and their folders. */
export class NativePlaces {
  readonly #options: NativePlacesOptions;
  /** By pod. */
  readonly #ports = new Map<string, NodePorts>();
  readonly #reserved: ReservedPorts[] = [];
  #site: Site | undefined;
  #watchman: Watchman | undefined;
  #postgres: PostgresTools | undefined;

  constructor(options: NativePlacesOptions) {
    this.#options = options;
  }

  /** The folder of the run. Throws before its first network has a place. */
  get site(): Site {
    if (this.#site === undefined) throw new Error('pods were made before their network was placed');
    return this.#site;
  }

  /** The tools of the database server, where a node has one. */
  get postgres(): PostgresTools | undefined {
    return this.#postgres;
  }

  portsOf(pod: string): NodePorts | undefined {
    return this.#ports.get(pod);
  }

  /** Of all nodes that have a place, in the order in which they got it. */
  get ports(): readonly NodePorts[] {
    return [...this.#ports.values()];
  }

  /** All nodes that have a place, in the order in which they got it. */
  addresses(): NativeAddress[] {
    const { run, logFiles } = this.#options;
    return [...this.#ports].map(([pod, ports]) => ({
      node: pod.slice(run.length + 1),
      ...ports,
      folder: this.site.volume(pod, ''),
      ...(logFiles && { log: this.#logFileOf(pod) }),
    }));
  }

  /** Reserves ports for the nodes of a network, and makes the folder of the run. */
  async place({ mission, network = 0, sets }: WhoAndWhere): Promise<Placement> {
    const { run, clock } = this.#options;
    const nodes = nodesOf(run, network, sets);
    if (nodes.some((one) => one.hasPostgres)) this.#postgres = findPostgres();
    await this.#reserve(nodes, network);
    this.#site ??= createSite(run, mission, new Date(clock.now()).toISOString());
    const owner = this.#postgres?.owner;
    if (owner !== undefined) refuseClosedFolder(this.#site.folder, owner);
    this.#watchman ??= setWatchman(this.#site.bookFolder);
    this.#site.tell(this.addresses());
    return ({ set, ordinal }) => this.#placeOf(podName({ run, network, set, ordinal }));
  }

  /** Waits for processes that are being stopped, as long as nodes need for it. */
  async awaitStop(): Promise<void> {
    const { clock } = this.#options;
    const until = clock.now() + stopWithinMs;
    while (this.#running().length > 0 && clock.now() < until) await clock.sleep(20);
  }

  /** Kills what still runs, and removes the folder of the run. Gives what does not even end then: its folder stays. */
  async remove(): Promise<readonly BookedProcess[]> {
    const left = await endProcesses(this.#options.clock, this.#running(), 1000);
    if (left.length === 0) this.#site?.remove();
    return left;
  }

  #running(): BookedProcess[] {
    return this.#site?.book.running() ?? [];
  }

  /** Gives ports back, and lets go of who would end the processes of a driver that died. */
  release(): void {
    this.#watchman?.dismiss();
    for (const ports of this.#reserved) ports.release();
  }

  async #reserve(nodes: readonly PlacedNode[], network: number): Promise<void> {
    const reserved = await reservePorts({
      count: nodes.reduce((sum, one) => sum + (one.hasPostgres ? 4 : 3), 0),
      start: this.#options.random.fork(`ports ${network}`).float(),
    });
    this.#reserved.push(reserved);
    const free = reserved.ports.values();
    const next = (): number => free.next().value ?? 0;
    for (const { pod, hasPostgres } of nodes)
      this.#ports.set(pod, {
        ...{ peer: next(), http: next(), history: next() },
        ...(hasPostgres && { postgres: next() }),
      });
  }

  #placeOf(pod: string): NodePlace {
    const { peer, http, history, postgres } = this.#ports.get(pod) as NodePorts;
    return {
      peerHost: loopback,
      peerPort: peer,
      httpPort: http,
      dataFolder: this.site.volume(pod, 'data'),
      // Core reads braces in it as places for the time.
      ...(this.#options.logFiles && {
        logFile: this.#logFileOf(pod).replaceAll(/[{}]/gu, '$&$&'),
      }),
      historyUrl: `http://${loopback}:${history}`,
      ...(postgres !== undefined && {
        postgresUrl: `${databaseUrl('postgres')} port=${postgres}`,
      }),
    };
  }

  #logFileOf(pod: string): string {
    return join(this.site.volume(pod, 'data'), 'stellar-core.log');
  }
}

interface PlacedNode {
  readonly pod: string;
  readonly hasPostgres: boolean;
}

const nodesOf = (
  run: string,
  network: number,
  sets: Readonly<Record<string, CoreSetSpec>>,
): PlacedNode[] =>
  Object.entries(sets).flatMap(([set, { nodes, database }]) =>
    Array.from({ length: nodes }, (_, ordinal) => ({
      pod: podName({ run, network, set, ordinal }),
      hasPostgres: database === 'postgres',
    })),
  );
