import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Clock } from '@ssc/clock';
import { usageError } from '@ssc/errors';
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
  /** Removes the folder with all in it. */
  remove(): void;
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
  /** Its processes that still run. */
  readonly processes: readonly BookedProcess[];
}

interface RunRecord {
  readonly run: string;
  readonly mission: string;
  readonly startedAt: string;
  readonly driver: BookedProcess;
}

/** Where runs on this machine are: a folder of this user in the system's folder for temporary files. */
export const sitesFolder = (): string => join(tmpdir(), `ssc-native-${userInfo().uid}`);

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
    const record = readRecord(join(folder, 'run.json'));
    if (record === undefined) return [];
    const { run, mission, startedAt, driver } = record;
    return [
      {
        run,
        folder,
        mission,
        startedAt,
        driver,
        hasDriver: driver.identity !== '' && identifyProcess(driver.pid) === driver.identity,
        processes: openProcessBook(join(folder, 'processes')).running(),
      },
    ];
  });
}

/**
 * Ends the processes of a run that has no driver any more, and removes its folder. Processes are ended only while number and
 * start are those that were entered. A run whose driver runs is left alone: gives false.
 */
export async function cleanNativeRun(run: NativeRun, clock: Clock): Promise<boolean> {
  if (identifyProcess(run.driver.pid) === run.driver.identity) return false;
  await endProcesses(clock, run.processes, 5000);
  rmSync(run.folder, { recursive: true, force: true });
  return true;
}

function readRecord(path: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}
