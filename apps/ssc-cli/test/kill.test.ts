import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';

test('kill -9 loses no event that was told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(
    process.execPath,
    [
      '--conditions=@ssc/source',
      join(import.meta.dirname, '../bin/dev.ts'),
      ...['mission', 'SimplePayment', '--provider', 'simulated', '--seed', '1', '--json'],
      ...['--destination', folder],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let printed = '';
  child.stdout.setEncoding('utf8');
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on('close', (_code, signal) => resolve(signal));
  });
  child.stdout.on('data', (text: string) => {
    printed += text;
    if (printed.includes('"phase":"create Alice and Bob"')) child.kill('SIGKILL');
  });
  expect(await ended).toBe('SIGKILL');
  const [run = ''] = readdirSync(folder);
  const lines = readFileSync(join(folder, run, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean);
  const told = printed.slice(0, printed.lastIndexOf('\n')).split('\n');
  expect(told.length).toBeGreaterThan(5);
  // Written before it is printed: what the killed process may have written beyond is whole, too.
  expect(lines.slice(0, told.length).map((line) => JSON.parse(line) as object)).toEqual(
    told.map((line) => {
      const { run: _run, ...event } = JSON.parse(line) as { run: string };
      return 'mission' in event ? { ...event, run: _run } : event;
    }),
  );
});
