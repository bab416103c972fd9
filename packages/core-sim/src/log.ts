import type { ProcessContext } from '@ssc/process';

/** The parts of core that log (stellar-core: src/util/LogPartitions.def). */
export const partitions = [
  'Fs',
  'SCP',
  'Bucket',
  'Database',
  'History',
  'Process',
  'Ledger',
  'Overlay',
  'Herder',
  'Tx',
  'LoadGen',
  'Work',
  'Invariant',
  'Perf',
  'Test',
] as const;

export type Partition = (typeof partitions)[number] | 'default';

export const levels = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'FATAL'] as const;
export type Level = (typeof levels)[number];

/** Writes one line, which may go on below. */
export type Log = (partition: Partition, level: Level, text: string) => void;

/** The log of one process. */
export interface Logger {
  readonly log: Log;
  /** From now on lines go to the file, and to stderr only with `console`; they carry the node's name. */
  configure(options: {
    readonly node: string;
    readonly file: string | undefined;
    readonly console: boolean;
  }): void;
  setLevel(level: Level, partition?: Partition): void;
  levelOf(partition: Partition): Level;
  /** Writes what waits to the file. */
  flush(): void;
}

/** Lines wait so long for the file, as in core; those from ERROR on do not. */
const flushMs = 1000;

/** Makes a log that, until it is configured, goes to stderr. Its first line says what is logging. */
export function createLogger(
  self: Pick<ProcessContext, 'clock' | 'files' | 'stderr'>,
  firstLine: string,
): Logger {
  let node: string | undefined;
  let file: string | undefined;
  let toStderr = true;
  let least: Level = 'INFO';
  const own = new Map<Partition, Level>();
  const render = (partition: Partition, level: Level, text: string): string => {
    const time = new Date(self.clock.now()).toISOString().slice(0, 23);
    return `${time} ${node === undefined ? '' : `${node} `}[${partition} ${level}] ${text}\n`;
  };
  let waiting: string[] = [];
  const flush = (): void => {
    if (file !== undefined && waiting.length > 0) self.files.append(file, waiting.join(''));
    waiting = [];
  };
  const write = (line: string): void => {
    if (toStderr) self.stderr(line);
    if (file === undefined) return;
    if (waiting.length === 0) self.clock.timer(flushMs, flush);
    waiting.push(line);
  };
  const levelOf = (partition: Partition): Level => own.get(partition) ?? least;
  write(render('default', 'INFO', firstLine));
  return {
    log(partition, level, text) {
      if (levels.indexOf(level) >= levels.indexOf(levelOf(partition)))
        write(render(partition, level, text));
      if (level === 'ERROR' || level === 'FATAL') flush();
    },
    configure(options) {
      ({ node } = options);
      toStderr = options.console || options.file === undefined;
      if (options.file !== undefined && options.file !== file) {
        file = options.file;
        self.files.append(file, render('default', 'INFO', firstLine));
      }
    },
    setLevel(level, partition) {
      if (partition !== undefined) own.set(partition, level);
      else {
        least = level;
        own.clear();
      }
    },
    levelOf,
    flush,
  };
}

/** The level of a text in any case; anything unknown is INFO, as in core. */
export const parseLevel = (text: string): Level =>
  levels.find((level) => level === text.toUpperCase()) ?? 'INFO';
