import { within } from '@ssc/clock';
import { type CoreClient, exchange } from '@ssc/core-http';
import type { NodeWay } from './node-way.ts';
import type { OpenRequest } from './open-request.ts';

// From the longest transaction down, by the limits that controllers come with: Envoy 60 KiB, nginx 8 KiB, of which the request
// line has some more bytes than the URL.
const lengths = [196_608, 60_000, 32_000, 16_000, 8000, 4000] as const;

/**
 * The longest URL of a ladder of lengths that a node answers, asked by a parameter that no node knows. Infinite when the
 * longest is answered; 0 when none is.
 */
export async function measureUrlLimit(
  { dispatcher, baseUrl, headers }: NodeWay,
  client: CoreClient,
  { clock, signal }: OpenRequest,
): Promise<number> {
  const { origin, pathname } = new URL(baseUrl);
  const carries = async (length: number): Promise<boolean> => {
    const start = `${pathname.replace(/\/$/u, '')}/info?pad=`;
    const path = start + 'x'.repeat(length - origin.length - start.length);
    const reply = await within(clock, 10_000, signal, (ended) =>
      exchange(dispatcher, { method: 'GET', origin, path, headers }, ended),
    ).catch(() => undefined);
    signal.throwIfAborted();
    return reply?.status === 200 && reply.body.trimStart().startsWith('{');
  };
  for (const length of lengths) {
    if (await carries(length)) return length === lengths[0] ? Number.POSITIVE_INFINITY : length;
    // A controller that was not to be had for a moment says nothing about lengths.
    await client.info({ signal });
  }
  return 0;
}
