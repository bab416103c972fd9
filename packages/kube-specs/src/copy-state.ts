import { podLayout } from './layout.ts';
import type { Shell } from './shell/ast.ts';
import { allOf, ifElse, run } from './shell/build.ts';

const { data, savedState, savedStateFile } = podLayout;
const saved = `${savedState}/${savedStateFile}`;
// Beside the buckets: some tars take names of one folder only.
const tables = 'ssc-tables';

// Ledgers and settings in the first, which is there; peers, bans and consensus in the second (stellar-core: src/database).
const databases = ['stellar', 'stellar-misc'] as const;
/** The files of a database: itself, and its log, which has what was not moved into it yet. */
const filesOf = (name: string): readonly [database: string, log: string] => [
  `${name}.db`,
  `${name}.db-wal`,
];
// A log begins with these bytes; they change when it is begun anew (sqlite.org/fileformat2.html#the_write_ahead_log).
const logHead = '32';

const isFile = (path: string): Shell => run('test', '-f', path);
const whereThere = (path: string, step: Shell): Shell => ifElse(isFile(path), step);

/**
 * Saves the state of a node in its archive's folder, where the history server serves it: its tables, and its buckets with what it
 * is about to publish. Nothing is stopped for it: whoever runs it must see that no ledger closed meanwhile, and run it again
 * otherwise. A database is copied between two copies of its log, and is whole together with the second, if the log was
 * not begun anew between them.
 */
export function saveStateShell(): Shell {
  const to = `${data}/${tables}`;
  const before = `${to}/before`;
  const copies = databases.map((name, i) => {
    const [database, log] = filesOf(name);
    const copy = allOf(
      run('rm', '-f', before),
      whereThere(`${data}/${log}`, run('cp', `${data}/${log}`, before)),
      run('cp', `${data}/${database}`, `${to}/${database}`),
      whereThere(`${data}/${log}`, run('cp', `${data}/${log}`, `${to}/${log}`)),
      ifElse(
        isFile(before),
        run('cmp', '-s', '-n', logHead, before, `${to}/${log}`),
        run('test', '!', '-e', `${to}/${log}`),
      ),
    );
    return i === 0 ? copy : whereThere(`${data}/${database}`, copy);
  });
  return allOf(
    run('rm', '-rf', savedState, to),
    run('mkdir', '-p', savedState, to),
    ...copies,
    run('rm', '-f', before),
    run('tar', 'cf', `${saved}.new`, '-C', data, tables, 'buckets'),
    run('mv', `${saved}.new`, saved),
    run('rm', '-rf', to),
  );
}

/** Replaces tables and buckets by those that a node saved, which are at `url`. */
export function copyStateShell(url: string): Shell {
  const file = `${data}/${savedStateFile}`;
  return allOf(
    run('rm', '-rf', `${data}/buckets`, ...databaseFiles),
    // -S: what curl says of a failure is the only reason there is.
    run('curl', '-sSf', '-o', file, url),
    run('tar', 'xof', file, '-C', data),
    ...databases.flatMap(filesOf).map((name) => {
      const from = `${data}/${tables}/${name}`;
      return whereThere(from, run('mv', from, `${data}/${name}`));
    }),
    run('rm', '-rf', file, `${data}/${tables}`),
  );
}

/** Every file that a database may consist of. */
export const databaseFiles = databases.flatMap((name) =>
  ['', '-wal', '-shm', '-journal'].map((end) => `${data}/${name}.db${end}`),
);
