import { usageError } from '@ssc/errors';
import { type CleanReport, cleanRuns } from '@ssc/formation';
import { parseRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import { cleanHere } from '../native/runs-here.ts';
import { type KubeOpener, openElsewhere, openKube, openUnlessNone } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

/** Removes the runs that are named, and nothing else. */
export async function clean(
  { args, options }: Input<typeof optionsOf.clean>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  const { expired, allMine, force, dryRun } = options;
  const names = args.map(parseRunName);
  if (names.length === 0 && !expired && !allMine)
    throw usageError('SSC_USAGE_NO_RUN', 'no run is named; nothing was removed', {
      hint: 'Name one or more: ssc clean ssc-1a2b3c. Or --expired, or --all-mine. All there are: ssc runs.',
    });
  const here = await cleanHere({ names, stale: expired || allMine, dryRun }, host);
  for (const line of here.lines) host.out(`${line}\n`);
  const elsewhere = names.filter((name) => !here.handled.includes(name));
  if (names.length > 0 && elsewhere.length === 0) return 0;
  const cluster =
    elsewhere.length === 0
      ? await openUnlessNone(open, options, host, true)
      : await openElsewhere(open, options, host, elsewhere.join(', '));
  if (cluster === undefined) {
    if (here.lines.length === 0)
      host.out('nothing to remove on this machine, and no cluster is named\n');
    return 0;
  }
  try {
    const { kube, namespace } = cluster;
    const report = await cleanRuns({
      kube,
      clock: host.clock,
      namespace,
      runs: elsewhere,
      expired,
      ...(allMine && { startedBy: host.who }),
      force,
      dryRun,
    });
    host.out(renderReport(report, namespace, dryRun));
    return 0;
  } finally {
    await cluster.close();
  }
}

function renderReport({ removed, left }: CleanReport, namespace: string, dryRun: boolean): string {
  const lines = [
    ...removed.map(
      ({ run, mission, who }) =>
        `${dryRun ? 'would remove' : 'removed'} ${run}${mission === '' ? '' : ` (${mission}, ${who})`}`,
    ),
    ...left.map(({ run, holder }) => `left ${run}: its driver ${holder} is alive`),
  ];
  if (lines.length === 0) lines.push(`nothing to remove in namespace ${namespace}`);
  return lines.map((line) => `${line}\n`).join('');
}
