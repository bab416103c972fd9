import { formatDuration } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import { endProcesses } from '@ssc/host';
import type { Host } from '../host.ts';
import { cleanNativeRun, listNativeRuns, type NativeRun, notEnded } from './site.ts';

/** What to do to runs on this machine. */
export interface CleanHere {
  /** Runs by name. */
  readonly names: readonly string[];
  /** Every run that has lost its driver. */
  readonly stale: boolean;
  readonly dryRun: boolean;
}

/** What became of them, as lines; `handled` are the names that were found here. */
export interface CleanedHere {
  readonly handled: readonly string[];
  readonly lines: readonly string[];
}

/** Removes runs on this machine that have no driver any more: their processes and folders. */
export async function cleanHere(
  asked: CleanHere,
  { clock }: Pick<Host, 'clock'>,
  end = endProcesses,
): Promise<CleanedHere> {
  const chosen = listNativeRuns().filter(
    (one) => asked.names.includes(one.run) || (asked.stale && !one.hasDriver),
  );
  const lines: string[] = [];
  for (const one of chosen) {
    const what = `${one.run} on this machine (${one.mission}, ${describeProcesses(one)})`;
    if (one.hasDriver)
      lines.push(
        `left ${one.run}: its driver, process ${one.driver.pid}, runs${one.mission === 'up' ? `; end it with: ssc down ${one.run}` : ''}`,
      );
    else if (asked.dryRun) lines.push(`would remove ${what}`);
    else {
      const left = await cleanNativeRun(one, clock, end);
      lines.push(left.length === 0 ? `removed ${what}` : renderError(notEnded(one.run, left)));
    }
  }
  return { handled: chosen.map((one) => one.run), lines };
}

/** The runs on this machine, a line each. */
export function describeRunsHere(nowMs: number): string[] {
  return listNativeRuns().map((one) => {
    const age = formatDuration(Math.max(0, nowMs - Date.parse(one.startedAt)));
    const state = one.hasDriver
      ? `driver ${one.driver.pid}`
      : `lost its driver: ssc clean ${one.run}`;
    return `${one.run}  ${one.mission}  on this machine  ${age} ago  ${describeProcesses(one)}  ${state}`;
  });
}

/** A run on this machine as data; what runs of clusters tell too has the same name here. */
export interface RunHere {
  readonly provider: 'native';
  readonly run: string;
  /** *abandoned*: the driver that started it runs no more. */
  readonly state: 'driven' | 'abandoned';
  /** `up` for a network that stays until it is taken down. */
  readonly mission: string;
  readonly startedAt: string;
  readonly folder: string;
  /** The number of the driver's process. */
  readonly driver: number;
  readonly processes: readonly { readonly pid: number; readonly what: string }[];
  readonly nodes: NativeRun['nodes'];
}

/** The runs on this machine. */
export const listRunsHere = (): RunHere[] =>
  listNativeRuns().map(({ run, mission, startedAt, folder, driver, hasDriver, ...its }) => ({
    provider: 'native',
    run,
    state: hasDriver ? 'driven' : 'abandoned',
    mission,
    startedAt,
    folder,
    driver: driver.pid,
    processes: its.processes.map(({ pid, what }) => ({ pid, what })),
    nodes: its.nodes,
  }));

const describeProcesses = ({ processes }: NativeRun): string =>
  processes.length === 1 ? '1 process' : `${processes.length} processes`;
