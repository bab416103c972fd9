import { type ByteStream, createByteStream } from '../api/byte-stream.ts';

interface Line {
  readonly atMs: number;
  text: string;
}

/** What is asked of a log. */
export interface LogQuery {
  readonly tailLines?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly timestamps: boolean;
  readonly limitBytes?: number | undefined;
}

// The kubelet rotates logs at 10 MiB (containerLogMaxSize) and serves what is in the newest file: what is older is gone.
const mostBytes = 10 * 1024 * 1024;

/**
 * The output of one instance of a container, both streams in the order of writing. Times are the instants at which each line
 * began.
 */
export class ContainerLog {
  readonly #lines: Line[] = [];
  readonly #followers = new Map<ByteStream, LogQuery>();
  #isOpenLine = false;
  #isClosed = false;
  #size = 0;

  write(atMs: number, text: string): void {
    if (text === '') return;
    this.#size += text.length;
    if (this.#size > mostBytes) this.#forgetOldest();
    for (const part of text.split(/(?<=\n)/u)) this.#add(atMs, part);
  }

  /** A line, its beginning, or more of the one that has no end yet. */
  #add(atMs: number, part: string): void {
    const isNew = !this.#isOpenLine;
    const last = this.#lines.at(-1);
    if (!isNew && last !== undefined) last.text += part;
    else this.#lines.push({ atMs, text: part });
    this.#isOpenLine = !part.endsWith('\n');
    for (const [stream, query] of this.#followers)
      stream.push(Buffer.from(isNew ? render(part, atMs, query) : part));
  }

  #forgetOldest(): void {
    let count = 0;
    // Half of it at once, so that the array is not moved for every line.
    while (this.#size > mostBytes / 2 && count < this.#lines.length - 1)
      this.#size -= this.#lines[count++]?.text.length ?? 0;
    this.#lines.splice(0, count);
  }

  /** No more comes; whoever follows is at the end. */
  close(): void {
    this.#isClosed = true;
    for (const stream of [...this.#followers.keys()]) stream.end();
  }

  read(query: LogQuery): Buffer {
    const text = this.#select(query)
      .map((line) => render(line.text, line.atMs, query))
      .join('');
    const bytes = Buffer.from(text);
    return query.limitBytes === undefined ? bytes : bytes.subarray(0, query.limitBytes);
  }

  #select({ sinceMs = 0, tailLines }: LogQuery): Line[] {
    const recent = this.#lines.filter((line) => line.atMs >= sinceMs);
    if (tailLines === undefined) return recent;
    return tailLines === 0 ? [] : recent.slice(-tailLines);
  }

  follow(query: LogQuery): ByteStream {
    const stream: ByteStream = createByteStream(() => this.#followers.delete(stream));
    const before = this.read(query);
    if (before.length > 0) stream.push(before);
    if (this.#isClosed) stream.end();
    else this.#followers.set(stream, query);
    return stream;
  }

  /** The last part of the output, for a terminated container's message. */
  tail(bytes: number): string {
    return this.#lines
      .map((line) => line.text)
      .join('')
      .slice(-bytes);
  }
}

/** A line, or its beginning, as it is asked for. */
const render = (line: string, atMs: number, { timestamps }: LogQuery): string =>
  timestamps ? `${new Date(atMs).toISOString().replace('Z', '000000Z')} ${line}` : line;
