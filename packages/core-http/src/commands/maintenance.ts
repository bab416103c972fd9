import * as z from 'zod';
import { whole, word } from '../argument.ts';
import { type Command, wording } from '../command.ts';

const act = { kind: 'act', availability: 'always' } as const;

/** `clearmetrics`: sets all metrics, or those of one first name part, back to 0. */
export const clearMetricsCommand = (domain?: string): Command<void> => ({
  name: 'clearmetrics',
  query: { domain: domain === undefined ? undefined : word('domain', domain) },
  ...act,
  success: wording(`Cleared ${domain ?? ''} metrics!`),
  expects: `"Cleared ${domain ?? ''} metrics!"`,
});

/** Levels of core's log. Core takes any other word for Info. */
export type LogLevel = 'Trace' | 'Debug' | 'Info' | 'Warning' | 'Error' | 'Fatal';

const levelSchema = z.enum(['Trace', 'Debug', 'Info', 'Warning', 'Error', 'Fatal']);
const levelsSchema = z
  .record(z.string(), levelSchema)
  .refine((levels) => Object.keys(levels).length > 0, { error: 'no partition' });

/** `ll`: the level of every partition. */
export const logLevelsCommand = (): Command<Readonly<Record<string, LogLevel>>> => ({
  name: 'll',
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: levelsSchema },
  expects: 'a JSON object of partitions and levels',
});

/** `ll?level=…`: sets one partition's level, or all of them. The reply must show it set. */
export function setLogLevelCommand(
  level: LogLevel,
  partition?: string,
): Command<Readonly<Record<string, LogLevel>>> {
  const name = partition ?? 'Global';
  const schema = levelsSchema.refine(
    (levels) =>
      Object.entries(levels).some(
        ([key, value]) => key.toLowerCase() === name.toLowerCase() && value === level,
      ),
    { error: `no ${name} at ${level}` },
  );
  return {
    name: 'll',
    query: {
      level: level.toLowerCase(),
      partition: partition === undefined ? undefined : word('partition', partition),
    },
    ...act,
    success: { kind: 'json', schema },
    expects: `{"${name}": "${level}"}`,
  };
}

/** `logrotate`: opens the log file anew, empty. */
export const rotateLogCommand = (): Command<void> => ({
  name: 'logrotate',
  ...act,
  success: wording('Log rotate...'),
  expects: '"Log rotate..."',
});

/** `self-check`: begins the online checks; results are in the metrics history.check.* and history.ledger-check.*. */
export const selfCheckCommand = (): Command<void> => ({
  name: 'self-check',
  ...act,
  success: { kind: 'empty', value: undefined },
  expects: 'an empty body',
});

const overlayOnlySchema = z
  .looseObject({ overlay_only_mode: z.boolean() })
  .transform((reply) => reply.overlay_only_mode);

/** `toggleoverlayonlymode`: flips the mode and gives the new one. A lost reply leaves the mode unknown. */
export const toggleOverlayOnlyModeCommand = (): Command<boolean> => ({
  name: 'toggleoverlayonlymode',
  kind: 'act',
  availability: 'test-build',
  success: { kind: 'json', schema: overlayOnlySchema },
  expects: 'a JSON object with "overlay_only_mode"',
});

/** What `manualclose` did. */
export type ManualClose =
  /** RUN_STANDALONE: the ledger is closed. */
  | { readonly kind: 'closed'; readonly ledger: number; readonly closeTime: number }
  /** Networked with MANUAL_CLOSE: a round has begun. */
  | { readonly kind: 'triggered'; readonly ledger: number }
  /** Started with `--wait-for-consensus`: the node takes part from now on. */
  | { readonly kind: 'consensus-begun' };

/** `manualclose`: closes a ledger by hand, or begins a round. The two parameters need RUN_STANDALONE. */
export const manualCloseCommand = (
  options: { readonly ledger?: number; readonly closeTime?: number } = {},
): Command<ManualClose> => ({
  name: 'manualclose',
  query: {
    ledgerSeq:
      options.ledger === undefined
        ? undefined
        : whole('ledger', options.ledger, { least: 2, most: 2147483646 }),
    closeTime:
      options.closeTime === undefined
        ? undefined
        : whole('closeTime', options.closeTime, { most: Number.MAX_SAFE_INTEGER }),
  },
  ...act,
  success: { kind: 'text', read: readManualClose },
  expects:
    '"Manually closed ledger…", "Manually triggered a ledger close…" or "Triggered a new consensus round"',
});

function readManualClose(text: string): { readonly value: ManualClose } | undefined {
  const line = text.trim();
  const closed = /^Manually closed ledger with sequence number (\d+) and closeTime (\d+)$/u.exec(
    line,
  );
  if (closed !== null) {
    return { value: { kind: 'closed', ledger: Number(closed[1]), closeTime: Number(closed[2]) } };
  }
  const triggered = /^Manually triggered a ledger close with sequence number (\d+)$/u.exec(line);
  if (triggered !== null) return { value: { kind: 'triggered', ledger: Number(triggered[1]) } };
  return line === 'Triggered a new consensus round'
    ? { value: { kind: 'consensus-begun' } }
    : undefined;
}
