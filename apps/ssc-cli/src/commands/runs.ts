import { formatDuration } from '@ssc/clock';
import { usageError } from '@ssc/errors';
import { listRuns, type RunInfo } from '@ssc/formation';
import type { Host } from '../host.ts';
import { describeRunsHere } from '../native/runs-here.ts';
import { type KubeOpener, openKube, openUnlessNone } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

/** Lists the runs of a namespace. */
export async function runs(
  { args, options }: Input<typeof optionsOf.runs>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  if (args.length > 0)
    throw usageError('SSC_USAGE_ARGUMENT', `runs takes no argument, got "${args[0]}"`);
  const here = options.json ? [] : describeRunsHere(host.clock.now());
  for (const line of here) host.out(`${line}\n`);
  const cluster = await openUnlessNone(open, options, host, !options.json);
  if (cluster === undefined) {
    if (here.length === 0) host.out('this machine has no runs, and no cluster is named\n');
    return 0;
  }
  try {
    const { kube, namespace } = cluster;
    const list = (await listRuns({ kube, clock: host.clock, namespace })).map(
      ({ root: _root, asked: _asked, plan: _plan, ...run }) => run,
    );
    if (options.json) host.out(`${JSON.stringify(list, null, 2)}\n`);
    else if (list.length === 0) host.out(`namespace ${namespace} has no runs\n`);
    else host.out(renderRuns(list, host.clock.now()));
    return 0;
  } finally {
    await cluster.close();
  }
}

/** Runs as a table: one a line. */
export function renderRuns(list: readonly RunInfo[], nowMs: number): string {
  const rows = [
    ['RUN', 'MISSION', 'WHO', 'SINCE', 'STATE', 'PHASE DONE', 'BURNS DOWN'],
    ...list.map((run) => [
      run.run,
      run.mission || '?',
      run.who || '?',
      ago(run.startedAt, nowMs),
      run.state,
      run.phases.at(-1) ?? 'none',
      run.burnsDownAt === undefined ? 'never: ssc clean --expired' : until(run.burnsDownAt, nowMs),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

const ago = (iso: string, nowMs: number): string =>
  `${formatDuration(Math.max(0, nowMs - Date.parse(iso)))} ago`;

const until = (iso: string, nowMs: number): string => {
  const leftMs = Date.parse(iso) - nowMs;
  return leftMs <= 0 ? 'now' : `in ${formatDuration(leftMs)}`;
};
