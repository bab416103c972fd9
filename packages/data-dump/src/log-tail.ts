import type { Clock } from '@ssc/clock';
import { LogFile } from './log-file.ts';
import { LogLines } from './log-lines.ts';
import { notSaved } from './not-saved.ts';

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
// A cluster tells of the end of a run within a second or two of it.
const runsBeforeGap = 5;

/**
 * Follows a log until `finish`, over connections that end whenever they like. Lines that a new connection repeats are left
 * out. When the line that was written last is not there any more, either the container has begun another run, whose log is none
 * of this one, or some lines in between were rotated away: that is a gap, which the file and `finish` tell.
 */
export const followLog = (options: LogTailOptions): LogTail => new FollowedLog(options);

class FollowedLog implements LogTail {
  readonly #options: LogTailOptions;
  readonly #ending = new AbortController();
  readonly #problems: Error[] = [];
  readonly #file: LogFile;
  readonly #lines: LogLines;
  readonly #following: Promise<void>;
  #reconnections = 0;

  constructor(options: LogTailOptions) {
    const {
      clock,
      what,
      secrets = [],
      longestBytes = 256 * 2 ** 20,
      flushAfterMs = 2000,
    } = options;
    this.#options = options;
    this.#file = new LogFile({
      clock,
      secrets,
      longestBytes,
      flushAfterMs,
      write: (text) => options.write(text),
      tooLong: () => this.#miss(`the rest of ${what}`, new Error('it is too long')),
      writeFailed: (error) => this.#miss(what, error),
    });
    this.#lines = new LogLines({
      put: (text) => this.#file.put(text),
      missing: (after) => {
        const gap = 'they were rotated away while the connection was lost';
        this.#file.put(`… lines are missing here: ${gap}\n`);
        this.#miss(`a part of ${what}`, new Error(`it was rotated away after ${after}`));
      },
    });
    this.#following = this.#follow();
  }

  get reconnections(): number {
    return this.#reconnections;
  }

  async finish(): Promise<readonly Error[]> {
    this.#ending.abort(new Error('the log is followed no more'));
    await this.#following;
    try {
      const rest = await this.#options.source.read(this.#lines.last);
      this.#lines.begin();
      this.#lines.take(rest);
      // What is read is of this run for certain.
      if (this.#lines.isInDoubt) this.#lines.release();
    } catch (error) {
      this.#miss(`the end of ${this.#options.what}`, error);
    }
    await this.stop();
    return this.#problems;
  }

  async stop(): Promise<void> {
    this.#ending.abort(new Error('the log is followed no more'));
    await this.#following;
    this.#lines.end();
    await this.#file.end();
  }

  async #follow(): Promise<void> {
    const { clock, source } = this.#options;
    const { signal } = this.#ending;
    for (let pauseMs = firstPauseMs; !signal.aborted; ) {
      const before = this.#lines.given;
      if (await this.#followOnce()) return;
      const isIdle = this.#lines.given === before;
      pauseMs = isIdle ? Math.min(pauseMs * 2, longestPauseMs) : firstPauseMs;
      await clock.sleep(pauseMs, signal).catch(() => {});
      if (signal.aborted || (await source.isOver())) return;
      this.#reconnections += 1;
    }
  }

  /** One connection. True when nothing more comes. */
  async #followOnce(): Promise<boolean> {
    const { source } = this.#options;
    const { signal } = this.#ending;
    this.#lines.begin();
    let deciding: Promise<void> | undefined;
    const over = new AbortController();
    const end = (): void => over.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    const onText = (text: string): void => {
      this.#lines.take(text);
      if (!this.#lines.isInDoubt || deciding !== undefined) return;
      deciding = this.#decide().then(() => {
        if (!this.#lines.isInDoubt && this.#lines.isRepeating) over.abort(new Error('another run'));
      });
    };
    await source.follow(this.#lines.last, onText, over.signal).catch(() => {});
    signal.removeEventListener('abort', end);
    await deciding;
    return signal.aborted || source.isOver();
  }

  /** Takes the lines that are held, unless they turn out to be those of the next run. */
  async #decide(): Promise<void> {
    const { clock, source } = this.#options;
    for (let i = 0; i < runsBeforeGap; i++) {
      if (await source.isOver()) {
        this.#lines.drop();
        return;
      }
      await clock.sleep(firstPauseMs, this.#ending.signal).catch(() => {});
    }
    this.#lines.release();
  }

  #miss(what: string, why: unknown): void {
    this.#problems.push(notSaved(what, why));
  }
}
