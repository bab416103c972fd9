import { exitCodeOf, present, SscError } from '@ssc/errors';
import { claimFormation, type Formation, type NetworkRequest, type TakenRun } from '@ssc/formation';
import { toRunName } from '@ssc/kube-specs';
import { type RunEvent, type RunResult, runMission } from '@ssc/missions';
import manifest from '../package.json' with { type: 'json' };
import type { Host } from './host.ts';
import { makeFormation, type PlannedRun, toRequest } from './planned-run.ts';
import type { Provider } from './provider.ts';
import type { RunSettings } from './read-run-settings.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { takeOver } from './take-over.ts';

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
  const { clock } = provider;
  const interruption = new AbortController();
  let signal: 'SIGINT' | 'SIGTERM' | undefined;
  // Known before its fuse is lit: whoever leaves at once is told of it.
  let formation: Formation | undefined;
  let folder: RunFolder | undefined;
  const stopListening = host.onSignal((name) => {
    if (signal !== undefined) {
      leave(formation, provider, signal, host);
      return;
    }
    signal = name;
    interruption.abort(interrupted(name));
  });
  const tell = (event: RunEvent): void => {
    folder?.note(event);
    onEvent(event, formation?.run ?? '');
    if (event.type === 'run-started')
      for (const text of provider.notes?.() ?? []) tell({ at: event.at, type: 'note', text });
  };
  const create = (request: NetworkRequest, taken?: TakenRun): Formation => {
    formation = makeFormation(request, {
      planned,
      settings,
      provider,
      host,
      signal: interruption.signal,
      note: (text) => tell({ at: clock.now(), type: 'note', text }),
      ...(taken !== undefined && { taken }),
    });
    return formation;
  };
  const begin = async (): Promise<Formation> => {
    const { found } = planned;
    const { signal: ending } = interruption;
    const draw = async () =>
      create(await toRequest(planned, provider, toRunName(provider.nonce())));
    if (found === undefined) return claimFormation(draw, ending);
    const request = await toRequest(planned, provider, found.run);
    const end = (reason: SscError): void => interruption.abort(reason);
    return create(request, await takeOver({ found, request, provider, host, signal: ending, end }));
  };
  try {
    provider.check?.(mission, params);
    const result = await provider.run(async () => {
      const begun = await begin();
      const { run } = begun;
      folder = openRunFolder(settings.destination, { mission: mission.name, run }, provider, host);
      return runMission({
        mission,
        params,
        clock,
        seed,
        provider: provider.name,
        version: manifest.version,
        run,
        formation: begun,
        keep: settings.keep,
        onEvent: tell,
        save: folder.save,
        append: folder.append,
        signal: interruption.signal,
        ...(settings.timeout !== undefined && {
          timeout: {
            after: settings.timeout,
            end: (reason) => interruption.abort(reason),
          },
        }),
      });
    });
    const { path, end } = present(folder, 'a run that has ended has a folder');
    await end(result);
    return { result, folder: path, exitCode: exitCodeOf(result.verdict, signal) };
  } finally {
    stopListening();
    await provider.close();
  }
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
  formation: Formation | undefined,
  provider: Provider,
  signal: 'SIGINT' | 'SIGTERM',
  host: Host,
): void {
  const burnsDownAtMs = formation?.burnsDownAtMs();
  if (provider.name === 'kubernetes' && formation !== undefined && burnsDownAtMs !== undefined)
    host.err(
      // By force: until the next beat is missed, the run looks like one that is driven.
      `\nleft at once: the cluster removes what there is of run ${formation.run} at ${new Date(burnsDownAtMs).toISOString()}, when its fuse has burnt down; sooner: ssc clean ${formation.run} --force --namespace ${provider.namespace}\n`,
    );
  else if (provider.name === 'native' && formation !== undefined)
    host.err(
      `\nleft at once: the nodes of run ${formation.run} end within seconds, and what is left of it is removed by: ssc clean ${formation.run}\n`,
    );
  else
    host.err(
      `\nleft at once: nothing of ${formation === undefined ? 'the run' : `run ${formation.run}`} is on a cluster\n`,
    );
  // Other runs of this process have something to say as well.
  queueMicrotask(() => host.exit(exitCodeOf('interrupted', signal)));
}
