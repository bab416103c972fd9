import { parseStampedLine, type Stamp } from './stamp.ts';

/** Whom the lines of a log are given. */
export interface LineTaker {
  /** A line that was not given before, without its time. */
  put(text: string): void;
  /** Lines before the next one are lost: they were rotated away after that time. */
  missing(after: string): void;
}

/**
 * Tells which lines of a log are new, over connections that each repeat some of what came before. Lines are known by their times,
 * and by how many there were of one time. When a connection begins past the line that was given last, its lines are held until
 * somebody knows whether they are of the same run of the container.
 */
export class LogLines {
  readonly #taker: LineTaker;
  #last: Stamp | undefined;
  /** How many lines were given with the last one's time. */
  #countAtLast = 0;
  /** How many lines with that time the present connection has repeated; undefined when it is past them. */
  #repeated: number | undefined;
  #partial = '';
  #held: string[] | undefined;
  #given = 0;

  constructor(taker: LineTaker) {
    this.#taker = taker;
  }

  /** The time of the line that was given last. */
  get last(): string | undefined {
    return this.#last?.text;
  }

  /** How many lines were given, without those that have no time. */
  get given(): number {
    return this.#given;
  }

  /** Whether lines are held that may be those of another run. */
  get isInDoubt(): boolean {
    return this.#held !== undefined;
  }

  /** Whether the present connection has not got past what was given before. */
  get isRepeating(): boolean {
    return this.#repeated !== undefined;
  }

  /** Another connection begins, from the time of the last line on. */
  begin(): void {
    this.#partial = '';
    this.#repeated = this.#last === undefined ? undefined : 0;
  }

  take(text: string): void {
    const lines = (this.#partial + text).split(/(?<=\n)/u);
    this.#partial = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : '';
    for (const line of lines) {
      if (this.#held !== undefined) this.#held.push(line);
      else if (!this.#takeLine(line)) this.#held = [line];
    }
  }

  /** What is held is of the same run: what lies between is missing. */
  release(): void {
    const lines = this.#held ?? [];
    this.#held ??= [];
    for (const line of lines) this.#takeLine(line);
    this.#held = undefined;
  }

  /** What is held is of another run. */
  drop(): void {
    this.#held = undefined;
    this.#partial = '';
  }

  /** Nothing more comes: a line without an end is the last one that was printed. */
  end(): void {
    if (this.#partial !== '') this.#takeLine(this.#partial);
    this.#partial = '';
  }

  /** False when it cannot be told yet whether the line is of this run. */
  #takeLine(line: string): boolean {
    const { stamp, text } = parseStampedLine(line);
    // A line without a time is a sentence of the server's own, in the midst of the log.
    if (stamp !== undefined) {
      if (this.#repeats(stamp)) return true;
      if (this.#repeated === 0 && this.#held === undefined) return false;
      if (this.#repeated === 0) this.#taker.missing(this.#last?.text ?? '');
      this.#repeated = undefined;
      this.#countAtLast = stamp.key === this.#last?.key ? this.#countAtLast + 1 : 1;
      this.#last = stamp;
      this.#given += 1;
    }
    this.#taker.put(text);
    return true;
  }

  /** Whether the present connection gives a line again that was given before. */
  #repeats({ key }: Stamp): boolean {
    if (this.#last === undefined || this.#repeated === undefined) return false;
    if (key < this.#last.key) return true;
    if (key > this.#last.key || this.#repeated >= this.#countAtLast) return false;
    this.#repeated += 1;
    return true;
  }
}
