import { formatDuration } from '@ssc/clock';
import { usageError } from '@ssc/errors';
import { stopRun } from '@ssc/formation';
import { parseRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import { endNativeRun } from '../native/end-run.ts';
import { findNativeRun } from '../native/site.ts';
import { type KubeOpener, openElsewhere, openKube } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

/** Ends a run and removes it, wherever its driver is. */
export async function stop(
  { args, options }: Input<typeof optionsOf.stop>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  const [run, ...more] = args;
  if (run === undefined || more.length > 0)
    throw usageError('SSC_USAGE_ARGUMENT', 'stop takes the name of one run', {
      hint: 'For example: ssc stop ssc-1a2b3c. All runs: ssc runs.',
    });
  parseRunName(run);
  const here = findNativeRun(run);
  if (here !== undefined) {
    await endNativeRun(here, host);
    host.out(`stopped ${run} on this machine (${here.mission})\n`);
    return 0;
  }
  const cluster = await openElsewhere(open, options, host, run);
  try {
    const { kube, namespace } = cluster;
    const { mission, who } = await stopRun({
      kube,
      clock: host.clock,
      namespace,
      run,
      who: host.who,
      onAsked: ({ holder }, withinMs) =>
        host.out(`${holder} was asked to stop, and has ${formatDuration(withinMs)} to see it\n`),
    });
    host.out(`stopped ${run}${mission === '' ? '' : ` (${mission}, ${who})`}\n`);
    return 0;
  } finally {
    await cluster.close();
  }
}
