import type { CoreSet, CoreSetSpec, JobRequest, JobResult } from '@ssc/formation';
import { checkMission } from './check-mission.ts';
import type { Params, ParamValues } from './params.ts';
import type { Phase } from './phase.ts';

/** What a mission's `run` gets beside the network. */
export interface Tools<P extends Params = Params> {
  readonly phase: Phase;
  readonly params: ParamValues<P>;
  readonly network: LaunchNetwork;
  /** Runs a program of stellar-core’s image to its end, beside all networks of the run. */
  readonly runJob: RunJob;
}

/** Runs a job. @example await runJob({ name: 'tests', command: ['stellar-core', 'test'], within: '1h' }) */
export type RunJob = (job: JobRequest) => Promise<JobResult>;

/**
 * Launches a further network of the run and waits until its nodes answer. For missions that need several, one after another
 * or beside each other.
 *
 * @example const small = await network('small', { core: { nodes: 3 } });
 */
export type LaunchNetwork = <const Name extends string>(
  name: string,
  network: NetworkSpec<Name>,
) => Promise<LaunchedNetwork<Name>>;

/** A network that a mission launched itself. */
export interface LaunchedNetwork<Name extends string> {
  readonly sets: { readonly [Set in Name]: CoreSet };
  /** Ends it as a mission's own network ends: checks it, saves what it leaves behind, removes it, and waits until its nodes are gone. */
  remove(): Promise<void>;
}

/** The core sets of a mission, by name; `Name` are the names that references may use. */
export type NetworkSpec<Name extends string> = {
  readonly [Set in Name]: CoreSetSpec<NoInfer<Name>>;
};

/** What is checked after every mission unless the mission says why not. */
export interface AtEnd {
  /** @default true: no two nodes have different hashes for one ledger */
  readonly agreement?: boolean;
  /** @default true: no node counts an invalid signature, a failed publication or a failed invariant */
  readonly errorMetrics?: boolean;
  /** @default true: every node is still in sync */
  readonly synced?: boolean;
  /** Why something is not checked. Needed where anything above is false. */
  readonly because?: string;
}

/** An experiment: a network, what to do to it, and what must then be true. */
export interface MissionSpec<Name extends string, P extends Params> {
  /** One sentence: what the mission shows. */
  readonly summary: string;
  /** What it does step by step, and why so: a paragraph of Markdown for the page of missions. */
  readonly doc?: string;
  /** The parameters that it reads; each becomes a flag of `ssc mission`. */
  readonly params?: P;
  /** The network that is there from the beginning. A mission that launches all of its networks itself has none. */
  readonly network?: NetworkSpec<Name> | ((params: ParamValues<NoInfer<P>>) => NetworkSpec<Name>);
  /** About how long it takes on real nodes. @example "2m" */
  readonly expectedDuration: string;
  readonly atEnd?: AtEnd;
  /**
   * The phases that only a test build of stellar-core can do, since they use testacc, testtx or generateload: accounts,
   * payments, balances, load. Of phases that are repeated, "…" stands for what differs.
   */
  readonly testBuildFor?: readonly string[];
  /** The parameter that is a protocol which stellar-core must know: refused otherwise before anything is started, or as soon as its nodes answer. */
  readonly needsProtocol?: keyof NoInfer<P> & string;
  run(
    network: { readonly [Set in NoInfer<Name>]: CoreSet },
    tools: Tools<NoInfer<P>>,
  ): Promise<void>;
}

/** A mission as the runner and the command line see it, its types gone. */
export interface Mission {
  readonly name: string;
  readonly summary: string;
  /** A paragraph of Markdown; empty where nothing more is said. */
  readonly doc: string;
  readonly expectedDuration: string;
  readonly params: Params;
  readonly atEnd: AtEnd;
  /** Phases that need a test build of stellar-core. */
  readonly testBuildFor: readonly string[];
  /** The parameter that is a protocol which stellar-core must know, where there is one. */
  readonly needsProtocol?: string;
  /** Empty where the mission launches all of its networks itself. */
  network(params: Readonly<Record<string, unknown>>): Readonly<Record<string, CoreSetSpec>>;
  run(
    network: Readonly<Record<string, CoreSet>>,
    tools: {
      readonly phase: Phase;
      readonly params: Readonly<Record<string, unknown>>;
      readonly network: LaunchNetwork;
      readonly runJob: RunJob;
    },
  ): Promise<void>;
}

/**
 * Makes a mission. The keys of `network` become the names of the handles that `run` gets. What the compiler lets through
 * (an unknown key by a spread, a negative count) is refused here, when the file is loaded.
 */
// biome-ignore lint/complexity/noBannedTypes: a mission without params has none
export function defineMission<const Name extends string = never, const P extends Params = {}>(
  name: string,
  spec: MissionSpec<Name, P>,
): Mission {
  checkMission(name, spec as unknown as Readonly<Record<string, unknown>>);
  const { network = {} } = spec;
  return {
    name,
    summary: spec.summary,
    doc: spec.doc ?? '',
    expectedDuration: spec.expectedDuration,
    params: spec.params ?? {},
    atEnd: spec.atEnd ?? {},
    testBuildFor: spec.testBuildFor ?? [],
    ...(spec.needsProtocol !== undefined && { needsProtocol: spec.needsProtocol }),
    network: (params) =>
      (typeof network === 'function' ? network(params as ParamValues<P>) : network) as Readonly<
        Record<string, CoreSetSpec>
      >,
    run: (handles, tools) =>
      spec.run(handles as { readonly [Set in Name]: CoreSet }, tools as Tools<P>),
  };
}
