import { formatDuration } from '@ssc/clock';
import { usageError } from '@ssc/errors';
import { listRuns, type RunInfo } from '@ssc/formation';
import type { Host } from '../host.ts';
import { describeRunsHere, listRunsHere } from '../native/runs-here.ts';
import { type KubeOpener, openKube, openUnlessNone } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

/** Lists the runs on this machine, and those of a namespace where a cluster is named. */
export async function runs(
  { args, options }: Input<typeof optionsOf.runs>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  if (args.length > 0)
    throw usageError('SSC_USAGE_ARGUMENT', `runs takes no argument, got "${args[0]}"`);
  if (options.json) {
    const here = listRunsHere();
    const there = await runsOfCluster(options, host, open);
    if (there === undefined) host.err('no cluster is named: these are the runs on this machine\n');
    const far = (there?.list ?? []).map((run) => ({ provider: 'kubernetes', ...run }));
    host.out(`${JSON.stringify([...here, ...far], null, 2)}\n`);
    return 0;
  }
  const here = describeRunsHere(host.clock.now());
  for (const line of here) host.out(`${line}\n`);
  const there = await runsOfCluster(options, host, open);
  if (there !== undefined)
    host.out(
      there.list.length === 0
        ? `namespace ${there.namespace} has no runs\n`
        : renderRuns(there.list, host.clock.now()),
    );
  else if (here.length === 0) host.out('this machine has no runs, and no cluster is named\n');
  return 0;
}

/** The runs of the namespace that the options name; undefined when no cluster is named. */
async function runsOfCluster(
  options: Input<typeof optionsOf.runs>['options'],
  host: Host,
  open: KubeOpener,
): Promise<{ readonly namespace: string; readonly list: readonly RunInfo[] } | undefined> {
  const cluster = await openUnlessNone(open, options, host, true);
  if (cluster === undefined) return undefined;
  try {
    const { kube, namespace } = cluster;
    const found = await listRuns({ kube, clock: host.clock, namespace });
    return {
      namespace,
      list: found.map(({ root: _root, asked: _asked, plan: _plan, ...run }) => run),
    };
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
