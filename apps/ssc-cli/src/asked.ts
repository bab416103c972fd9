import { type SscError, usageError } from '@ssc/errors';
import type { FoundRun } from '@ssc/formation';
import { flagOf, type Json, type Mission } from '@ssc/missions';
import type { GivenText } from './options/given.ts';
import type { Options } from './options/option-row.ts';
import { outputOptions } from './options/output.ts';
import { runOptions } from './options/runs.ts';
import { clusterOptions, whereOptions } from './options/where.ts';

/** What a run was asked for, as its anchor keeps it: enough to plan it again. No secret. */
export interface Asked {
  readonly seed: string;
  /** The values of the mission's parameters. */
  readonly params: Readonly<Record<string, Json>>;
  /** The options about the network that were given, as texts by name. */
  readonly options: Readonly<Record<string, string>>;
}

// Where a driver finds its cluster, how often it runs what, and what it prints: another driver has its own.
const ofDriver: Options = {
  ...clusterOptions,
  provider: whereOptions.provider,
  ...runOptions,
  ...outputOptions,
};

/** Of the options that were given, those that say what a network is like. */
export const askedOptions = (
  rows: Options,
  given: ReadonlyMap<string, GivenText>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...given].flatMap(([name, { text }]) =>
      rows[name] === undefined || rows[name].secret === true || Object.hasOwn(ofDriver, name)
        ? []
        : [[name, text]],
    ),
  );

/** Reads what a run was asked for; a run whose driver wrote none of it, or other parameters than the mission has now, is refused. */
export function readAsked(found: FoundRun, mission: Mission): Asked {
  const asked = parse(found.asked);
  if (asked === undefined) throw unreadable(found);
  const names = Object.keys(mission.params);
  const others = Object.keys(asked.params);
  const differing = [
    ...others.filter((name) => !names.includes(name)),
    ...names.filter((name) => !others.includes(name)),
  ];
  if (differing.length === 0) return asked;
  throw usageError(
    'SSC_ATTACH_VERSION',
    `${mission.name} has other parameters in ssc ${found.version}, which started run ${found.run}; nothing was changed`,
    {
      facts: [['Differing', differing.map((name) => `--${flagOf(name)}`).join(', ')]],
      hint: 'Attach with the version that started it, or remove it: ssc clean.',
    },
  );
}

/** The values of the options that a run was asked for; of all others, the presets. */
export function valuesOf(
  rows: Options,
  { options }: Asked,
  found: FoundRun,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(rows)) {
    const text = options[name];
    values[name] = text === undefined ? row.preset : parseAsked(row.type, text, found);
  }
  if (Object.keys(options).some((name) => !Object.hasOwn(rows, name))) throw unreadable(found);
  return values;
}

/** The options that a run was asked for, as though they were given now. */
export const givenOf = ({ options }: Asked): ReadonlyMap<string, GivenText> =>
  new Map(
    Object.entries(options).map(([name, text]) => [
      name,
      { text, from: 'flag', place: `--${flagOf(name)}` },
    ]),
  );

function parseAsked(type: Options[string]['type'], text: string, found: FoundRun): unknown {
  try {
    return type.parse(text);
  } catch {
    throw unreadable(found);
  }
}

function parse(text: string): Asked | undefined {
  try {
    const asked = JSON.parse(text) as Partial<Asked>;
    const { seed, params, options } = asked;
    return seed === undefined || params === undefined || options === undefined
      ? undefined
      : { seed, params, options };
  } catch {
    return undefined;
  }
}

const unreadable = ({ run, version }: FoundRun): SscError =>
  usageError(
    'SSC_ATTACH_VERSION',
    `what run ${run} was asked for was written by ssc ${version}, and this version cannot read it; nothing was changed`,
    { hint: 'Attach with the version that started it, or remove it: ssc clean.' },
  );
