import type { Clock } from '@ssc/clock';
import type { SscError } from '@ssc/errors';
import { type HistoryProblem, historyError, reason } from './problem.ts';
import type { ArchiveSource, FileContent } from './source.ts';

/** A reply to a GET of a file. */
export interface HttpFileReply {
  readonly status: number;
  /** Of a good reply it is read to its end or returned from; others may have none. */
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

/**
 * An archive behind HTTP, as core reads it with `curl -sf`. 404 and 410 say that there is no such file; what may pass
 * (no reply, 408, 429, 5xx) is tried again after 1 s and 2 s; all else is SSC_HISTORY_SOURCE, which says nothing about
 * the archive.
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
    return refuse(`gave no reply: ${reason(cause)}`, true, cause);
  }
  if (reply.status === 200) return { content: reply.body };
  await discard(reply.body);
  if (reply.status === 404 || reply.status === 410) return { content: undefined };
  return refuse(`answered ${reply.status} instead of 200 or 404`, passing(reply.status));
}

/** Reads what nobody wants, so that the connection is free again. */
async function discard(body: FileContent): Promise<void> {
  if (body instanceof Uint8Array) return;
  for await (const _part of body);
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
