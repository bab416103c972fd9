import { usageError } from '@ssc/errors';
import type { Mission } from '@ssc/missions';
import type { CommandRow } from '../command-row.ts';
import type { Host } from '../host.ts';
import { type GivenProblem, type GivenText, parseGiven, resolveGivenPath } from './given.ts';
import type { Input } from './input.ts';
import { givenParams } from './mission-params.ts';
import { type Options, type OptionValues, variableOf } from './option-row.ts';
import { everyOptions } from './output.ts';
import { type FileSettings, readSettingsFile } from './settings-file.ts';
import { sortFlags, wordsOf, wordsOfGone, wordsOfParams } from './sort-flags.ts';
import { splitWords } from './split-words.ts';
import { allOptions } from './table.ts';
import { checkVariables, variable } from './variables.ts';

/**
 * Reads what a command was given: flag before environment before ssc.toml before preset. Everything that is wrong is named
 * at once, with its place.
 */
export async function readInput<O extends Options>(
  form: Pick<CommandRow<O>, 'name' | 'options' | 'missions'>,
  words: readonly string[],
  host: Host,
): Promise<Input<O>> {
  const { catalog, findMission } = await import('@ssc/missions');
  const rows: Options = { ...form.options, ...everyOptions };
  const own = form.missions === undefined ? {} : catalog;
  const { args, given } = splitWords(
    words,
    [...wordsOfGone, ...wordsOfParams(own), ...wordsOf(rows)],
    form.name,
  );
  const problems: GivenProblem[] = [];
  const flags = sortFlags(form.name, rows, own, given, problems);
  refuse(problems);
  const missions =
    form.missions?.(args, findMission, {
      given: new Set(flags.options.keys()),
      all: Object.values(catalog),
    }) ?? [];
  const file = await settingsOf(flags.options.get('config'), host, catalog);
  checkVariables(host, catalog, problems);

  const givenOptions = new Map<string, GivenText>();
  const values: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(rows)) {
    const raw =
      flags.options.get(name) ??
      (row.flagOnly === true
        ? undefined
        : (variable(host, variableOf(name)) ?? file.options.get(name)));
    if (raw === undefined) values[name] = row.preset;
    else {
      const found = row.type.isPath === true ? resolveGivenPath(raw, host.env) : raw;
      values[name] = parseGiven(name, row.type, found, problems);
      givenOptions.set(name, found);
    }
  }
  const params = givenParams(missions, flags.params, file, host, problems);
  refuse(problems);
  return { args, options: values as OptionValues<O>, given: givenOptions, missions, params };
}

async function settingsOf(
  asked: GivenText | undefined,
  host: Host,
  catalog: Readonly<Record<string, Mission>>,
): Promise<FileSettings> {
  const file =
    asked === undefined
      ? await host.findUp('ssc.toml')
      : { path: asked.text, text: await readConfig(asked.text, host) };
  if (file === undefined) return { options: new Map(), params: new Map() };
  const params = Object.values(catalog).map((one) => [one.name, one.params] as const);
  return readSettingsFile(file.path, file.text, allOptions, Object.fromEntries(params));
}

async function readConfig(path: string, host: Host): Promise<string> {
  try {
    return Buffer.from(await host.read(path)).toString('utf8');
  } catch (cause) {
    throw usageError('SSC_USAGE_SETTINGS', `the settings ${path} cannot be read`, { cause });
  }
}

function refuse(problems: readonly GivenProblem[]): void {
  if (problems.length === 0) return;
  throw usageError(
    'SSC_USAGE_OPTIONS',
    `${problems.length === 1 ? 'one option' : `${problems.length} options`} cannot be used; nothing was started`,
    { facts: problems },
  );
}
