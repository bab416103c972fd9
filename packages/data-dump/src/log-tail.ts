import type { Clock, Timer } from '@ssc/clock';
import { notSaved } from './dump.ts';
import { hideSecrets } from './hide-secrets.ts';
import { parseStampedLine, type Stamp } from './stamp.ts';

/**
 * The log of one run of a container. Each line begins with the time at which it was written, RFC 3339 with nanoseconds, and a
 * blank, as the Kubernetes API gives it with `timestamps=true`.
 */
export interface LogSource {
  /** Gives the log from `since` on as it grows; resolves when the server ends it. `since` may be cut to whole seconds. */
  follow(
    since: string | undefined,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** The log from `since` on, as it is now. */
  read(since: string | undefined): Promise<string>;
  /** True once nothing more is written: what the server gives from then on is the log of the container's next run. */
  isOver(): Promise<boolean>;
}

/** What a tail is made from. */
export interface LogTailOptions {
  readonly clock: Clock;
  readonly source: LogSource;
  /** What it is the log of, for problems. @example "the log of stellar-core in core-0" */
  readonly what: string;
  write(text: string): Promise<void>;
  readonly secrets?: readonly string[];
  /** What is beyond is not written. @default 256 MiB */
  readonly longestBytes?: number;
  /** The longest time that what was read stays unwritten. @default 2000 */
  readonly flushAfterMs?: number;
}

/** Writes a log while it grows. */
export interface LogTail {
  /** Reads what is left, writes it, and follows no more. Gives what could not be had. */
  finish(): Promise<readonly Error[]>;
  /** Follows no more, and writes what was read; for when there is no time to ask for the rest. */
  stop(): Promise<void>;
  /** How often the connection was made again. */
  readonly reconnections: number;
}

const firstPauseMs = 1000;
const longestPauseMs = 30_000;
const largestBuffer = 64 * 2 ** 10;
// A cluster tells of the end of a run within a second or two of it.
const runsBeforeGap = 5;

/**
 * Follows a log until `finish`, over connections that end whenever they like. Lines that a new connection repeats are left
 * out. When the line that was written last is not there any more, either the container has begun another run, whose log is none
 * of this one, or some lines in between were rotated away: that is a gap, which the file and `finish` tell.
 */
export function followLog(options: LogTailOptions): LogTail {
  const { clock, source, secrets = [] } = options;
  const { longestBytes = 256 * 2 ** 20, flushAfterMs = 2000 } = options;
  const ending = new AbortController();
  const problems: Error[] = [];
  let last: Stamp | undefined;
  /** How many lines were written with the last one's time. */
  let countAtLast = 0;
  /** How many lines with that time the present connection has repeated; undefined when it is past them. */
  let repeated: number | undefined;
  let partial = '';
  /** Lines of a connection that may be those of another run, until that is known. */
  let held: string[] | undefined;
  let buffer = '';
  let written = 0;
  let timer: Timer | undefined;
  let writing: Promise<void> = Promise.resolve();
  let reconnections = 0;
  let isCut = false;

  let hasFile = false;

  const flush = (): Promise<void> => {
    timer?.cancel();
    timer = undefined;
    const text = hideSecrets(buffer, { secrets });
    buffer = '';
    // A container that wrote nothing leaves an empty file: that it wrote nothing is known.
    if (text !== '' || (ending.signal.aborted && !hasFile)) {
      hasFile = true;
      writing = writing
        .then(() => options.write(text))
        .catch((error: unknown) => void problems.push(notSaved(options.what, error)));
    }
    return writing;
  };

  const put = (text: string): void => {
    if (isCut) return;
    written += text.length;
    if (written > longestBytes) {
      isCut = true;
      buffer += `… the rest is left out: more than ${longestBytes} bytes\n`;
      problems.push(notSaved(`the rest of ${options.what}`, new Error('it is too long')));
    } else buffer += text;
    if (buffer.length >= largestBuffer) void flush();
    else timer ??= clock.timer(flushAfterMs, () => void flush());
  };

  /** False when it cannot be told yet whether the line is of this run. */
  const takeLine = (line: string): boolean => {
    const { stamp, text } = parseStampedLine(line);
    if (stamp === undefined) {
      // A sentence of the server's own, in the midst of the log.
      put(text);
      return true;
    }
    if (last !== undefined && repeated !== undefined) {
      if (stamp.key < last.key) return true;
      if (stamp.key === last.key && repeated < countAtLast) {
        repeated += 1;
        return true;
      }
      if (repeated === 0 && held === undefined) return false;
      if (repeated === 0) {
        put('… lines are missing here: they were rotated away while the connection was lost\n');
        problems.push(
          notSaved(
            `a part of ${options.what}`,
            new Error(`it was rotated away after ${last.text}`),
          ),
        );
      }
      repeated = undefined;
    }
    countAtLast = stamp.key === last?.key ? countAtLast + 1 : 1;
    last = stamp;
    put(text);
    return true;
  };

  const begin = (): void => {
    partial = '';
    repeated = last === undefined ? undefined : 0;
  };

  const take = (text: string): void => {
    const lines = (partial + text).split(/(?<=\n)/u);
    partial = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : '';
    for (const line of lines) {
      if (held !== undefined) held.push(line);
      else if (!takeLine(line)) held = [line];
    }
  };

  /** Takes the lines that were held, unless they turn out to be those of the next run. */
  async function decide(): Promise<void> {
    for (let i = 0; i < runsBeforeGap; i++) {
      if (await source.isOver()) {
        held = undefined;
        partial = '';
        return;
      }
      await clock.sleep(firstPauseMs, ending.signal).catch(() => {});
    }
    release();
  }

  const release = (): void => {
    const lines = held ?? [];
    held ??= [];
    for (const line of lines) takeLine(line);
    held = undefined;
  };

  /** One connection. True when nothing more comes. */
  async function followOnce(): Promise<boolean> {
    begin();
    let deciding: Promise<void> | undefined;
    const over = new AbortController();
    const end = (): void => over.abort(ending.signal.reason);
    ending.signal.addEventListener('abort', end, { once: true });
    const onText = (text: string): void => {
      take(text);
      if (held === undefined || deciding !== undefined) return;
      deciding = decide().then(() => {
        if (held === undefined && repeated !== undefined) over.abort(new Error('another run'));
      });
    };
    await source.follow(last?.text, onText, over.signal).catch(() => {});
    ending.signal.removeEventListener('abort', end);
    await deciding;
    return ending.signal.aborted || source.isOver();
  }

  async function follow(): Promise<void> {
    for (let pauseMs = firstPauseMs; !ending.signal.aborted; ) {
      const before = last;
      if (await followOnce()) return;
      pauseMs = last === before ? Math.min(pauseMs * 2, longestPauseMs) : firstPauseMs;
      await clock.sleep(pauseMs, ending.signal).catch(() => {});
      if (ending.signal.aborted || (await source.isOver())) return;
      reconnections += 1;
    }
  }

  const following = follow();

  async function stop(): Promise<void> {
    ending.abort(new Error('the log is followed no more'));
    await following;
    if (partial !== '') {
      // A line without an end: the last one that was printed before all ended.
      takeLine(partial);
      partial = '';
    }
    await flush();
  }

  return {
    async finish() {
      ending.abort(new Error('the log is followed no more'));
      await following;
      try {
        const rest = await source.read(last?.text);
        begin();
        take(rest);
        // What is read is of this run for certain.
        if (held !== undefined) release();
      } catch (error) {
        problems.push(notSaved(`the end of ${options.what}`, error));
      }
      await stop();
      return problems;
    },
    stop,
    get reconnections() {
      return reconnections;
    },
  };
}
