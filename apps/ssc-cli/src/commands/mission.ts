import {
  exitCodeOf,
  renderError,
  type SscError,
  SscError as SscErrorClass,
  usageError,
} from '@ssc/errors';
import { createFormation } from '@ssc/formation';
import { toRunName } from '@ssc/kube-specs';
import {
  findMission,
  flagOf,
  type Mission,
  type RunEvent,
  type RunResult,
  readParams,
  runMission,
} from '@ssc/missions';
import manifest from '../../package.json' with { type: 'json' };
import { chooseProvider, type ProviderName } from '../choose-provider.ts';
import { type GivenOptions, readOptions } from '../command-line.ts';
import { renderCommandHelp } from '../help.ts';
import { drawSeed, type Host, joinPath } from '../host.ts';
import { missionOptions } from '../option-table.ts';
import { paramLines } from '../param-lines.ts';
import { commands, type Found } from '../parse-command.ts';
import { createEventPrinter } from '../print-events.ts';
import type { Provider } from '../provider.ts';

/** Makes the provider of a run. */
export type OpenProvider = (
  name: ProviderName,
  seed: string,
  given: GivenOptions['options'],
  host: Host,
) => Promise<Provider>;

/** Runs the missions named, one after another. The worst verdict is the exit code. */
export async function mission(
  found: Found,
  host: Host,
  open: OpenProvider = openProvider,
): Promise<number> {
  const missions = found.args.map(findMission);
  if (found.options['help'] === true || found.options['h'] === true)
    return printHelp(missions, host);
  if (missions.length === 0)
    throw usageError('SSC_USAGE_NO_MISSION', 'no mission is named', {
      hint: 'Name one or more: ssc mission SimplePayment. All of them: ssc missions.',
    });
  const given = readOptions(
    missionOptions,
    Object.assign({}, ...missions.map((m) => m.params)) as Mission['params'],
    found.options,
  );
  const runs = missions.map((m) => ({
    mission: m,
    params: readParams(m.params, paramsOf(m, given)) as Readonly<Record<string, unknown>>,
  }));
  const provider = chooseProvider(given.options, host.env);
  let worst = 0;
  for (const run of runs) {
    const code = await runOne(run.mission, run.params, given.options, host, (seed) =>
      open(provider, seed, given.options, host),
    );
    worst = Math.max(worst, code);
    if (code >= 128) break;
  }
  return worst;
}

const paramsOf = (m: Mission, given: GivenOptions): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given.params).filter(([name]) => Object.hasOwn(m.params, name)),
  );

async function runOne(
  m: Mission,
  params: Readonly<Record<string, unknown>>,
  given: GivenOptions['options'],
  host: Host,
  open: (seed: string) => Promise<Provider>,
): Promise<number> {
  const seed = typeof given['seed'] === 'string' ? given['seed'] : drawSeed();
  const provider = await open(seed);
  const run = toRunName(provider.nonce());
  const folder = runFolder(given, host, m.name, run);
  const interruption = new AbortController();
  let signal: 'SIGINT' | 'SIGTERM' | undefined;
  const stopListening = host.onSignal((name) => {
    signal ??= name;
    interruption.abort(interrupted(name));
  });
  const print = createEventPrinter(host.out);
  const lines: string[] = [];
  const onEvent = (event: RunEvent): void => {
    const line = JSON.stringify(event);
    lines.push(`${line}\n`);
    if (given['json'] === true) host.out(`${line}\n`);
    else print(event);
    if (event.type === 'run-started')
      for (const text of provider.notes?.() ?? []) onEvent({ at: event.at, type: 'note', text });
  };
  const save = (path: string, content: string | Uint8Array): Promise<void> =>
    provider.clock.real(() => host.write(joinPath(folder, path), content));
  try {
    provider.check?.(m);
    const sets = m.network(params);
    const placement = await provider.place?.({ mission: m.name, sets });
    const result = await provider.run(() => {
      const formation = createFormation({
        run,
        mission: m.name,
        namespace: provider.namespace,
        sets,
        ...(placement !== undefined && { placement }),
        images: provider.images,
        seed,
        kube: provider.kube,
        dispatcher: provider.dispatcher,
        clock: provider.clock,
        random: provider.random,
        who: `${host.env['USER'] ?? 'somebody'}@${host.env['HOSTNAME'] ?? 'somewhere'}`,
        version: manifest.version,
        signal: interruption.signal,
        note: (text) => onEvent({ at: provider.clock.now(), type: 'note', text }),
      });
      return runMission({
        mission: m,
        params,
        clock: provider.clock,
        seed,
        provider: provider.name,
        run,
        formation,
        keep: given['keep'] === true,
        onEvent,
        save,
        signal: interruption.signal,
      });
    });
    await host.write(joinPath(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    await host.link(joinPath(folder, '..', 'latest'), folder.slice(folder.lastIndexOf('/') + 1));
    if (given['json'] !== true) printEnd(result, folder, provider, host);
    else if (result.error !== undefined) host.err(`${renderError(errorOf(result))}\n`);
    return exitCodeOf(result.verdict, signal);
  } finally {
    await host.write(joinPath(folder, 'events.jsonl'), lines.join(''));
    stopListening();
    await provider.close();
  }
}

const openProvider: OpenProvider = async (name, seed, given, host) => {
  if (name === 'simulated')
    return (await import('../providers/simulated.ts')).simulatedProvider(seed);
  if (name === 'native')
    return (await import('../providers/native.ts')).nativeProvider(given, host);
  return (await import('../providers/kubernetes.ts')).kubernetesProvider(given, host);
};

/** `ssc-runs/<utc>-<mission>-<run>`, by the machine's own clock: simulated time is the same in every run. */
function runFolder(given: GivenOptions['options'], host: Host, name: string, run: string): string {
  const destination = typeof given['destination'] === 'string' ? given['destination'] : 'ssc-runs';
  const utc = new Date(host.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  return joinPath(destination, `${utc}-${name}-${run}`);
}

function interrupted(name: 'SIGINT' | 'SIGTERM'): SscError {
  return new SscErrorClass({
    problem: { code: 'SSC_INTERRUPTED' },
    verdict: 'interrupted',
    summary: `the run was ended by ${name}`,
    hint: 'What there was of it is saved, and its network is removed.',
  });
}

/** The run's error as an SscError again, for its text. */
function errorOf(result: RunResult): SscError {
  const { code, verdict, message, facts, hint, phase } = result.error ?? {
    code: 'SSC_BUG',
    verdict: 'broken' as const,
    message: 'no error',
    facts: [],
  };
  return new SscErrorClass({
    problem: { code: code as `SSC_${string}` },
    verdict,
    summary: message,
    facts: [
      ...(phase === undefined
        ? []
        : ([['Mission', `${result.mission}, phase "${phase}", run ${result.run}`]] as const)),
      ...facts,
    ],
    ...(hint !== undefined && { hint }),
  });
}

function printEnd(result: RunResult, folder: string, provider: Provider, host: Host): void {
  if (result.error !== undefined) host.err(`\n${renderError(errorOf(result))}\n`);
  const [first, ...others] = result.afterwards;
  if (first !== undefined)
    host.err(
      `  afterwards  ${first.message}${first.facts[0] === undefined ? '' : ` (${first.facts[0][1]})`}${others.length === 0 ? '' : `, and ${others.length} more such: see result.json`}\n`,
    );
  const { params } = findMission(result.mission);
  const again = Object.entries(result.params)
    .filter(([name, value]) => value !== params[name]?.default)
    .map(([name, value]) => ` --${flagOf(name)} ${JSON.stringify(value)}`);
  host.out(
    `\n${result.mission}: ${result.verdict}${result.verdict === 'rehearsed' ? ' (simulated nodes: nothing is said about stellar-core)' : ''}\n`,
  );
  host.out(`results  ${folder}/result.json\n`);
  host.out(
    `again    ssc mission ${result.mission} --provider ${provider.name} --seed ${result.seed}${again.join('')}\n`,
  );
}

function printHelp(missions: readonly Mission[], host: Host): number {
  const command = commands.find((row) => row.name === 'mission');
  if (command === undefined) return 2;
  host.out(
    renderCommandHelp(
      command,
      missions.flatMap((m) => ['', `${m.name}  ${m.summary}`, ...paramLines(m)]),
    ),
  );
  return 0;
}
