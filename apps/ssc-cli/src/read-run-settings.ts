import { type Duration, toMs } from '@ssc/clock';
import { usageError } from '@ssc/errors';
import type { GivenOptions } from './command-line.ts';

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
}

/** Reads the settings of runs; names all that cannot be used. */
export function readRunSettings(options: GivenOptions['options']): RunSettings {
  const problems: (readonly [string, string])[] = [];
  const count = (flag: string, otherwise: number, min: number): number => {
    const text = options[flag];
    if (typeof text !== 'string') return otherwise;
    const value = /^\d{1,6}$/u.test(text) ? Number(text) : -1;
    if (value < min)
      problems.push([`--${flag}`, `must be a whole number from ${min} to 999999; got "${text}"`]);
    return value;
  };
  const duration = (flag: string): Duration | undefined => {
    const text = options[flag];
    if (typeof text !== 'string') return undefined;
    try {
      if (toMs(text as Duration) > 0) return text as Duration;
    } catch {
      // Told below, with what is allowed.
    }
    problems.push([
      `--${flag}`,
      `must be a number above 0 and a unit, one of ms, s, m, h, such as "30m"; got "${text}"`,
    ]);
    return undefined;
  };
  const destination = options['destination'];
  const [timeout, keepFor] = [duration('timeout'), duration('keep-for')];
  const settings: RunSettings = {
    destination: typeof destination === 'string' ? destination : 'ssc-runs',
    parallel: count('parallel', 1, 1),
    repeat: count('repeat', 1, 1),
    retryBroken: count('retry-broken', 0, 0),
    keep: options['keep'] === true || keepFor !== undefined,
    ...(timeout !== undefined && { timeout }),
    ...(keepFor !== undefined && { keepFor }),
  };
  if (problems.length === 0) return settings;
  throw usageError(
    'SSC_USAGE_OPTIONS',
    `${problems.length === 1 ? 'one option' : `${problems.length} options`} cannot be used; nothing was started`,
    { facts: problems },
  );
}
