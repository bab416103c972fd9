import {
  createRandom,
  createVirtualClock,
  type Duration,
  type Random,
  type VirtualClock,
} from '@ssc/clock';
import {
  createStellarCore,
  type Defects,
  olderRelease,
  type StellarCoreOptions,
} from '@ssc/core-sim';
import { renderError, SscError } from '@ssc/errors';
import {
  type ClusterSettings,
  createBudget,
  createFormation,
  createKubeApi,
  type FormationOptions,
  type KubeApi,
} from '@ssc/formation';
import {
  createBasePrograms,
  createKubeLocal,
  createPostgresPrograms,
  type FaultOptions,
  type KubeLocal,
  type KubeLocalOptions,
} from '@ssc/kube-local';
import { toRunName } from '@ssc/kube-specs';
import {
  type Mission,
  type RunEvent,
  type RunResult,
  readParams,
  runMission,
} from '../../src/index.ts';
import { expectValid } from '../valid.ts';

/** What a rehearsal is made from. */
export interface WorldOptions {
  readonly seed?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly faults?: FaultOptions;
  readonly core?: StellarCoreOptions;
  /** What is wrong with single nodes. */
  readonly defects?: Readonly<Record<string, Defects>>;
  readonly kube?: Partial<KubeLocalOptions>;
  readonly settings?: ClusterSettings;
  /** What is done to the cluster before the run begins. */
  readonly before?: (kube: KubeApi) => Promise<void>;
  /** Changes a node's configuration on its way into its ConfigMap: nothing else of the run knows. */
  readonly changeConfig?: (node: string, config: string) => string;
  /** Milliseconds of real time that each file takes to be written. */
  readonly realDelayMs?: (dice: Random) => number;
  /** What befalls the cluster when a phase begins. */
  readonly whenPhase?: Readonly<Record<string, Befall>>;
  readonly signal?: AbortSignal;
  readonly keep?: boolean;
  /** @default the API server's pod proxy */
  readonly access?: FormationOptions['access'];
  readonly bringUpWithin?: Duration;
  /** How long programs take that are run in pods. @default 0 */
  readonly execMs?: (dice: Random) => number;
  /** Whether the run is recorded while it goes on. @default true */
  readonly record?: boolean;
}

/** A cluster of simulated nodes, and a mission that ran on it. */
export interface World {
  readonly clock: VirtualClock;
  readonly cluster: KubeLocal;
  /** A client beside the run's own, with a budget of its own. */
  readonly kube: KubeApi;
  readonly result: RunResult;
  readonly events: readonly RunEvent[];
  readonly files: ReadonlyMap<string, string>;
  /** Every API call, stored change and message between pods, and every event and file of the run, in order. */
  readonly log: readonly string[];
  readonly run: string;
  /** The text of the run's error, as a user reads it; empty when there is none. */
  readonly errorText: string;
}

/** What happens to the cluster at one instant; `pod` gives the pod of a node. */
export type Befall = (cluster: KubeLocal, pod: (node: string) => PodRef) => void;

interface PodRef {
  readonly namespace: string;
  readonly pod: string;
}

/** What acts on the cluster while a mission runs. */
export type Meddle = (
  cluster: KubeLocal,
  clock: VirtualClock,
  pod: (node: string) => string,
) => Promise<void>;

/** Rehearses a mission; `meddle` runs beside it. */
export async function rehearse(
  mission: Mission,
  options: WorldOptions = {},
  meddle?: Meddle,
): Promise<World> {
  const seed = options.seed ?? '1';
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const random = createRandom(seed);
  const delays = createRandom(`${Math.random()}`);
  const log: string[] = [];
  const run = toRunName(random.fork('run').bytes(3));
  const core: StellarCoreOptions = {
    ...options.core,
    defects: (host) => options.defects?.[host.slice(run.length + 1)],
  };
  const programs = { ...createBasePrograms(), 'stellar-core': createStellarCore(core) };
  const cluster = createKubeLocal({
    clock: clock.fork('cluster'),
    random: random.fork('cluster'),
    images: [
      { pattern: 'core-sim', programs },
      {
        pattern: 'old-core-sim',
        programs: { ...programs, 'stellar-core': createStellarCore({ ...olderRelease, ...core }) },
      },
      { pattern: 'nginx', programs },
      { pattern: 'postgres:*', programs: { ...programs, ...createPostgresPrograms() } },
    ],
    log: (line) => log.push(line),
    ...(options.faults !== undefined && { faults: options.faults }),
    ...options.kube,
  });
  const access = { dispatcher: cluster.dispatcher, baseUrl: 'http://kube.invalid' };
  const client = (name: string): KubeApi =>
    createKubeApi({ access, clock, random: random.fork(name), budget: createBudget(clock) });
  const events: RunEvent[] = [];
  const files = new Map<string, string>();
  const params = readParams(mission.params, options.params ?? {}, 'simulated') as Readonly<
    Record<string, unknown>
  >;
  const { signal = new AbortController().signal, changeConfig } = options;

  const result = await clock.run(async () => {
    await options.before?.(client('before'));
    const meddling = meddle?.(cluster, clock, (node) => `${run}-${node}`);
    const formation = createFormation({
      run,
      mission: mission.name,
      namespace: 'default',
      sets: mission.network(params),
      images: { core: 'core-sim', old: 'old-core-sim', history: 'nginx' },
      ...(options.settings !== undefined && { clusterSettings: options.settings }),
      seed,
      kube:
        changeConfig === undefined
          ? client('driver')
          : changingConfigs(client('driver'), run, changeConfig),
      dispatcher: cluster.dispatcher,
      connect: cluster.connect,
      exec: async ({ pod, container, command }) => {
        const { code, stdout, stderr } = await cluster.exec('default', pod, container, command);
        if (options.execMs !== undefined) await clock.sleep(options.execMs(delays));
        if (code !== 0) throw new Error(stderr.trim());
        return Buffer.from(stdout);
      },
      direct: options.access?.kind === 'in-cluster' ? cluster.inside : cluster.entry,
      ...(options.access !== undefined && { access: options.access }),
      ...(options.bringUpWithin !== undefined && { bringUpWithin: options.bringUpWithin }),
      clock,
      random: random.fork('driver'),
      who: 'a test',
      version: '0',
      signal,
      note: (text) => void log.push(`${clock.now()} note ${text}`),
    });
    const ended = await runMission({
      mission,
      params,
      clock,
      seed,
      provider: 'simulated',
      version: '0',
      run,
      formation,
      keep: options.keep ?? false,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'phase-started')
          options.whenPhase?.[event.phase]?.(cluster, (node) => ({
            namespace: 'default',
            pod: `${run}-${node}`,
          }));
        log.push(JSON.stringify(event));
      },
      save: async (path, content) => {
        const ms = options.realDelayMs?.(delays) ?? 0;
        await clock.real(async () => {
          if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
        });
        files.set(path, String(content));
        log.push(`${clock.now()} saved ${path} ${String(content).length}`);
      },
      ...(options.record !== false && {
        append: async (path, content) => {
          await clock.real(async () => {});
          files.set(path, `${files.get(path) ?? ''}${String(content)}`);
          log.push(`${clock.now()} appended to ${path} ${String(content).length}`);
        },
      }),
      signal,
    });
    await meddling;
    return ended;
  });
  expectValid(result, events);
  return {
    clock,
    cluster,
    kube: client('test'),
    result,
    events,
    files,
    log,
    run,
    errorText: textOf(result),
  };
}

/** The API, but that the configurations inside of ConfigMaps are others. */
function changingConfigs(
  kube: KubeApi,
  run: string,
  change: (node: string, config: string) => string,
): KubeApi {
  return {
    ...kube,
    create: (namespace, object) => {
      const { data } = object as { readonly data?: Readonly<Record<string, string>> };
      if (object.kind !== 'ConfigMap' || data === undefined) return kube.create(namespace, object);
      const changed = Object.entries(data).map(([file, text]) => [
        file,
        file.endsWith('.cfg') ? change(file.slice(run.length + 1, -4), text) : text,
      ]);
      return kube.create(namespace, {
        ...object,
        data: Object.fromEntries(changed) as Record<string, string>,
      });
    },
  };
}

function textOf(result: RunResult): string {
  const { error } = result;
  if (error === undefined) return '';
  return renderError(
    new SscError({
      problem: { code: error.code as `SSC_${string}` },
      verdict: error.verdict,
      summary: error.message,
      facts: error.facts,
      ...(error.hint !== undefined && { hint: error.hint }),
    }),
  );
}

// What differs with every change of a simulation and says nothing about an error: times, heights, hashes, uids.
const particulars: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z?/gu, 'TIME'],
  // Which ledger it is changes with every draw of a load.
  [/(hash=|hashes to )[0-9a-f]{6}\b/gu, '$1HASH'],
  [/[0-9a-f]{8}-[0-9a-f-]{27}/gu, 'UID'],
  [/\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{12,64}\b/gu, 'HASH'],
  [/\b(ledger|slot|slot is|sequence number) \d+/gu, '$1 N'],
  [/\d+ times in [\dhms. ]+[hms]\b/gu, 'N times in TIME'],
  [/\d+ times in all/gu, 'N times in all'],
  [/(is|none for|running for) [\dhms. ]+[hms]\b/gu, '$1 TIME'],
  [/\d+ closed since/gu, 'N closed since'],
];

/**
 * What a person reads of a run that did not hold: its verdict, the phase and the error's text; without what a node logs of
 * each ledger, and without the particulars of one simulation.
 */
export function told(world: World): string {
  const lines = world.errorText
    .split('\n')
    .filter((line) => !/\[\w+ (INFO|WARNING)\] (?!This is core-sim|Config from)/u.test(line))
    .map((line) =>
      particulars.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), line),
    );
  return `${world.result.verdict} in "${world.result.error?.phase ?? ''}"\n${lines.join('\n')}`;
}
