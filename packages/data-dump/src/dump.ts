import { gzipSync } from 'node:zlib';
import { type Clock, type Duration, formatDuration, toMs, within } from '@ssc/clock';
import { isSscError, type Problem, SscError } from '@ssc/errors';
import { type HideOptions, hideSecrets } from './hide-secrets.ts';
import type { RunFiles } from './run-files.ts';

/** Something could not be saved, or not all of it. */
export interface NotSavedProblem extends Problem {
  readonly code: 'SSC_NOT_SAVED';
}

/** What a dump is made from. */
export interface DumpOptions {
  readonly clock: Clock;
  readonly files: RunFiles;
  /** See {@link HideOptions.secrets}. */
  readonly secrets?: readonly string[];
  /** How many items at once. @default 16 */
  readonly concurrency?: number;
  /** The longest time for one item. @default "20s" */
  readonly itemWithin?: Duration;
  /** Larger files are compressed, and their names end in `.gz`. @default 131072 */
  readonly compressAboveBytes?: number;
  /** Larger files are cut, and say so. @default 64 MiB */
  readonly longestBytes?: number;
}

/** What can be said about one file. */
export interface SaveOptions extends Pick<HideOptions, 'keepsNodeSeeds'> {
  readonly compressAboveBytes?: number;
}

/** Saves items beside each other. An item that fails is told of, and stops nothing. */
export interface Dump {
  /** Does the work of one item when there is room; never rejects. */
  item(what: string, work: () => Promise<void>): Promise<void>;
  /** Saves a text, without its secrets. */
  text(path: string, text: string, options?: SaveOptions): Promise<void>;
  /** Saves a value as JSON, without its secrets. Whole numbers beyond the safe range keep their digits. */
  json(path: string, value: unknown, options?: SaveOptions): Promise<void>;
  /** Saves bytes as they are. */
  bytes(path: string, bytes: Uint8Array, options?: SaveOptions): Promise<void>;
  /** What could not be saved: the first hundred, and how many more. */
  problems(): readonly SscError[];
}

const mostProblems = 100;

/** Makes a dump into the files of a run. */
export function createDump(options: DumpOptions): Dump {
  const { clock, files, secrets = [], concurrency = 16, itemWithin = '20s' } = options;
  const { compressAboveBytes = 128 * 2 ** 10, longestBytes = 64 * 2 ** 20 } = options;
  const problems: SscError[] = [];
  let untold = 0;
  let running = 0;
  const waiting: (() => void)[] = [];

  const note = (problem: SscError): void => {
    if (problems.length < mostProblems) problems.push(problem);
    else untold += 1;
  };

  async function item(what: string, work: () => Promise<void>): Promise<void> {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      const done = await within(clock, toMs(itemWithin), undefined, async () => {
        await work();
        return true;
      });
      if (done === undefined)
        note(notSaved(what, new Error(`it took more than ${formatDuration(toMs(itemWithin))}`)));
    } catch (error) {
      // Who knows better what could not be saved has said so.
      note(isSscError(error, 'SSC_NOT_SAVED') ? error : notSaved(what, error));
    } finally {
      // The place goes straight to the next in line.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  async function bytes(
    path: string,
    content: Uint8Array,
    { compressAboveBytes: limit = compressAboveBytes }: SaveOptions = {},
  ): Promise<void> {
    const kept = content.subarray(0, longestBytes);
    if (kept.length <= limit) await files.save(path, kept);
    // gzip without a time in its header: equal contents are equal files.
    else
      await files.save(
        `${path}.gz`,
        // An instant of real work: the compressor is an asynchronous resource even when it acts at once.
        await clock.real(async () => gzipSync(kept, { level: 6 })),
      );
    if (kept.length < content.length)
      note(
        notSaved(
          `the end of ${path}`,
          new Error(`it has ${content.length} bytes, of which the first ${kept.length} are kept`),
        ),
      );
  }

  const text = (path: string, content: string, how: SaveOptions = {}): Promise<void> => {
    const { keepsNodeSeeds = false } = how;
    const shown = hideSecrets(content, { secrets, keepsNodeSeeds });
    return bytes(path, Buffer.from(shown), how);
  };

  return {
    item,
    text,
    json: (path, value, how) => text(path, `${JSON.stringify(value, plain, 2)}\n`, how),
    bytes,
    problems: () =>
      untold === 0
        ? [...problems]
        : [
            ...problems,
            notSaved(`${untold} more items`, new Error('only the first hundred are named')),
          ],
  };
}

/** Values that JSON has no form for: whole numbers keep their digits, maps become objects. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint')
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
      ? Number(value)
      : String(value);
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/** The error of an item that could not be saved. */
export const notSaved = (what: string, cause: unknown): SscError<NotSavedProblem> =>
  new SscError<NotSavedProblem>({
    problem: { code: 'SSC_NOT_SAVED' },
    verdict: 'broken',
    summary: `${what} could not be saved`,
    facts: [['Because', cause instanceof Error ? cause.message : String(cause)]],
    cause,
  });
