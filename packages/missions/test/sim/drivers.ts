import { createRandom, createVirtualClock, type ForkedClock, type VirtualClock } from '@ssc/clock';
import { createStellarCore, olderRelease } from '@ssc/core-sim';
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
import {
  createBasePrograms,
  createKubeLocal,
  createPostgresPrograms,
  type KubeLocal,
  type KubeLocalOptions,
} from '@ssc/kube-local';
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
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const random = createRandom(seed);
  const base = createBasePrograms();
  const nodes: ForkedClock[] = [];
  const mortal =
    (core: Program): Program =>
    (self) => {
      const mine = self.clock.fork('node');
      nodes.push(mine);
      return core({ ...self, clock: mine });
    };
  const cluster = createKubeLocal({
    clock: clock.fork('cluster'),
    random: random.fork('cluster'),
    images: [
      { pattern: 'core-sim', programs: { ...base, 'stellar-core': mortal(createStellarCore()) } },
      {
        pattern: 'old-core-sim',
        programs: { ...base, 'stellar-core': mortal(createStellarCore(olderRelease)) },
      },
      { pattern: 'nginx', programs: base },
      { pattern: 'postgres:*', programs: { ...base, ...createPostgresPrograms() } },
    ],
    entry,
    ...(log !== undefined && { log }),
  });
  const baseUrl = 'http://kube.invalid';
  const client = (dispatcher: Dispatcher, at: ForkedClock | VirtualClock, name: string): KubeApi =>
    createKubeApi({
      access: { dispatcher, baseUrl },
      clock: at,
      random: random.fork(`client ${name}`),
      budget: createBudget(at),
    });
  return {
    clock,
    cluster,
    kube: client(cluster.dispatcher, clock, 'nobody'),
    standStill() {
      for (const node of nodes.splice(0)) node.kill();
    },
    drive: (mission, how = {}) => driver(mission, how),
    async attach(mission, run, how = {}) {
      const name = how.name ?? 'second';
      const mine = clock.fork(`driver ${name}`);
      const taken = await takeRun({
        kube: client(cluster.dispatcher, mine, name),
        clock: mine,
        run,
        namespace: 'default',
        driver: `${name}@test 2`,
        onEnd: () => {},
        ...(how.isForced === true && { force: true }),
      });
      return driver(mission, { ...how, name, run, taken });
    },
  };

  function driver(mission: Mission, how: DriveOptions & { readonly taken?: TakenRun }): Driver {
    const { name = 'a', signal = new AbortController().signal } = how;
    const mine = clock.fork(`driver ${name}`);
    const dispatcher = how.through?.(cluster.dispatcher, mine) ?? cluster.dispatcher;
    const run = how.run ?? toRunName(random.fork(`run ${name}`).bytes(3));
    const notes: string[] = [];
    const params = readParams(mission.params, how.params ?? {}) as Readonly<
      Record<string, unknown>
    >;
    const formation = createFormation({
      run,
      mission: mission.name,
      namespace: 'default',
      sets: mission.network(params),
      images: { core: 'core-sim', old: 'old-core-sim', history: 'nginx' },
      ...(how.settings !== undefined && { clusterSettings: how.settings }),
      seed,
      kube: client(dispatcher, mine, name),
      dispatcher,
      connect: cluster.connect,
      exec: async ({ pod, container, command }) => {
        const { code, stdout, stderr } = await cluster.exec('default', pod, container, command);
        if (code !== 0) throw new Error(stderr.trim());
        return Buffer.from(stdout);
      },
      direct: how.access?.kind === 'in-cluster' ? cluster.inside : cluster.entry,
      ...(how.access !== undefined && { access: how.access }),
      clock: mine,
      random: random.fork(`driver ${name}`),
      who: `${name}@test`,
      version: '0',
      signal,
      note: (text) => void notes.push(text),
      ...(how.keepFor !== undefined && { keepFor: how.keepFor }),
      ...(how.taken !== undefined && { taken: how.taken }),
    });
    return {
      run,
      clock: mine,
      formation,
      notes,
      go: () =>
        runMission({
          mission,
          params,
          clock: mine,
          seed,
          provider: 'simulated',
          version: '0',
          run,
          formation,
          keep: how.keep ?? false,
          onEvent: how.onEvent ?? (() => {}),
          save: how.save ?? (async () => {}),
          signal,
        }),
    };
  }
}

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
