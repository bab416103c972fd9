import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One exchange with a real stellar-core v27.1.0. */
export interface Recorded {
  readonly file: string;
  readonly node?: string;
  readonly method: string;
  /** Path and query as sent; a long blob is shortened, then it is whole in `blob`. */
  readonly request: string;
  readonly blob?: string;
  readonly form?: string;
  /** Undefined: the connection was refused or closed without an answer. */
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string;
}

const lines = (name: string): unknown[] =>
  gunzipSync(readFileSync(new URL(`fixtures/${name}`, import.meta.url)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

export const recorded = lines('http.jsonl.gz') as Recorded[];

/** The recorded exchange of a file. @example "http-solo/info.end.json" */
export function recording(file: string): Recorded {
  const found = recorded.find((entry) => entry.file === file);
  if (found === undefined) throw new Error(`no recording ${file}`);
  return found;
}

/** Bytes that were sent to a node's port, and those that came back before it closed the connection. */
export interface RecordedBytes {
  readonly file: string;
  readonly request: string;
  readonly response: string;
}

export const recordedBytes = lines('protocol.jsonl.gz') as RecordedBytes[];

/** One line of a network's recording over time. */
export interface Moment {
  /** Seconds since the first start. */
  readonly t: number;
  readonly node?: string;
  readonly path?: string;
  readonly status?: number;
  readonly body?: unknown;
  readonly error?: string;
  readonly event?: string;
}

export const overTime = (name: 'accelerated' | 'real-cadence'): Moment[] =>
  lines(`${name}.jsonl.gz`) as Moment[];
