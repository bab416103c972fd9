import { isSscError, type SscError } from '@ssc/errors';
import { decodeAs, type xdr } from '@ssc/tx';
import { type Gunzip, gunzipWhole, gzipHeadBytes, gzipOddity } from './gzip.ts';
import { type FileFlaw, type HistoryProblem, historyError, reason } from './problem.ts';
import { FramingError, splitRecords } from './records.ts';
import type { ArchiveSource, FileContent } from './source.ts';

/** What somebody who reads a file may want to know of it besides its records. */
export interface FileWatch {
  /** The bytes as they lie in the archive. */
  onStored?(part: Uint8Array): void;
  /** The bytes after decompression. */
  onContent?(part: Uint8Array): void;
  /** See `gzipOddity`. */
  onOddity?(oddity: string): void;
}

/** What is needed to read files of records. */
export interface Reading {
  readonly source: ArchiveSource;
  /** @default gunzipWhole */
  readonly gunzip?: Gunzip;
}

/**
 * The records of a compressed file, one after the other. Throws SSC_HISTORY_MISSING when there is no such file,
 * SSC_HISTORY_FILE when its bytes are damaged, SSC_HISTORY_SOURCE when the source cannot tell.
 */
export async function* readRecords(
  { source, gunzip = gunzipWhole }: Reading,
  path: string,
  watch: FileWatch = {},
): AsyncGenerator<Buffer> {
  const content = await fetchFile(source, path);
  try {
    const plain = gunzip(watched(source, path, content, watch));
    yield* splitRecords(watch.onContent === undefined ? plain : tapped(plain, watch.onContent));
  } catch (error) {
    // What the consumer throws does not come through here; this is the source, the decompression or the framing.
    if (isSscError(error)) throw error;
    const flaw = error instanceof FramingError ? 'framing' : 'gzip';
    throw damaged(
      path,
      flaw,
      flaw === 'gzip' ? `is no whole gzip file: ${reason(error)}` : reason(error),
    );
  }
}

/** A file's bytes; SSC_HISTORY_MISSING when there is none. */
export async function fetchFile(source: ArchiveSource, path: string): Promise<FileContent> {
  let content: FileContent | undefined;
  try {
    content = await source.fetch(path);
  } catch (cause) {
    throw unreadable(source, path, cause);
  }
  if (content === undefined)
    throw historyError(
      { code: 'SSC_HISTORY_MISSING', file: path },
      `${path} is not in the archive ${source.name}`,
    );
  return content;
}

/** True when there is such a file; SSC_HISTORY_SOURCE when that cannot be told. */
export async function hasFile(source: ArchiveSource, path: string): Promise<boolean> {
  try {
    const content = await source.fetch(path);
    if (content === undefined || content instanceof Uint8Array) return content !== undefined;
    // One part is enough; to leave a stream lets go of what it holds.
    for await (const _part of content) break;
    return true;
  } catch (cause) {
    throw unreadable(source, path, cause);
  }
}

/** A file's bytes in one piece, for the small ones. */
export async function fetchWhole(source: ArchiveSource, path: string): Promise<Uint8Array> {
  const content = await fetchFile(source, path);
  if (content instanceof Uint8Array) return content;
  const parts: Uint8Array[] = [];
  try {
    for await (const part of content) parts.push(part);
  } catch (cause) {
    throw unreadable(source, path, cause);
  }
  return Buffer.concat(parts);
}

/** Decodes one record strictly: every byte belongs to it. Throws SSC_HISTORY_FILE. */
export function decodeRecord<Wire, T extends xdr.XdrValue>(
  type: xdr.XdrValueConstructor<Wire, T> & { fromXdr: typeof xdr.XdrValue.fromXdr },
  record: Uint8Array,
  path: string,
  index: number,
): T {
  try {
    return decodeAs(type, record);
  } catch (error) {
    throw damaged(
      path,
      'xdr',
      `holds a record ${index + 1} that does not decode: ${reason(error)}`,
    );
  }
}

/** The error of a file with damaged bytes; the sentence goes on from its path. */
export const damaged = (path: string, flaw: FileFlaw, sentence: string): SscError<HistoryProblem> =>
  historyError({ code: 'SSC_HISTORY_FILE', file: path, flaw }, `${path} ${sentence}`);

function unreadable(source: ArchiveSource, path: string, cause: unknown): SscError {
  if (isSscError(cause)) return cause;
  return historyError(
    { code: 'SSC_HISTORY_SOURCE', file: path },
    `${path} of the archive ${source.name} could not be read`,
    { cause, hint: 'This says nothing about the archive.' },
  );
}

/** The stored bytes on their way to the decompression; an empty file is refused here, as some of these take it. */
async function* watched(
  source: ArchiveSource,
  path: string,
  content: FileContent,
  { onStored, onOddity }: FileWatch,
): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let size = 0;
  const look = (enough: number) => {
    if (head === undefined || head.length < enough) return;
    const oddity = gzipOddity(head, path);
    if (oddity !== undefined) onOddity?.(oddity);
    head = undefined;
  };
  try {
    for await (const part of content instanceof Uint8Array ? [content] : content) {
      size += part.length;
      onStored?.(part);
      if (head !== undefined) head = Buffer.concat([head, part.subarray(0, gzipHeadBytes)]);
      look(gzipHeadBytes);
      yield part;
    }
  } catch (cause) {
    throw unreadable(source, path, cause);
  }
  if (size === 0) throw damaged(path, 'gzip', 'is empty: 0 bytes are no gzip file');
  look(0);
}

async function* tapped(
  stream: AsyncIterable<Uint8Array>,
  tap: (part: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const part of stream) {
    tap(part);
    yield part;
  }
}
