import type { Duration } from '@ssc/clock';
import type { OptionValues } from './options/option-row.ts';
import type { outputOptions } from './options/output.ts';
import type { runOptions } from './options/runs.ts';

/** How runs are made, whatever the missions are. */
export interface RunSettings {
  readonly destination: string;
  /** How many runs at once. */
  readonly parallel: number;
  /** How often each mission is run. */
  readonly repeat: number;
  /** How often a run that ended *broken* is made again. */
  readonly retryBroken: number;
  /** The longest time of one run. */
  readonly timeout?: Duration;
  /** Whether the network stays when the run has ended. */
  readonly keep: boolean;
  /** How long it then stays. */
  readonly keepFor?: Duration;
  /** Whether what happens is printed as JSON. */
  readonly json: boolean;
}

type Values = OptionValues<typeof runOptions & Pick<typeof outputOptions, 'json'>>;

/** The settings of runs; those of commands that keep nothing and retry nothing are those of no option. */
export function readRunSettings({
  keep = false,
  keepFor,
  retryBroken = 0,
  timeout,
  ...rest
}: Pick<Values, 'destination' | 'parallel' | 'repeat' | 'timeout' | 'json'> &
  Partial<Values>): RunSettings {
  const { destination, parallel, repeat, json } = rest;
  return {
    destination,
    parallel,
    repeat,
    json,
    retryBroken,
    keep: keep || keepFor !== undefined,
    ...(timeout !== undefined && { timeout }),
    ...(keepFor !== undefined && { keepFor }),
  };
}
