import { createRandom } from '@ssc/clock';
import { type CoreClient, createCoreClient } from '@ssc/core-http';
import { didYouMean, usageError } from '@ssc/errors';
import { Agent } from 'undici';
import type { Host } from '../host.ts';
import type { NativeRun, NodeHere } from './site.ts';

/** Hands out the client of one node of a run on this machine, until the work is done. */
export async function withNodeHere<T>(
  run: NativeRun,
  name: string,
  host: Pick<Host, 'clock' | 'randomBytes'>,
  work: (client: CoreClient) => Promise<T>,
): Promise<T> {
  const { node, http } = findNodeHere(run, name);
  const dispatcher = new Agent({ allowH2: false });
  try {
    return await work(
      createCoreClient({
        dispatcher,
        baseUrl: `http://127.0.0.1:${http}`,
        node,
        clock: host.clock,
        random: createRandom(Buffer.from(host.randomBytes(16)).toString('hex')),
      }),
    );
  } finally {
    await dispatcher.destroy();
  }
}

function findNodeHere({ run, nodes }: NativeRun, name: string): NodeHere {
  const found = nodes.find(({ node }) => node === name || `${run}-${node}` === name);
  if (found !== undefined) return found;
  const names = nodes.map(({ node }) => node);
  throw usageError(
    'SSC_NODE_UNKNOWN',
    `run ${run} has no node "${name}"${didYouMean(name, names)}`,
    {
      facts: [['Nodes', names.join(', ')]],
    },
  );
}
