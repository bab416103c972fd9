import { usageError } from '@ssc/errors';
import { readRunLogs } from '@ssc/formation';
import { parseRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import { findNativeRun, type NativeRun } from '../native/site.ts';
import { type KubeOpener, openElsewhere, openKube } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

/** Prints logs of a run: of one node, or of all with each line's node before it. */
export async function logs(
  { args, options }: Input<typeof optionsOf.logs>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  const [run, node, ...more] = args;
  if (run === undefined || more.length > 0)
    throw usageError('SSC_USAGE_ARGUMENT', 'logs takes a run and, to see one alone, a node', {
      hint: 'For example: ssc logs ssc-1a2b3c core-0. All runs: ssc runs.',
    });
  const { container, follow, previous } = options;
  if (follow && previous)
    throw usageError('SSC_USAGE_OPTIONS', 'one option cannot be used', {
      facts: [
        ['--previous', 'is the log of a container that has ended, which does not --follow on'],
      ],
    });
  parseRunName(run);
  const here = findNativeRun(run);
  if (here !== undefined) throw logsAreFiles(here);
  const ending = new AbortController();
  // What is only printed is ended by the system, as the following is by a second signal.
  const stopListening = follow ? host.onSignal(() => end()) : () => {};
  const end = (): void => {
    stopListening();
    ending.abort(new Error('stopped'));
  };
  const cluster = await openElsewhere(open, options, host, run);
  try {
    await readRunLogs({
      kube: cluster.kube,
      clock: host.clock,
      namespace: cluster.namespace,
      run,
      previous,
      follow,
      signal: ending.signal,
      ...(node !== undefined && { node }),
      ...(container !== undefined && { container }),
      onLines: (name, lines) =>
        host.out(node === undefined ? lines.replaceAll(/^(?=.)/gmu, `${name}  `) : lines),
    });
    return 0;
  } finally {
    stopListening();
    await cluster.close();
  }
}

/** On this machine nobody has to be asked for a log. */
function logsAreFiles({ run, nodes }: NativeRun): Error {
  const facts = nodes.flatMap(({ node, log }) => (log === undefined ? [] : [[node, log] as const]));
  return usageError('SSC_LOGS_HERE', `${run} is on this machine, where logs are files`, {
    facts,
    hint:
      facts.length === 0
        ? 'A mission writes them while it runs: nodes/NODE/stellar-core.log in its folder, ssc-runs/latest.'
        : 'For example: tail -f, and the file of a node.',
  });
}
