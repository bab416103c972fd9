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

/** The output of one instance of a container, both streams in the order of writing. */
export interface ContainerLog {
  write(atMs: number, text: string): void;
  /** No more comes; whoever follows is at the end. */
  close(): void;
  read(query: LogQuery): Buffer;
  follow(query: LogQuery): ByteStream;
  /** The last part of the output, for a terminated container's message. */
  tail(bytes: number): string;
}

// The kubelet rotates logs at 10 MiB (containerLogMaxSize) and serves what is in the newest file: what is older is gone.
const mostBytes = 10 * 1024 * 1024;

/** Makes an empty log. Times are the instants at which each line began. */
export function createContainerLog(): ContainerLog {
  const lines: Line[] = [];
  let isOpenLine = false;
  let isClosed = false;
  let size = 0;
  const forgetOldest = (): void => {
    let count = 0;
    // Half of it at once, so that the array is not moved for every line.
    while (size > mostBytes / 2 && count < lines.length - 1)
      size -= lines[count++]?.text.length ?? 0;
    lines.splice(0, count);
  };
  const followers = new Map<ByteStream, LogQuery>();

  const render = (line: string, atMs: number, query: LogQuery, starts: boolean): string =>
    query.timestamps && starts
      ? `${new Date(atMs).toISOString().replace('Z', '000000Z')} ${line}`
      : line;

  return {
    write(atMs, text) {
      if (text === '') return;
      const parts = text.split(/(?<=\n)/u);
      size += text.length;
      if (size > mostBytes) forgetOldest();
      for (const part of parts) {
        const starts = !isOpenLine;
        const last = lines.at(-1);
        if (isOpenLine && last !== undefined) last.text += part;
        else lines.push({ atMs, text: part });
        isOpenLine = !part.endsWith('\n');
        for (const [stream, query] of followers)
          stream.push(Buffer.from(render(part, atMs, query, starts)));
      }
    },
    close() {
      isClosed = true;
      for (const stream of [...followers.keys()]) stream.end();
    },
    read: (query) => {
      const since = query.sinceMs ?? 0;
      const recent = lines.filter((line) => line.atMs >= since);
      const shown =
        query.tailLines === undefined ? recent : recent.slice(-query.tailLines || recent.length);
      const text =
        query.tailLines === 0
          ? ''
          : shown.map((line) => render(line.text, line.atMs, query, true)).join('');
      const bytes = Buffer.from(text);
      return query.limitBytes === undefined ? bytes : bytes.subarray(0, query.limitBytes);
    },
    follow(query) {
      const stream: ByteStream = createByteStream(() => followers.delete(stream));
      const before = this.read(query);
      if (before.length > 0) stream.push(before);
      if (isClosed) stream.end();
      else followers.set(stream, query);
      return stream;
    },
    tail: (bytes) =>
      lines
        .map((line) => line.text)
        .join('')
        .slice(-bytes),
  };
}
