import { usageError } from '@ssc/errors';

/** A length of time with its unit. @example "2m", "500ms", "1.5h" */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a duration such as `2m`; a number is taken as milliseconds. Refuses signs, exponents and hex. */
export function toMs(duration: Duration | number): number {
  if (typeof duration === 'number') {
    if (Number.isFinite(duration) && duration >= 0) return duration;
    throw refuse(String(duration));
  }
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/u.exec(duration);
  if (match === null) throw refuse(duration);
  const ms = Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  if (!Number.isSafeInteger(Math.ceil(ms))) throw refuse(duration);
  return ms;
}

/** The duration in a text from outside. */
export function parseDuration(text: string): number {
  return toMs(text as Duration);
}

/** The shortest text with at most two units: `350ms`, `0.9s`, `41s`, `1m 30s`, `2m`, `3h 5m`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 995) return ms < 100 || ms % 100 !== 0 ? `${Math.round(ms)}ms` : `${ms / 1000}s`;
  if (ms < 9950) return `${Math.round(ms / 100) / 10}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return joined(Math.floor(seconds / 60), 'm', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
}

const joined = (a: number, unitA: string, b: number, unitB: string): string =>
  b === 0 ? `${a}${unitA}` : `${a}${unitA} ${b}${unitB}`;

function refuse(text: string) {
  return usageError('SSC_DURATION_INVALID', `"${text}" is not a duration`, {
    hint: 'A duration is a number and a unit, one of ms, s, m, h: 500ms, 30s, 2m, 1.5h.',
  });
}
