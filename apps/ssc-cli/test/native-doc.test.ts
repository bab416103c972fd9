import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/native.md'), 'utf8');
const rows = page
  .slice(page.indexOf('| assumption |'), page.indexOf('## macOS'))
  .split('\n')
  .slice(2)
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split(' | ').at(-1) ?? '');

test('every assumption about the executable is pinned by tests that there are', () => {
  expect(rows.length).toBeGreaterThan(25);
  const missing = rows.flatMap((cell) => {
    const tests = [...cell.matchAll(/\*([^*]+)\*(?: \(`([^`]+\.test\.ts)`\))?/gu)];
    if (tests.length === 0) return [`no test: ${cell}`];
    return tests.flatMap(([, title = '', file = 'apps/ssc-cli/test/native.test.ts']) => {
      const path = join(root, file);
      if (!existsSync(path)) return [`no file: ${file}`];
      return readFileSync(path, 'utf8').includes(title) ? [] : [`not in ${file}: ${title}`];
    });
  });
  expect(missing).toEqual([]);
});
