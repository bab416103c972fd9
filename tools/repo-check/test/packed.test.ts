import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../src/repository.ts';
import { packageOf } from './modules.ts';

/** Looks at a repository of one package, `tx`, that consists of these files. */
function pack(
  manifest: object,
  files: Readonly<Record<string, string>>,
): { status: number | null; stdout: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssc-packed-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  write('package.json', '{ "private": true }');
  write('pnpm-workspace.yaml', 'packages: [packages/*]');
  write('packages/tx/package.json', JSON.stringify({ version: '1.0.0', ...manifest }));
  for (const [file, text] of Object.entries(files)) write(`packages/tx/${file}`, text);
  return spawnSync(process.execPath, [path.join(root, 'tools/repo-check/bin/packed.ts'), folder], {
    encoding: 'utf8',
  });
}

const { manifest } = packageOf('tx');
const readme =
  "# @ssc/tx\n\nIt pays.\n\n```ts\nimport { pay } from '@ssc/tx';\n\nconst paid: number = pay();\n```\n";
const sound = {
  'dist/index.js': 'export const pay = () => 1;\n',
  'dist/index.d.ts': 'export declare const pay: () => number;\n',
  'src/index.ts': 'export const pay = (): number => 1;\n',
  'README.md': readme,
};

test('a sound package', () => {
  const { status, stdout } = pack(manifest, sound);
  expect(stdout).toBe('1 packages and 1 examples as packed: no problem\n');
  expect(status).toBe(0);
});

test('a package whose types are missing, and whose code is not what its sources are', () => {
  const { 'dist/index.d.ts': _types, ...untyped } = sound;
  const { status, stdout } = pack(manifest, {
    ...untyped,
    'dist/index.js': 'export const buy = 1;\n',
  });
  expect(status).toBe(1);
  expect(stdout).toContain('publint tx\n');
  expect(stdout).toContain(
    'pkg.exports["."].types is ./dist/index.d.ts but the file does not exist',
  );
  expect(stdout).toContain('arethetypeswrong tx\n');
  expect(stdout).toContain("does not provide an export named 'pay'");
  expect(stdout).toMatch(/1 packages and 1 examples as packed: \d with problems\n$/);
});
