import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { usageError } from '@ssc/errors';
import {
  type ArchiveSource,
  folderArchive,
  type Gunzip,
  gunzipWhole,
  httpArchive,
} from '@ssc/history';
import { Agent, interceptors, request } from 'undici';
import type { Host } from './host.ts';

/** An archive that is open, and how to let go of it. */
export interface OpenArchive {
  readonly source: ArchiveSource;
  close(): Promise<void>;
}

/** Opens the archive at a web address or in a folder. */
export async function openArchive(
  place: string,
  host: Host,
  connections: number,
): Promise<OpenArchive> {
  if (!/^https?:/iu.test(place)) {
    await requireFolder(place, host);
    return { source: folderArchive(place, { read: (path) => readIfThere(path, host) }), close };
  }
  // Archives sit behind redirects of their storage; a stalled server is given up after a minute.
  const agent = new Agent({ connections, headersTimeout: 60_000, bodyTimeout: 60_000 });
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 5 }));
  const source = httpArchive(place, {
    clock: host.clock,
    async get(url) {
      const { statusCode, body } = await request(url, { dispatcher });
      return { status: statusCode, body };
    },
  });
  return { source, close: () => agent.destroy() };
}

const close = async (): Promise<void> => {};

/** Refuses a place that is no folder: all files of an archive there would be told as missing. */
async function requireFolder(place: string, host: Host): Promise<void> {
  const { code } = await host.read(`${place}/.`).then(
    () => ({ code: undefined }),
    (error: unknown) => error as { readonly code?: unknown },
  );
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return;
  throw usageError(
    'SSC_USAGE_ARCHIVE',
    code === 'ENOENT' ? `there is no folder ${place}` : `${place} is no folder`,
    {
      hint: 'An archive is the folder that has .well-known in it, or its address: http:// or https://.',
    },
  );
}

async function readIfThere(path: string, host: Host): Promise<Uint8Array | undefined> {
  try {
    return await host.read(path);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Above this a file is decompressed part by part, in bounded memory; below it, at once is several times as fast. */
const wholeBytes = 2 ** 20;

/** Decompression for files of any size. */
export const gunzipAny: Gunzip = async function* (compressed) {
  const parts: Uint8Array[] = [];
  let size = 0;
  const rest = compressed[Symbol.asyncIterator]();
  for (let next = await rest.next(); ; next = await rest.next()) {
    if (next.done === true) {
      yield* gunzipWhole(once(parts));
      return;
    }
    parts.push(next.value);
    size += next.value.length;
    if (size > wholeBytes) break;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* parts;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  }
  // An error of either end comes out of the loop that reads the last stream.
  yield* pipeline(Readable.from(all()), createGunzip(), () => {}) as AsyncIterable<Uint8Array>;
};

async function* once(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
