import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Clock } from '@ssc/clock';
import { SscError, usageError } from '@ssc/errors';
import {
  type BookedProcess,
  endProcesses,
  identifyProcess,
  openProcessBook,
  type ProcessBook,
} from '@ssc/host';

/** The folder of one run on this machine: volumes of its pods, and the book of its processes. */
export interface Site {
  readonly run: string;
  readonly folder: string;
  readonly book: ProcessBook;
  /** Where the book is kept. */
  readonly bookFolder: string;
  /** The folder of a pod's volume. */
  volume(pod: string, name: string): string;
  /** Tells other processes where the nodes are. */
  tell(nodes: readonly NodeHere[]): void;
  /** Removes the folder with all in it. */
  remove(): void;
}

/** Where a node of a run on this machine is. */
export interface NodeHere {
  /** @example "core-0" */
  readonly node: string;
  /** Its admin port, on loopback. */
  readonly http: number;
  /** The file with its log, where it has one. */
  readonly log?: string;
}

/** A run on this machine as another process finds it. */
export interface NativeRun {
  readonly run: string;
  readonly folder: string;
  readonly mission: string;
  readonly startedAt: string;
  /** Whether the driver that started it still runs. */
  readonly hasDriver: boolean;
  readonly driver: BookedProcess;
  readonly nodes: readonly NodeHere[];
  /** Its processes that still run. */
  readonly processes: readonly BookedProcess[];
}

interface RunRecord {
  readonly run: string;
  readonly mission: string;
  readonly startedAt: string;
  readonly driver: BookedProcess;
}

/** Where runs on this machine are: a folder of this user, who need not have a name, in the system's folder for temporary files. */
export const sitesFolder = (): string => join(tmpdir(), `ssc-native-${process.getuid?.() ?? ''}`);

const nodesFile = 'nodes.json';

/** What cannot be part of a path that stands in a configuration: core splits commands at spaces, and knows no quotes. */
const unusable = /[\s"'\\=?]/u;

/** Makes the folder of a run. */
export function createSite(
  run: string,
  mission: string,
  startedAt: string,
  folderOfSites = sitesFolder(),
): Site {
  if (unusable.test(folderOfSites))
    throw usageError(
      'SSC_FOLDER_UNUSABLE',
      `stellar-core cannot work below ${JSON.stringify(folderOfSites)}: its history commands are split at spaces`,
      { hint: 'Set TMPDIR to a folder whose path has no spaces, quotes, "=" or "?".' },
    );
  mkdirSync(folderOfSites, { recursive: true, mode: 0o700 });
  // What root starts may belong to others: they pass through to what is theirs, and see nothing else.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  chmodSync(folderOfSites, mode);
  const folder = join(folderOfSites, run);
  mkdirSync(folder, { mode });
  mkdirSync(join(folder, 'pods'), { mode });
  const bookFolder = join(folder, 'processes');
  const record: RunRecord = {
    run,
    mission,
    startedAt,
    driver: {
      pid: process.pid,
      identity: identifyProcess(process.pid) ?? '',
      what: 'ssc',
    },
  };
  writeFileSync(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
  return {
    run,
    folder,
    bookFolder,
    book: openProcessBook(bookFolder),
    volume: (pod, name) => join(folder, 'pods', pod, name),
    tell: (nodes) => writeFileSync(join(folder, nodesFile), JSON.stringify(nodes)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The runs of this user on this machine, those that lost their driver too. */
export function listNativeRuns(folderOfSites = sitesFolder()): NativeRun[] {
  let names: string[];
  try {
    names = readdirSync(folderOfSites);
  } catch {
    return [];
  }
  return names.sort().flatMap((name) => {
    const folder = join(folderOfSites, name);
    const record = readJson<RunRecord>(join(folder, 'run.json'));
    if (record === undefined) return [];
    const { run, mission, startedAt, driver } = record;
    return [
      {
        run,
        folder,
        mission,
        startedAt,
        driver,
        nodes: readJson<NodeHere[]>(join(folder, nodesFile)) ?? [],
        hasDriver: driver.identity !== '' && identifyProcess(driver.pid) === driver.identity,
        processes: openProcessBook(join(folder, 'processes')).running(),
      },
    ];
  });
}

/** The run of this name on this machine. */
export const findNativeRun = (run: string): NativeRun | undefined =>
  listNativeRuns().find((one) => one.run === run);

/**
 * Ends the processes of a run that has no driver any more, and removes its folder. Processes are ended only while number and
 * start are those that were entered. Gives what still runs, for which the folder is left: the driver of a run that has one, or
 * processes that do not end.
 */
export async function cleanNativeRun(
  { driver, folder, processes }: NativeRun,
  clock: Clock,
  end = endProcesses,
): Promise<BookedProcess[]> {
  if (identifyProcess(driver.pid) === driver.identity) return [driver];
  const left = await end(clock, processes, 5000);
  if (left.length === 0) rmSync(folder, { recursive: true, force: true });
  return left;
}

/** What is told of processes of a run that endProcesses could not end. */
export const notEnded = (run: string, left: readonly BookedProcess[]): SscError =>
  new SscError({
    problem: { code: 'SSC_PROCESSES_NOT_ENDED' },
    verdict: 'broken',
    summary: `of ${run}, ${left.map(({ pid, what }) => `process ${pid} (${what})`).join(', ')} did not end when killed`,
    hint: `See why: ps -o user,stat,wchan -p ${left.map(({ pid }) => pid).join(',')}. Once nothing of it runs: ssc clean ${run}.`,
  });

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
