import { formatDuration, within } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import { type NodeToReach, noteIfLarge, type OpenRequest } from './open-request.ts';

const proxyWithinMs = 3000;
const forwardWithinMs = 10_000;

/**
 * Takes the API server's pod proxy when a node answers through it, else port-forward, and says which and why. Neither:
 * SSC_ACCESS_NONE.
 */
export async function chooseWay(
  request: OpenRequest,
  take: (way: 'proxy' | 'port-forward') => void,
): Promise<void> {
  const [first] = request.nodes;
  if (first === undefined) return;
  take('proxy');
  const proxy = await tryWay(request, first, proxyWithinMs);
  if (proxy === undefined) {
    request.note('access: proxy, since a node answers through the API server’s pod proxy');
    noteIfLarge(request);
    return;
  }
  take('port-forward');
  const forward = await tryWay(request, first, forwardWithinMs);
  if (forward === undefined) {
    request.note(`access: port-forward, since the pod proxy did not lead to a node: ${proxy}`);
    noteIfLarge(request);
    return;
  }
  throw new SscError({
    problem: { code: 'SSC_ACCESS_NONE' },
    verdict: 'broken',
    summary: `${first.client.node} answers inside of the cluster, but not to requests from here`,
    facts: [
      ['By proxy', proxy],
      ['By port-forward', forward],
    ],
    hint: 'Install an ingress controller and give --access ingress, or a Gateway and --access gateway NS/NAME; or run ssc in the cluster (ssc render driver). ssc doctor says which permissions are missing.',
  });
}

/** Undefined when the node answered; else what stood in the way last. */
async function tryWay(
  { clock, signal }: OpenRequest,
  { client }: NodeToReach,
  ms: number,
): Promise<string | undefined> {
  let last = `no answer within ${formatDuration(ms)}`;
  const answered = await within(clock, ms, signal, async (ended) => {
    try {
      await client.info({ signal: ended, readWithin: ms, answerWithin: ms });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      last = oneLine(error);
      return false;
    }
  });
  return answered === true ? undefined : last;
}

/** The sentence of an error, and what lies lowest below it. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const facts = error instanceof SscError ? error.facts : [];
  const said = facts.find(([label]) => label === 'API server')?.[1];
  let lowest: Error = error;
  while (lowest.cause instanceof Error) lowest = lowest.cause;
  const why = said ?? (lowest === error ? undefined : lowest.message);
  return why === undefined ? error.message : `${error.message}: ${why}`;
}
