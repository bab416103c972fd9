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

/** Where and how a run is made. */
export interface RunOneOptions {
  readonly settings: RunSettings;
  readonly host: Host;
  open(seed: string): Promise<Provider>;
  /** Hears what happens, after it was written down. */
  onEvent(event: RunEvent, run: string): void;
}

/** Runs a mission once, in a folder of its own. */
export async function runOne(planned: PlannedRun, options: RunOneOptions): Promise<EndedRun> {
  const { host, open } = options;
  const provider = await open(planned.seed);
  const run = new RunUnderWay(planned, provider, options);
  const stopListening = host.onSignal((name) => run.hear(name));
  try {
    provider.check?.(planned.mission, planned.params);
    return await run.toItsEnd();
  } finally {
    stopListening();
    await provider.close();
  }
}

/** A run from its first moment on: what there is of it when a signal comes. */
class RunUnderWay {
  readonly #planned: PlannedRun;
  readonly #provider: Provider;
  readonly #options: RunOneOptions;
  readonly #interruption = new AbortController();
  #signal: 'SIGINT' | 'SIGTERM' | undefined;
  /** Known before its fuse is lit: whoever leaves at once is told of it. */
  #formation: Formation | undefined;
  #folder: RunFolder | undefined;

  constructor(planned: PlannedRun, provider: Provider, options: RunOneOptions) {
    this.#planned = planned;
    this.#provider = provider;
    this.#options = options;
  }

  /** The first signal ends the run, a second one the process. */
  hear(signal: 'SIGINT' | 'SIGTERM'): void {
    if (this.#signal !== undefined) {
      leave(this.#formation, this.#provider, this.#signal, this.#options.host);
      return;
    }
    this.#signal = signal;
    this.#interruption.abort(interrupted(signal));
  }

  async toItsEnd(): Promise<EndedRun> {
    const result = await this.#provider.run(async () => this.#act(await this.#begin()));
    const { path, end } = present(this.#folder, 'a run that has ended has a folder');
    await end(result);
    return { result, folder: path, exitCode: exitCodeOf(result.verdict, this.#signal) };
  }

  /** Makes what the run is made of, or takes over what a driver before this one made. */
  async #begin(): Promise<Formation> {
    const { found } = this.#planned;
    const { host } = this.#options;
    const { signal } = this.#interruption;
    const provider = this.#provider;
    if (found === undefined)
      return claimFormation(async () => {
        const name = toRunName(provider.nonce());
        return this.#create(await toRequest(this.#planned, provider, name));
      }, signal);
    const request = await toRequest(this.#planned, provider, found.run);
    const end = (reason: SscError): void => this.#interruption.abort(reason);
    return this.#create(request, await takeOver({ found, request, provider, host, signal, end }));
  }

  #create(request: NetworkRequest, taken?: TakenRun): Formation {
    const { settings, host } = this.#options;
    const { clock } = this.#provider;
    this.#formation = makeFormation(request, {
      planned: this.#planned,
      settings,
      provider: this.#provider,
      host,
      signal: this.#interruption.signal,
      note: (text) => this.#tell({ at: clock.now(), type: 'note', text }),
      ...(taken !== undefined && { taken }),
    });
    return this.#formation;
  }

  #act(formation: Formation): Promise<RunResult> {
    const { mission, params, seed } = this.#planned;
    const { settings, host } = this.#options;
    const { destination, keep, timeout } = settings;
    const { clock, name } = this.#provider;
    const { run } = formation;
    const provider = this.#provider;
    const folder = openRunFolder(destination, { mission: mission.name, run }, provider, host);
    this.#folder = folder;
    return runMission({
      mission,
      params,
      clock,
      seed,
      provider: name,
      version: manifest.version,
      run,
      formation,
      keep,
      onEvent: (event) => this.#tell(event),
      save: folder.save,
      append: folder.append,
      signal: this.#interruption.signal,
      ...(timeout !== undefined && {
        timeout: { after: timeout, end: (reason) => this.#interruption.abort(reason) },
      }),
    });
  }

  #tell(event: RunEvent): void {
    this.#folder?.note(event);
    this.#options.onEvent(event, this.#formation?.run ?? '');
    if (event.type !== 'run-started') return;
    for (const text of this.#provider.notes?.() ?? [])
      this.#tell({ at: event.at, type: 'note', text });
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
