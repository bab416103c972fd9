import { type CoreClient, endpointCommand, endpointNames } from '@ssc/core-http';
import { usageError } from '@ssc/errors';
import { findRunPod, listRunPods, reachNode } from '@ssc/formation';
import { parseRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import { withNodeHere } from '../native/ask-here.ts';
import { findNativeRun } from '../native/site.ts';
import { type KubeOpener, openElsewhere, openKube } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';
import { readAccess } from '../read-access.ts';

/** Asks a node of a run over its admin port, and prints what it answered, word for word. */
export async function http(
  { args, options, given }: Input<typeof optionsOf.http>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  const [run, name, endpoint, ...pairs] = args;
  if (run === undefined || name === undefined || endpoint === undefined)
    throw usageError('SSC_USAGE_ARGUMENT', 'http takes a run, a node and what it is asked', {
      facts: [['Endpoints', endpointNames.join(', ')]],
      hint: 'For example: ssc http ssc-1a2b3c core-0 info, or … upgrades mode=get.',
    });
  parseRunName(run);
  const query = readQuery(pairs);
  const { kind } = endpointCommand(endpoint, query);
  const ask = async (node: string, client: CoreClient): Promise<number> => {
    if (kind === 'act') host.err(`${endpoint} changes ${node} of run ${run}\n`);
    const body = await client.raw(endpoint, query);
    host.out(body === '' || body.endsWith('\n') ? body : `${body}\n`);
    return 0;
  };
  const here = findNativeRun(run);
  if (here !== undefined)
    return withNodeHere(here, name, host, (client) => ask(client.node, client));
  const mode = readAccess(options, given, 'kubernetes', host.env)(run);
  const cluster = await openElsewhere(open, options, host, run);
  try {
    const { kube, namespace } = cluster;
    const pod = findRunPod(await listRunPods({ kube, namespace, run }), run, name);
    const client = await reachNode({ ...cluster, run, pod, mode, clock: host.clock });
    return await ask(pod.node, client);
  } finally {
    await cluster.close();
  }
}

/** `mode=get` and the like. */
function readQuery(pairs: readonly string[]): Readonly<Record<string, string>> {
  const wrong = pairs.filter((pair) => !/^[^=]+=./u.test(pair));
  if (wrong.length > 0)
    throw usageError(
      'SSC_USAGE_ARGUMENT',
      `a parameter is its name, "=" and its value; got ${wrong.map((pair) => `"${pair}"`).join(', ')}`,
    );
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}
