import type { Clock, Timer } from '@ssc/clock';
import { hideSecrets } from './hide-secrets.ts';

/** What a log is written by. */
export interface LogFileOptions {
  readonly clock: Clock;
  readonly secrets: readonly string[];
  /** What is beyond is not written. */
  readonly longestBytes: number;
  /** The longest time that what was put stays unwritten. */
  readonly flushAfterMs: number;
  write(text: string): Promise<void>;
  /** Told once, when what is beyond is left out. */
  tooLong(): void;
  writeFailed(error: unknown): void;
}

const largestBuffer = 64 * 2 ** 10;

/** Writes a log in few writes, one after the other, without its secrets. */
export class LogFile {
  readonly #options: LogFileOptions;
  #buffer = '';
  #length = 0;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isCut = false;
  #hasFile = false;

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  put(text: string): void {
    if (this.#isCut) return;
    const { clock, longestBytes, flushAfterMs, tooLong } = this.#options;
    this.#length += text.length;
    if (this.#length > longestBytes) {
      this.#isCut = true;
      this.#buffer += `… the rest is left out: more than ${longestBytes} bytes\n`;
      tooLong();
    } else this.#buffer += text;
    if (this.#buffer.length >= largestBuffer) void this.#flush();
    else this.#timer ??= clock.timer(flushAfterMs, () => void this.#flush());
  }

  /** Writes what is left. A container that wrote nothing leaves an empty file: that it wrote nothing is known. */
  async end(): Promise<void> {
    await this.#flush(!this.#hasFile);
  }

  #flush(isEmptyToo = false): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { secrets, write, writeFailed } = this.#options;
    const text = hideSecrets(this.#buffer, { secrets });
    this.#buffer = '';
    if (text === '' && !isEmptyToo) return this.#writing;
    this.#hasFile = true;
    this.#writing = this.#writing.then(() => write(text)).catch(writeFailed);
    return this.#writing;
  }
}
