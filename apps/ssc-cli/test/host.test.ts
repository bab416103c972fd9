import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { otherUser } from '../../../tools/other-user.ts';
import { staged } from '../../../tools/staged.ts';
import { createHost } from '../src/host.ts';

test.each([undefined, 'somebody-else'])(
  'who this is does not hang on variables of shells: %s',
  (name) => {
    vi.stubEnv('USER', name);
    vi.stubEnv('HOSTNAME', name);
    expect(createHost().who).toBe(`${userInfo().username}@${hostname()}`);
    vi.unstubAllEnvs();
  },
);

test('a folder that is there is nobody else’s: the next one has a number', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-host-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { makeFolder } = createHost();
  const path = join(folder, 'runs/one');
  expect([makeFolder(path), makeFolder(path), makeFolder(path)]).toEqual([
    path,
    `${path}-2`,
    `${path}-3`,
  ]);
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, 'file/run'))).toThrow(/EEXIST|ENOTDIR/u);
});

test.skipIf(otherUser === undefined)('a user may have a number alone, as in a pod', async () => {
  const nobody = 54_321;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(await staged('ssc-cli'), 'bin/ssc.js'), 'runs'],
    { uid: nobody, gid: nobody, cwd: '/', env: { HOME: '/', TMPDIR: '/tmp' }, encoding: 'utf8' },
  );
  expect([status, stderr, stdout]).toEqual([
    0,
    '',
    'this machine has no runs, and no cluster is named\n',
  ]);
});
