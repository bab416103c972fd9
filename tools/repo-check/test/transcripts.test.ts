import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { readRepository, root } from '../src/repository.ts';
import { readTranscripts, updateTranscripts } from '../src/transcripts.ts';

/** Runs a command of a document as its reader would, in a folder of its own; gives all that it prints. */
function print(command: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssc-transcript-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { stdout } = spawnSync(
    'sh',
    ['-c', `exec 2>&1; ${command.replace('./ssc', `"${root}/ssc"`)}`],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    },
  );
  return stdout.replace(
    /^(sources changed, building|installing and building \(once\)) \.\.\.\n/,
    '',
  );
}

test('what the README says that commands print is what they print (vitest --update writes it anew)', async () => {
  const readme = readRepository(root).text('README.md');
  expect(readTranscripts(readme).length).toBeGreaterThan(1);
  await expect(updateTranscripts(readme, print)).toMatchFileSnapshot(path.join(root, 'README.md'));
});

const document =
  '# A\n\n```sh\n./ssc missions\n```\n\n```text\n12 missions in 1.5s, run ssc-e76349\n```\n\n```sh\nls\n```\n';

test('a transcript with other figures stays as it is', () => {
  expect(readTranscripts(document)).toEqual([
    { command: './ssc missions', output: '12 missions in 1.5s, run ssc-e76349\n' },
  ]);
  expect(updateTranscripts(document, () => '7 missions in 20.25s, run ssc-00ff11\n')).toBe(
    document,
  );
});

test('a transcript with other words is replaced', () => {
  const updated = updateTranscripts(document, () => 'no missions $&\n');
  expect(updated).toBe(
    document.replace('12 missions in 1.5s, run ssc-e76349', () => 'no missions $&'),
  );
});
