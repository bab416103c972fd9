import type { Clock } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import { type HistoryProblem, historyError } from './problem.ts';
import type { ArchiveSource, FileContent } from './source.ts';

/** A reply to a GET of a file. */
export interface HttpFileReply {
  readonly status: number;
  /** As it was sent, not decoded. It is always read to its end, or its iterator is returned. */
  readonly body: FileContent;
}

/** How {@link httpArchive} reaches its server. */
export interface HttpArchiveOptions {
  /** Sends a GET; rejects when no reply came. */
  get(url: string): Promise<HttpFileReply>;
  /** For the pauses before another try. */
  readonly clock: Clock;
  /** @default 3 */
  readonly tries?: number;
}

/** Statuses after which the same request may do better. */
const passing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Files up to here are taken whole, so that a connection that breaks in one of them costs another try, not the run. */
const wholeBytes = 4 * 2 ** 20;

/**
 * An archive behind HTTP, as core reads it with `curl -sf`. 404 and 410 say that there is no such file; what may pass
 * (no reply, a broken one, 408, 429, 5xx) is tried again after 1 s, then 2 s; all else is SSC_HISTORY_SOURCE, which says
 * nothing about the archive.
 */
export function httpArchive(url: string, options: HttpArchiveOptions): ArchiveSource {
  const base = requireUrl(url);
  const tries = options.tries ?? 3;
  return {
    name: base,
    async fetch(path) {
      for (let attempt = 1; ; attempt++) {
        const outcome = await getOnce(`${base}/${path}`, path, options);
        if (!('error' in outcome)) return outcome.content;
        if (!outcome.again || attempt >= tries) throw outcome.error;
        await options.clock.sleep(1000 * 2 ** (attempt - 1));
      }
    },
  };
}

type Outcome =
  | { readonly content: FileContent | undefined }
  | { readonly error: SscError<HistoryProblem>; readonly again: boolean };

async function getOnce(url: string, path: string, options: HttpArchiveOptions): Promise<Outcome> {
  const refuse = (sentence: string, again: boolean, cause?: unknown): Outcome => ({
    again,
    error: historyError({ code: 'SSC_HISTORY_SOURCE', file: path }, `${url} ${sentence}`, {
      hint: 'This says nothing about the archive.',
      ...(cause !== undefined && { cause }),
    }),
  });
  let reply: HttpFileReply;
  try {
    reply = await options.get(url);
  } catch (cause) {
    return refuse('gave no reply', true, cause);
  }
  const { status } = reply;
  try {
    if (status === 200) return { content: await begin(reply.body) };
    await discard(reply.body);
  } catch (cause) {
    return refuse('broke off its reply', true, cause);
  }
  if (status === 404 || status === 410) return { content: undefined };
  return refuse(`answered ${status} instead of 200 or 404`, passing(status));
}

/** The body whole when it is small; else a stream of which the beginning is here already. */
async function begin(body: FileContent): Promise<FileContent> {
  if (body instanceof Uint8Array) return body;
  const parts: Uint8Array[] = [];
  let size = 0;
  const rest = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return Buffer.concat(parts);
    parts.push(next.value);
    size += next.value.length;
    if (size > wholeBytes) return resume(parts, rest);
  }
}

/** Reads what nobody wants, so that the connection is free again; of a long one, only the beginning. */
async function discard(body: FileContent): Promise<void> {
  if (body instanceof Uint8Array) return;
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > wholeBytes) break;
  }
}

async function* resume(
  parts: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* parts;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}

function requireUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/u.test(parsed.protocol) || parsed.search !== '')
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'url' },
      `the address of an archive begins with http:// or https:// and has no query, got ${JSON.stringify(url)}`,
    );
  return url.replace(/\/+$/u, '');
}
