import {
  createFormation,
  type Formation,
  type FoundRun,
  type NetworkRequest,
  type TakenRun,
  withDatabase,
} from '@ssc/formation';
import type { Mission } from '@ssc/missions';
import manifest from '../package.json' with { type: 'json' };
import type { Host } from './host.ts';
import type { Provider } from './provider.ts';
import type { RunSettings } from './read-run-settings.ts';

/** One run that is asked for. */
export interface PlannedRun {
  readonly mission: Mission;
  /** The mission's parameters: see readParams. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: string;
  /** The options about the network that were given, as texts by name: see askedOptions. @default none */
  readonly options?: Readonly<Record<string, string>>;
  /** The run of a driver that died, which is to go on. */
  readonly found?: FoundRun;
}

/** The network that a run begins with, by the name that it is to have. */
export async function toRequest(
  { mission, params, seed }: PlannedRun,
  provider: Provider,
  run: string,
): Promise<NetworkRequest> {
  const { clusterSettings, namespace, images, accessOf } = provider;
  const sets = withDatabase(mission.network(params), clusterSettings ?? {});
  const placement = await provider.place?.({ mission: mission.name, sets });
  return {
    run,
    mission: mission.name,
    namespace,
    sets,
    ...(placement !== undefined && { placement }),
    images,
    ...(clusterSettings !== undefined && { clusterSettings }),
    ...(accessOf !== undefined && { access: accessOf(run) }),
    seed,
  };
}

/** What the formation of a run is made with, beside its network. */
export interface FormationTools {
  readonly planned: PlannedRun;
  readonly settings: RunSettings;
  readonly provider: Provider;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  /** The run, where another driver had it. */
  readonly taken?: TakenRun;
}

/** The formation of a run; nothing is created. */
export function makeFormation(
  request: NetworkRequest,
  { planned, settings, provider, host, signal, note, taken }: FormationTools,
): Formation {
  const { params, seed, options = {} } = planned;
  return createFormation({
    ...request,
    ...(provider.place !== undefined && { place: provider.place }),
    ...(provider.dumpTables !== undefined && { dumpTables: provider.dumpTables }),
    exec: provider.exec,
    kube: provider.kube,
    ...(provider.lookEvery !== undefined && { lookEvery: provider.lookEvery }),
    dispatcher: provider.dispatcher,
    connect: provider.connect,
    ...(provider.direct !== undefined && { direct: provider.direct }),
    clock: provider.clock,
    random: provider.random,
    who: host.who,
    version: manifest.version,
    asked: { seed, params, options },
    signal,
    ...(settings.keepFor !== undefined && { keepFor: settings.keepFor }),
    ...(taken !== undefined && { taken }),
    note,
  });
}
