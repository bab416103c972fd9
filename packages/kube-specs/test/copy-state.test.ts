import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  parseShell,
  prepareShell,
  printShell,
  type Shell,
  savedStateUrl,
  saveStateShell,
} from '../src/index.ts';

// Both texts run in the machine's own /bin/sh, with its tar and cmp, on two data folders. curl copies from the first one.

let folder = '';
let open: DatabaseSync[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssc-copy-'));
  for (const name of ['bin', 'from/buckets/history/ledger', 'from/history', 'to'])
    mkdirSync(join(folder, name), { recursive: true });
  script(
    'curl',
    `[ "$*" = "-sSf -o ${folder}/to/ssc-state.tar http://from:8080/ssc-state/ssc-state.tar" ] || exit 3
exec cp ${folder}/from/history/ssc-state/ssc-state.tar ${folder}/to/ssc-state.tar`,
  );
  script(
    'stellar-core',
    `case "$1" in
  new-db) echo genesis > ${folder}/to/stellar.db; mkdir -p ${folder}/to/buckets; echo x > ${folder}/to/buckets/bucket-0.xdr ;;
  new-hist) mkdir ${folder}/to/history ;;
esac`,
  );
});
afterEach(() => {
  for (const database of open) database.close();
  open = [];
  rmSync(folder, { recursive: true });
});

function script(name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

function runShell(shell: Shell, where: 'from' | 'to') {
  const text = printShell(shell).replaceAll('/data', `${folder}/${where}`);
  const { status, stderr } = spawnSync('/bin/sh', ['-c', text], {
    encoding: 'utf8',
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, POD_NAME: 'p-0', DATA_ID: 'run-core-g1' },
  });
  return { status, stderr };
}

/** A database that a node holds open: what it wrote last is in its log alone. */
function database(name: string, ...ledgers: readonly number[]): DatabaseSync {
  const made = new DatabaseSync(join(folder, 'from', name));
  made.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE ledgers (num);');
  for (const num of ledgers) made.exec(`INSERT INTO ledgers VALUES (${num})`);
  open.push(made);
  return made;
}
const ledgersIn = (name: string): unknown[] => {
  const copy = new DatabaseSync(join(folder, 'to', name));
  const rows = copy.prepare('SELECT num FROM ledgers').all();
  copy.close();
  return rows.map((row) => row['num']);
};

const copyOf = savedStateUrl('http://from:8080');
const copy = (): ReturnType<typeof runShell> =>
  runShell(prepareShell({ newDb: true, newHist: ['local'], copyOf }), 'to');

test('tables that a node writes to, and buckets with what is to be published, become those of another', () => {
  database('stellar.db', 1, 2, 3);
  database('stellar-misc.db', 7);
  writeFileSync(join(folder, 'from/buckets/bucket-1.xdr'), 'one');
  writeFileSync(join(folder, 'from/buckets/history/ledger/00.xdr.gz.dirty'), 'two');

  expect(runShell(saveStateShell(), 'from')).toEqual({ status: 0, stderr: '' });
  // Only what is whole is served.
  expect(readdirSync(join(folder, 'from/history/ssc-state'))).toEqual(['ssc-state.tar']);

  expect(copy()).toEqual({ status: 0, stderr: '' });
  expect(ledgersIn('stellar.db')).toEqual([1, 2, 3]);
  expect(ledgersIn('stellar-misc.db')).toEqual([7]);
  expect(readdirSync(join(folder, 'to/buckets'))).toEqual(['bucket-1.xdr', 'history']);
  const queued = join(folder, 'to/buckets/history/ledger/00.xdr.gz.dirty');
  expect(readFileSync(queued, 'utf8')).toBe('two');
  expect(readdirSync(join(folder, 'to')).sort()).toEqual(
    ['buckets', 'history', 'ssc-data-id', 'stellar-misc.db', 'stellar.db'].sort(),
  );
});

test('a node without a second database and without logs', () => {
  writeFileSync(join(folder, 'from/stellar.db'), 'state of a simulated node');
  expect(runShell(saveStateShell(), 'from').status).toBe(0);
  expect(copy().status).toBe(0);
  expect(readFileSync(join(folder, 'to/stellar.db'), 'utf8')).toBe('state of a simulated node');
  expect(existsSync(join(folder, 'to/stellar-misc.db'))).toBe(false);
});

test('saving again replaces what was saved', () => {
  const node = database('stellar.db', 1);
  runShell(saveStateShell(), 'from');
  node.exec('INSERT INTO ledgers VALUES (2)');
  expect(runShell(saveStateShell(), 'from').status).toBe(0);
  copy();
  expect(ledgersIn('stellar.db')).toEqual([1, 2]);
});

test('a log that was begun anew while the database was copied is noticed, and nothing is served', () => {
  database('stellar.db', 1, 2);
  // The log is copied, then the node moves it into its database and begins another, then the database is copied.
  script(
    'cp',
    `/bin/cp "$@"
case "$1" in *.db) printf 'another log, with another beginning' > "$1-wal" ;; esac`,
  );
  expect(runShell(saveStateShell(), 'from').status).toBe(1);
  expect(existsSync(join(folder, 'from/history/ssc-state/ssc-state.tar'))).toBe(false);
});

test('a bucket that goes while it is copied is noticed', () => {
  database('stellar.db', 1);
  script('tar', `echo 'tar: buckets/bucket-1.xdr: File removed before we read it' >&2; exit 1`);
  const { status, stderr } = runShell(saveStateShell(), 'from');
  expect(status).toBe(1);
  expect(stderr).toContain('File removed before we read it');
});

test('a state that was never saved ends the preparation, and the id is not written', () => {
  script('curl', `echo 'curl: (22) The requested URL returned error: 404' >&2; exit 22`);
  expect(copy()).toEqual({
    status: 22,
    stderr: 'curl: (22) The requested URL returned error: 404\n',
  });
  expect(existsSync(join(folder, 'to/ssc-data-id'))).toBe(false);
});

test('both texts are in the grammar that is read again', () => {
  for (const shell of [saveStateShell(), prepareShell({ newDb: true, newHist: [], copyOf })])
    expect(parseShell(printShell(shell))).toEqual(shell);
});
