import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRepository } from '../src/repository.ts';

/** A folder with files, ignored ones among them. */
function folder(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'ssc-files-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const files = [
    'a.ts',
    'packages/tx/package.json',
    'packages/tx/dist/index.js',
    'node_modules/x/y.js',
  ];
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '{"name":"@ssc/tx"}');
  }
  writeFileSync(path.join(root, 'image.png'), Buffer.from([137, 80, 0, 1]));
  return root;
}

test('an archive: all text files but those in folders of builds', () => {
  const { paths, packages } = readRepository(folder());
  expect([...paths]).toEqual(['a.ts', 'packages/tx/package.json']);
  expect(packages.map((one) => one.manifest.name)).toEqual(['@ssc/tx']);
});

test('a clone: what git has or would take', () => {
  const root = folder();
  execFileSync('git', ['init', '-q', root]);
  writeFileSync(path.join(root, '.gitignore'), 'node_modules/\ndist/\nchecks.xml\n');
  writeFileSync(path.join(root, 'checks.xml'), '<a/>');
  expect([...readRepository(root).paths]).toEqual([
    '.gitignore',
    'a.ts',
    'packages/tx/package.json',
  ]);
});

test('a file that is not there', () => {
  expect(() => readRepository(folder()).text('b.ts')).toThrowErrorMatchingInlineSnapshot(
    `[Error: there is no file b.ts]`,
  );
});
