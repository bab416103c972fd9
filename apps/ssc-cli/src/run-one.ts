import { exitCodeOf, SscError } from '@ssc/errors';
import { createFormation, type Formation, withDatabase } from '@ssc/formation';
import { toRunName } from '@ssc/kube-specs';
import {
  type Mission,
  type RunEvent,
  type RunResult,
  renderJUnit,
  runMission,
} from '@ssc/missions';
import manifest from '../package.json' with { type: 'json' };
import { type Host, joinPath } from './host.ts';
import { whoIs } from './open-kube.ts';
import type { Provider } from './provider.ts';
import type { RunSettings } from './read-run-settings.ts';

/** One run that is asked for. */
export interface PlannedRun {
  readonly mission: Mission;
  /** The mission's parameters: see readParams. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: string;
}

/** A run that has ended, and where its files are. */
export interface EndedRun {
  readonly result: RunResult;
  readonly folder: string;
  readonly exitCode: number;
}

/** Runs a mission once, in a folder of its own. `onEvent` hears what happens after it was written down. */
export async function runOne(
  planned: PlannedRun,
  settings: RunSettings,
  host: Host,
  open: (seed: string) => Promise<Provider>,
  onEvent: (event: RunEvent, run: string) => void,
): Promise<EndedRun> {
  const { mission, params, seed } = planned;
  const provider = await open(seed);
  const run = toRunName(provider.nonce());
  const folder = runFolder(settings.destination, host, mission.name, run);
  const interruption = new AbortController();
  let signal: 'SIGINT' | 'SIGTERM' | undefined;
  let formation: Formation | undefined;
  const stopListening = host.onSignal((name) => {
    if (signal !== undefined) {
      leave(run, provider, formation?.burnsDownAtMs(), signal, host);
      return;
    }
    signal = name;
    interruption.abort(interrupted(name));
  });
  const tell = (event: RunEvent): void => {
    // At once and in full: whoever kills this process finds all that it told.
    host.append(joinPath(folder, 'events.jsonl'), `${JSON.stringify(event)}\n`);
    onEvent(event, run);
    if (event.type === 'run-started')
      for (const text of provider.notes?.() ?? []) tell({ at: event.at, type: 'note', text });
  };
  const save = (path: string, content: string | Uint8Array): Promise<void> =>
    provider.clock.real(() => host.write(joinPath(folder, path), content));
  const append = (path: string, content: string | Uint8Array): Promise<void> =>
    provider.clock.real(async () => host.append(joinPath(folder, path), content));
  try {
    provider.check?.(mission);
    const { clusterSettings } = provider;
    const sets = withDatabase(mission.network(params), clusterSettings ?? {});
    const placement = await provider.place?.({ mission: mission.name, sets });
    const result = await provider.run(() => {
      formation = createFormation({
        run,
        mission: mission.name,
        namespace: provider.namespace,
        sets,
        ...(placement !== undefined && { placement }),
        ...(provider.place !== undefined && { place: provider.place }),
        images: provider.images,
        ...(clusterSettings !== undefined && { clusterSettings }),
        ...(provider.dumpTables !== undefined && { dumpTables: provider.dumpTables }),
        seed,
        kube: provider.kube,
        dispatcher: provider.dispatcher,
        connect: provider.connect,
        ...(provider.direct !== undefined && { direct: provider.direct }),
        ...(provider.accessOf !== undefined && { access: provider.accessOf(run) }),
        clock: provider.clock,
        random: provider.random,
        who: whoIs(host),
        version: manifest.version,
        signal: interruption.signal,
        ...(settings.keepFor !== undefined && { keepFor: settings.keepFor }),
        note: (text) => tell({ at: provider.clock.now(), type: 'note', text }),
      });
      return runMission({
        mission,
        params,
        clock: provider.clock,
        seed,
        provider: provider.name,
        version: manifest.version,
        run,
        formation,
        keep: settings.keep,
        onEvent: tell,
        save,
        append,
        signal: interruption.signal,
        ...(settings.timeout !== undefined && {
          timeout: {
            after: settings.timeout,
            end: (reason) => interruption.abort(reason),
          },
        }),
      });
    });
    await host.write(joinPath(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    await host.write(joinPath(folder, 'junit.xml'), renderJUnit([result]));
    await host.link(joinPath(folder, '..', 'latest'), folder.slice(folder.lastIndexOf('/') + 1));
    return { result, folder, exitCode: exitCodeOf(result.verdict, signal) };
  } finally {
    stopListening();
    await provider.close();
  }
}

/** `ssc-runs/<utc>-<mission>-<run>`, by the machine's own clock: simulated time is the same in every run. */
function runFolder(destination: string, host: Host, name: string, run: string): string {
  const utc = new Date(host.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  return joinPath(destination, `${utc}-${name}-${run}`);
}

function interrupted(name: 'SIGINT' | 'SIGTERM'): SscError {
  return new SscError({
    problem: { code: 'SSC_INTERRUPTED' },
    verdict: 'interrupted',
    summary: `the run was ended by ${name}`,
    hint: 'What there was of it is saved, and its network is removed.',
  });
}

/** A second signal: ends the process while it cleans up, and says who removes what is left. */
function leave(
  run: string,
  provider: Provider,
  burnsDownAtMs: number | undefined,
  signal: 'SIGINT' | 'SIGTERM',
  host: Host,
): void {
  if (provider.name === 'kubernetes' && burnsDownAtMs !== undefined)
    host.err(
      `\nleft at once: the cluster removes what there is of run ${run} at ${new Date(burnsDownAtMs).toISOString()}, when its fuse has burnt down; sooner: ssc clean ${run} --namespace ${provider.namespace}\n`,
    );
  else host.err(`\nleft at once: nothing of run ${run} is on a cluster\n`);
  // Other runs of this process have something to say as well.
  queueMicrotask(() => host.exit(exitCodeOf('interrupted', signal)));
}
