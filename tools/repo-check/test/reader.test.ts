import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { openReader } from '../src/reader.ts';
import { readRepository, root } from '../src/repository.ts';

const reader = openReader(readRepository(root), { ssc: '/nowhere' });
afterAll(() => reader.close());

test('the shell stops at the first command that fails; both of its outputs are told, in order', async () => {
  const { code, output } = await reader.run('echo one; echo two >&2; false; echo three');
  expect({ code, output }).toEqual({ code: 1, output: 'one\ntwo\n' });
});

/** Whether a child has ended, be it that nobody has asked yet how. */
function hasEnded(pid: string): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}
function blockUntil(isSo: () => boolean): void {
  while (!isSo());
}

test.runIf(existsSync('/proc/self/stat'))(
  'what was printed last is told, also when its end is seen with that of another process, before there was time to read',
  async () => {
    const path = (name: string): string => `${reader.checkout}/${name}`;
    const ran = reader.run('echo $$ >pid; until [ -e go ]; do sleep 0.01; done; echo last');
    const other = spawn('echo', ['hello']);
    other.stdout.on('data', () => {
      blockUntil(() => existsSync(path('pid')) && /\n/.test(readFileSync(path('pid'), 'utf8')));
      writeFileSync(path('go'), '');
      blockUntil(() => hasEnded(readFileSync(path('pid'), 'utf8').trim()));
    });
    // Its output and its end reach this process at once.
    setImmediate(() => blockUntil(() => hasEnded(String(other.pid))));
    expect(await ran).toEqual({ code: 0, output: 'last\n' });
  },
);

test('what was started to stay holds up nothing, and ends with the reader', async () => {
  const other = openReader(readRepository(root), { ssc: '/nowhere' });
  const { code, output } = await other.run('sleep 1000 & echo $!');
  expect(code).toBe(0);
  const pid = Number(output);
  expect(() => process.kill(pid, 0)).not.toThrow();
  await other.close();
  await expect.poll(() => existsSync(`/proc/${pid}`), { interval: 5, timeout: 60_000 }).toBe(false);
});
