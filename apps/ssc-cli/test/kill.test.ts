import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { staged } from '../../../tools/staged.ts';

test('kill -9 loses no event that was told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // So often that it is under way whenever it is killed.
  const child = spawn(
    process.execPath,
    [
      join(await staged('ssc-cli'), 'bin/ssc.js'),
      ...['mission', 'SimplePayment', '--provider', 'simulated', '--seed', '1', '--json'],
      ...['--destination', folder, '--repeat', '1000'],
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
  const told = Map.groupBy(
    printed
      .slice(0, printed.lastIndexOf('\n'))
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly run: string }),
    ({ run }) => run,
  );
  const folders = readdirSync(folder);
  let count = 0;
  for (const [run, events] of told) {
    const name = folders.find((one) => one.endsWith(run)) ?? '';
    const lines = readFileSync(join(folder, name, 'events.jsonl'), 'utf8').split('\n');
    // Written before it is printed: what the killed process may have written beyond is whole, too.
    expect(lines.filter(Boolean).map((line) => JSON.parse(line) as object)).toEqual([
      ...events.map(({ run: _run, ...event }) =>
        'mission' in event ? { ...event, run: _run } : event,
      ),
      ...lines
        .filter(Boolean)
        .slice(events.length)
        .map(() => expect.anything()),
    ]);
    count += events.length;
  }
  expect(count).toBeGreaterThan(5);
});
