import {
  createRandom,
  createVirtualClock,
  type ForkedClock,
  type Random,
  type VirtualClock,
} from '@ssc/clock';
import { createStellarCore } from '@ssc/core-sim';
import {
  type ClusterSettings,
  createBudget,
  createFormation,
  createKubeApi,
  type Formation,
  type FormationOptions,
  type KubeApi,
  type TakenRun,
  takeRun,
} from '@ssc/formation';
import { createKubeLocal, type KubeLocal, type KubeLocalOptions } from '@ssc/kube-local';
import { toRunName } from '@ssc/kube-specs';
import type { Program } from '@ssc/process';
import type { Dispatcher } from 'undici';
import {
  type Mission,
  type RunEvent,
  type RunResult,
  readParams,
  runMission,
} from '../../src/index.ts';
import { execIn, imageNames, imagesOf } from './simulated-cluster.ts';

/** A cluster on which several drivers work, each with a clock that can die alone. */
export interface Place {
  readonly clock: VirtualClock;
  readonly cluster: KubeLocal;
  /** A client of nobody in particular. */
  readonly kube: KubeApi;
  drive(mission: Mission, how?: DriveOptions): Driver;
  /** Takes over the run of a driver that died. */
  attach(mission: Mission, run: string, how?: DriveOptions): Promise<Driver>;
  /** Stands all nodes still: they answer, and close no more ledgers, so that hours pass in an instant. */
  standStill(): void;
}

/** One driver and its run. */
export interface DriveOptions {
  /** Tells drivers apart: names, keys and chance follow from it. @default "a" */
  readonly name?: string;
  /** What stands between the driver and the cluster. */
  readonly through?: (dispatcher: Dispatcher, clock: ForkedClock) => Dispatcher;
  readonly keep?: boolean;
  readonly settings?: ClusterSettings;
  readonly access?: FormationOptions['access'];
  readonly keepFor?: FormationOptions['keepFor'];
  readonly signal?: AbortSignal;
  readonly save?: (path: string, content: string | Uint8Array) => Promise<void>;
  /** The run's name. @default follows from `name` */
  readonly run?: string;
  readonly onEvent?: (event: RunEvent) => void;
  /** Attaches to a run whose driver died so lately that it counts as alive. */
  readonly isForced?: boolean;
  /** The mission's parameters as texts; all others have their defaults. */
  readonly params?: Readonly<Record<string, string>>;
}

export interface Driver {
  readonly run: string;
  readonly clock: ForkedClock;
  readonly formation: Formation;
  readonly notes: readonly string[];
  /** Runs the mission to its end. */
  go(): Promise<RunResult>;
}

export function createPlace(
  seed: string,
  log?: (line: string) => void,
  entry: NonNullable<KubeLocalOptions['entry']> = {
    gateways: [{ namespace: 'gateways', name: 'shared' }],
  },
): Place {
  return new SimulatedPlace(seed, { entry, ...(log !== undefined && { log }) });
}

/** A place whose nodes have clocks that can be stopped. */
class SimulatedPlace implements Place {
  readonly clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  readonly cluster: KubeLocal;
  readonly kube: KubeApi;
  readonly #seed: string;
  readonly #random: Random;
  readonly #nodes: ForkedClock[] = [];

  constructor(seed: string, options: Pick<KubeLocalOptions, 'entry' | 'log'>) {
    this.#seed = seed;
    this.#random = createRandom(seed);
    this.cluster = createKubeLocal({
      clock: this.clock.fork('cluster'),
      random: this.#random.fork('cluster'),
      images: imagesOf((release) => this.#mortal(createStellarCore(release))),
      ...options,
    });
    this.kube = this.#client(this.cluster.dispatcher, this.clock, 'nobody');
  }

  #mortal(core: Program): Program {
    return (self) => {
      const mine = self.clock.fork('node');
      this.#nodes.push(mine);
      return core({ ...self, clock: mine });
    };
  }

  #client(dispatcher: Dispatcher, clock: ForkedClock | VirtualClock, name: string): KubeApi {
    return createKubeApi({
      access: { dispatcher, baseUrl: 'http://kube.invalid' },
      clock,
      random: this.#random.fork(`client ${name}`),
      budget: createBudget(clock),
    });
  }

  standStill(): void {
    for (const node of this.#nodes.splice(0)) node.kill();
  }

  async attach(mission: Mission, run: string, how: DriveOptions = {}): Promise<Driver> {
    const name = how.name ?? 'second';
    const clock = this.clock.fork(`driver ${name}`);
    const taken = await takeRun({
      kube: this.#client(this.cluster.dispatcher, clock, name),
      clock,
      run,
      namespace: 'default',
      driver: `${name}@test 2`,
      onEnd: () => {},
      ...(how.isForced === true && { force: true }),
    });
    return this.drive(mission, { ...how, name, run, taken });
  }

  drive(mission: Mission, how: DriveOptions & { readonly taken?: TakenRun } = {}): Driver {
    const { name = 'a', signal = new AbortController().signal } = how;
    const clock = this.clock.fork(`driver ${name}`);
    const run = how.run ?? toRunName(this.#random.fork(`run ${name}`).bytes(3));
    const notes: string[] = [];
    const params = readParams(mission.params, how.params ?? {}) as Readonly<
      Record<string, unknown>
    >;
    const formation = createFormation({
      ...this.#surroundings(clock, name, how),
      ...optionsOf(how),
      run,
      mission: mission.name,
      sets: mission.network(params),
      signal,
      note: (text) => void notes.push(text),
    });
    const go = (): Promise<RunResult> =>
      runMission({
        mission,
        params,
        clock,
        seed: this.#seed,
        provider: 'simulated',
        version: '0',
        run,
        formation,
        keep: how.keep ?? false,
        onEvent: how.onEvent ?? (() => {}),
        save: how.save ?? (async () => {}),
        signal,
      });
    return { run, clock, formation, notes, go };
  }

  /** What a driver of this name works with. */
  #surroundings(clock: ForkedClock, name: string, { through, access }: DriveOptions): Surroundings {
    const { cluster } = this;
    const dispatcher = through?.(cluster.dispatcher, clock) ?? cluster.dispatcher;
    return {
      namespace: 'default',
      images: imageNames,
      seed: this.#seed,
      kube: this.#client(dispatcher, clock, name),
      dispatcher,
      connect: cluster.connect,
      exec: execIn(cluster),
      direct: access?.kind === 'in-cluster' ? cluster.inside : cluster.entry,
      clock,
      random: this.#random.fork(`driver ${name}`),
      who: `${name}@test`,
      version: '0',
    };
  }
}

type Surroundings = Omit<FormationOptions, 'run' | 'mission' | 'sets' | 'signal' | 'note'>;

/** What of a formation its driver is told. */
const optionsOf = ({
  settings,
  access,
  keepFor,
  taken,
}: DriveOptions & { readonly taken?: TakenRun }): Pick<
  FormationOptions,
  'clusterSettings' | 'access' | 'keepFor' | 'taken'
> => ({
  ...(settings !== undefined && { clusterSettings: settings }),
  ...(access !== undefined && { access }),
  ...(keepFor !== undefined && { keepFor }),
  ...(taken !== undefined && { taken }),
});

interface Listed {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** Every object of the namespace, of every kind that the cluster knows, by kind and name. Events are left out: they tell of the past. */
export async function everything(cluster: KubeLocal): Promise<Map<string, Listed>> {
  const found = new Map<string, Listed>();
  for (const path of await listPaths(cluster)) {
    const { items, kind } = (await getJson(cluster, path)) as { items: Listed[]; kind: string };
    for (const item of items)
      found.set(`${kind.replace(/List$/u, '')} ${item.metadata.name}`, item);
  }
  return found;
}

async function listPaths(cluster: KubeLocal): Promise<string[]> {
  const { groups } = (await getJson(cluster, '/apis')) as {
    groups: { versions: { groupVersion: string }[] }[];
  };
  const roots = [
    '/api/v1',
    ...groups.flatMap((group) => group.versions.map((v) => `/apis/${v.groupVersion}`)),
  ];
  const paths: string[] = [];
  for (const root of roots) {
    const { resources } = (await getJson(cluster, root)) as {
      resources: { name: string; namespaced: boolean; verbs: string[] }[];
    };
    for (const { name, namespaced, verbs } of resources)
      if (namespaced && verbs.includes('list') && name !== 'events')
        paths.push(`${root}/namespaces/default/${name}`);
  }
  return paths;
}

async function getJson(cluster: KubeLocal, path: string): Promise<unknown> {
  const { status, body } = await cluster.handle({
    method: 'GET',
    path,
    headers: {},
    body: new Uint8Array(),
  });
  if (status !== 200 || !(body instanceof Uint8Array)) throw new Error(`GET ${path}: ${status}`);
  return JSON.parse(Buffer.from(body).toString()) as unknown;
}
