import { usageError } from '@ssc/errors';
import { createFormation, type Formation, type FormationOptions } from '@ssc/formation';
import { toRunName } from '@ssc/kube-specs';
import manifest from '../../package.json' with { type: 'json' };
import { drawSeed, type Host } from '../host.ts';
import { identifyCoreBinary } from '../native/core-binary.ts';
import { detachUp } from '../native/detach-up.ts';
import type { NativeAddress } from '../native/places.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';
import { createNativeProvider, type NativeProvider } from '../providers/native.ts';

/** What runs of `ssc up` are called among missions. */
export const upMission = 'up';

/** Starts a network on this machine that stays until `ssc down`, and prints how to reach each node. */
export async function up(input: Input<typeof optionsOf.up>, host: Host): Promise<number> {
  const { args, options } = input;
  if (args.length > 0)
    throw usageError('SSC_USAGE_ARGUMENT', `up takes no argument, got "${args[0]}"`);
  const binary =
    options.coreBinary === undefined
      ? undefined
      : await identifyCoreBinary('core-binary', options.coreBinary);
  if (!options.foreground) return detachUp(host, input.given);
  const seed = options.seed ?? drawSeed();
  const [file = '', ...first] = host.self;
  const core = binary ?? {
    path: 'core-sim',
    command: [file, ...first, 'core-sim'] as const,
    build: `core-sim ${manifest.version}`,
    protocol: undefined,
    isTestBuild: true,
    isSimulated: true,
  };
  const provider = createNativeProvider({ core }, host, { logFiles: true });
  return keepUp(provider, options.nodes, seed, host);
}

async function keepUp(
  provider: NativeProvider,
  nodes: number,
  seed: string,
  host: Host,
): Promise<number> {
  const interruption = new AbortController();
  const { signal } = interruption;
  const stopListening = host.onSignal(() => interruption.abort(new Error('stopped')));
  const run = toRunName(provider.nonce());
  let formation: Formation | undefined;
  try {
    formation = await plan(provider, { run, nodes, seed, signal }, host);
    host.out(`${run} starts: ${count(nodes)}\n`);
    await bringUp(formation, host);
    host.out(describe(run, provider, formation));
    await aborted(signal);
    host.out(`${run} is down\n`);
    return 0;
  } catch (error) {
    // Told to stop while it was starting: that is no failure.
    if (signal.aborted) return 0;
    throw error;
  } finally {
    await formation?.remove();
    await provider.close();
    stopListening();
  }
}

/** Gives the nodes their places. */
async function plan(
  provider: NativeProvider,
  network: Pick<FormationOptions, 'run' | 'seed' | 'signal'> & { readonly nodes: number },
  host: Host,
): Promise<Formation> {
  const { nodes, ...rest } = network;
  const sets = { core: { nodes } };
  const placement = await provider.place({ mission: upMission, sets });
  return createFormation({
    ...rest,
    mission: upMission,
    namespace: provider.namespace,
    sets,
    placement,
    images: provider.images,
    kube: provider.kube,
    ...(provider.lookEvery !== undefined && { lookEvery: provider.lookEvery }),
    dispatcher: provider.dispatcher,
    clock: provider.clock,
    random: provider.random,
    who: host.who,
    version: manifest.version,
    note: () => {},
  });
}

async function bringUp(formation: Formation, host: Host): Promise<void> {
  await formation.bringUp();
  host.out('they answer; sync and the upgrade take a quarter of a minute more\n');
  const core = formation.sets['core'];
  await core?.waitUntilSynced({ within: '2m' });
  await core?.upgrade({ protocol: 'latest' });
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const count = (nodes: number): string => (nodes === 1 ? '1 node' : `${nodes} nodes`);

function describe(run: string, provider: NativeProvider, formation: Formation): string {
  const addresses = provider.addresses();
  const width = Math.max(...addresses.map(({ node }) => node.length));
  const line = ({ node, http, peer, history, log }: NativeAddress): string =>
    `${node.padEnd(width)}  http://127.0.0.1:${http}/info   peers 127.0.0.1:${peer}   archive http://127.0.0.1:${history}/   log ${log}\n`;
  return [
    `${run} is up: ${count(addresses.length)}, synced, at the latest protocol${formation.nodeKind() === 'simulated' ? '. The nodes are simulated (core-sim).' : ''}\n`,
    ...provider.notes().map((note) => `${note}\n`),
    ...addresses.map(line),
    `ask a node: ssc http ${run} core-0 info\n`,
    `end it with: ssc down ${run}\n`,
  ].join('');
}
