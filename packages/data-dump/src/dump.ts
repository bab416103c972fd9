import { gzipSync } from 'node:zlib';
import { type Clock, type Duration, formatDuration, toMs, within } from '@ssc/clock';
import { isSscError, type SscError } from '@ssc/errors';
import { type HideOptions, hideSecrets } from './hide-secrets.ts';
import { NotSaved, notSaved } from './not-saved.ts';
import { Places } from './places.ts';
import type { RunFiles } from './run-files.ts';

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

/** Makes a dump into the files of a run. */
export function createDump(options: DumpOptions): Dump {
  const { clock, files, secrets = [], concurrency = 16, itemWithin = '20s' } = options;
  const { compressAboveBytes = 128 * 2 ** 10, longestBytes = 64 * 2 ** 20 } = options;
  const places = new Places(concurrency);
  const missed = new NotSaved();
  const itemMs = toMs(itemWithin);

  const item = (what: string, work: () => Promise<void>): Promise<void> =>
    places.run(async () => {
      try {
        const done = await within(clock, itemMs, undefined, async () => {
          await work();
          return true;
        });
        if (done === undefined)
          missed.add(notSaved(what, new Error(`it took more than ${formatDuration(itemMs)}`)));
      } catch (error) {
        // Who knows better what could not be saved has said so.
        missed.add(isSscError(error, 'SSC_NOT_SAVED') ? error : notSaved(what, error));
      }
    });

  async function bytes(
    path: string,
    content: Uint8Array,
    { compressAboveBytes: limit = compressAboveBytes }: SaveOptions = {},
  ): Promise<void> {
    const kept = content.subarray(0, longestBytes);
    if (kept.length <= limit) await files.save(path, kept);
    else await files.save(`${path}.gz`, await compressed(clock, kept));
    if (kept.length === content.length) return;
    const why = `it has ${content.length} bytes, of which the first ${kept.length} are kept`;
    missed.add(notSaved(`the end of ${path}`, new Error(why)));
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
    problems: () => missed.list(),
  };
}

/** gzip without a time in its header: equal contents are equal files. */
const compressed = (clock: Clock, bytes: Uint8Array): Promise<Uint8Array> =>
  // An instant of real work: the compressor is an asynchronous resource even when it acts at once.
  clock.real(async () => gzipSync(bytes, { level: 6 }));

/** Values that JSON has no form for: whole numbers keep their digits, maps become objects. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint')
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
      ? Number(value)
      : String(value);
  return value instanceof Map ? Object.fromEntries(value) : value;
}
