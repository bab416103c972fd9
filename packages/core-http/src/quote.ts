import { redact } from '@ssc/errors';

const longestValue = 48;
const longestReply = 400;

/** A request as an error shows it: long parameters shortened in the middle, secrets redacted. */
export function quoteRequest(method: string, target: string, body?: string): string {
  const short = (query: string) =>
    query
      .split('&')
      .map((pair) => {
        const [name = '', ...rest] = pair.split('=');
        const value = rest.join('=');
        return value.length <= longestValue
          ? pair
          : `${name}=${value.slice(0, 12)}…${value.slice(-6)} (${value.length} characters)`;
      })
      .join('&');
  const [path = '', ...query] = redact(target).split('?');
  const shown = query.length === 0 ? path : `${path}?${short(query.join('?'))}`;
  return `${method} ${shown}${body === undefined ? '' : ` with ${short(redact(body))}`}`;
}

/** A reply as an error shows it: the status and the text, shortened, on one line, secrets redacted. */
export function quoteReply(reply: { readonly status: number; readonly body: string }): string {
  const text = redact(reply.body).trim().replace(/\s+/gu, ' ');
  if (text === '') return `${reply.status} with an empty body`;
  const cut =
    text.length <= longestReply
      ? text
      : `${text.slice(0, longestReply)}… (${reply.body.length} characters)`;
  return `${reply.status} ${cut}`;
}
