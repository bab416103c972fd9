import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  bootedShell,
  type Preparation,
  prepareShell,
  printShell,
  type Shell,
} from '../src/index.ts';

// The printed text runs in the machine's own /bin/sh, with /data in a temporary folder and a stellar-core that says how
// it was called and does what the real one does to these files.

const preparation: Preparation = { newDb: true, newHist: ['local'], catchup: 'current/0' };
const stub = (folder: string): string => `#!/bin/sh
echo "$*" >> ${folder}/calls
case "$1" in
  new-db) echo genesis > ${folder}/data/stellar.db ;;
  new-hist)
    [ -z "$FULL" ] || exit 1
    [ ! -e ${folder}/data/history ] || { echo 'already initialized!' >&2; exit 1; }
    mkdir ${folder}/data/history ;;
  http-command) printf '%s' "$ANSWER" ;;
esac
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssc-prepare-'));
  for (const name of ['bin', 'data']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'bin/stellar-core'), stub(folder));
  chmodSync(join(folder, 'bin/stellar-core'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

function runShell(shell: Shell, env: Record<string, string> = {}): number | null {
  const text = printShell(shell).replaceAll('/data', `${folder}/data`);
  const { status } = spawnSync('/bin/sh', ['-c', text], {
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, POD_NAME: 'p-0', DATA_ID: 'run-core-g1', ...env },
  });
  return status;
}
const calls = (): string[] => {
  const file = join(folder, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};
const database = (): string => readFileSync(join(folder, 'data/stellar.db'), 'utf8');

test('an empty folder is prepared, in order, with the id last', () => {
  expect(runShell(prepareShell(preparation))).toBe(0);
  expect(calls()).toEqual([
    'new-db --conf /cfg/p-0.cfg --console',
    'new-hist local --conf /cfg/p-0.cfg --console',
    'catchup current/0 --conf /cfg/p-0.cfg --console',
  ]);
  expect(readFileSync(join(folder, 'data/ssc-data-id'), 'utf8')).toBe('run-core-g1\n');
});

test('data that carry the id are left alone: a reboot is never genesis', () => {
  runShell(prepareShell(preparation));
  writeFileSync(join(folder, 'data/stellar.db'), 'ledger 500');
  expect(runShell(prepareShell(preparation))).toBe(0);
  expect(calls()).toHaveLength(3);
  expect(database()).toBe('ledger 500');
});

test('a raised id means fresh data, and the old archive does not stand in the way', () => {
  runShell(prepareShell(preparation));
  expect(runShell(prepareShell(preparation), { DATA_ID: 'run-core-g2' })).toBe(0);
  expect(calls()).toHaveLength(6);
  expect(database()).toBe('genesis\n');
});

test('an id that only begins the same is another', () => {
  runShell(prepareShell(preparation), { DATA_ID: 'run-core-g10' });
  runShell(prepareShell(preparation), { DATA_ID: 'run-core-g1' });
  expect(calls()).toHaveLength(6);
});

test('a step that fails fails the container, skips the rest, and the next start begins anew', () => {
  expect(runShell(prepareShell(preparation), { FULL: 'yes' })).toBe(1);
  expect(existsSync(join(folder, 'data/ssc-data-id'))).toBe(false);
  expect(calls()).toHaveLength(2);
  expect(runShell(prepareShell(preparation))).toBe(0);
  expect(calls()).toHaveLength(5);
});

test('a preparation that was interrupted after a good one does not pass for it', () => {
  runShell(prepareShell(preparation));
  runShell(prepareShell(preparation), { DATA_ID: 'run-core-g2', FULL: 'yes' });
  expect(existsSync(join(folder, 'data/ssc-data-id'))).toBe(false);
});

test.each([
  ['an answer with info', '{\n   "info" : {\n   }\n}\n', 0],
  // stellar-core prints the headers too.
  ['an answer with headers', 'Content-Length: 15\r\n\r\n{ "info" : {} }\n', 0],
  ['booting', '{"error": "Core is booting, try again later"}\n', 1],
  ['nobody listening', '', 1],
])('booted: %s', (_what, answer, status) => {
  expect(runShell(bootedShell(), { ANSWER: answer })).toBe(status);
});

test('booted: an old answer does not count', () => {
  runShell(bootedShell(), { ANSWER: '{"info": {}}' });
  expect(runShell(bootedShell(), { ANSWER: '' })).toBe(1);
});
