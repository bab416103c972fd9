import { usageError } from '@ssc/errors';
import { createFormation, type Formation } from '@ssc/formation';
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
  const { clock } = provider;
  const interruption = new AbortController();
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const stopListening = host.onSignal(() => {
    interruption.abort(new Error('stopped'));
    stop();
  });
  let formation: Formation | undefined;
  const sets = { core: { nodes } };
  const run = toRunName(provider.nonce());
  try {
    const placement = await provider.place({ mission: upMission, sets });
    formation = createFormation({
      run,
      mission: upMission,
      namespace: provider.namespace,
      sets,
      placement,
      images: provider.images,
      seed,
      kube: provider.kube,
      ...(provider.lookEvery !== undefined && { lookEvery: provider.lookEvery }),
      dispatcher: provider.dispatcher,
      clock,
      random: provider.random,
      who: host.who,
      version: manifest.version,
      signal: interruption.signal,
      note: () => {},
    });
    host.out(`${run} starts: ${nodes === 1 ? '1 node' : `${nodes} nodes`}\n`);
    await formation.bringUp();
    host.out('they answer; sync and the upgrade take a quarter of a minute more\n');
    const core = formation.sets['core'];
    await core?.waitUntilSynced({ within: '2m' });
    await core?.upgrade({ protocol: 'latest' });
    host.out(describe(run, provider, formation));
    await stopped;
    host.out(`${run} is down\n`);
    return 0;
  } catch (error) {
    // Told to stop while it was starting: that is no failure.
    if (interruption.signal.aborted) return 0;
    throw error;
  } finally {
    await formation?.remove();
    await provider.close();
    stopListening();
  }
}

function describe(run: string, provider: NativeProvider, formation: Formation): string {
  const addresses = provider.addresses();
  const width = Math.max(...addresses.map(({ node }) => node.length));
  const line = ({ node, http, peer, history, log }: NativeAddress): string =>
    `${node.padEnd(width)}  http://127.0.0.1:${http}/info   peers 127.0.0.1:${peer}   archive http://127.0.0.1:${history}/   log ${log}\n`;
  return [
    `${run} is up: ${addresses.length === 1 ? '1 node' : `${addresses.length} nodes`}, synced, at the latest protocol${formation.nodeKind() === 'simulated' ? '. The nodes are simulated (core-sim).' : ''}\n`,
    ...provider.notes().map((note) => `${note}\n`),
    ...addresses.map(line),
    `ask a node: ssc http ${run} core-0 info\n`,
    `end it with: ssc down ${run}\n`,
  ].join('');
}
