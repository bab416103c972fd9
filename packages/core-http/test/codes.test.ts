import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The texts of all TypeScript files below a folder of this package. */
const textsBelow = (folder: string): string[] => {
  const root = new URL(`../${folder}/`, import.meta.url);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, root), 'utf8'));
};

test('the whole message of every problem code is read in a test', () => {
  const codes = new Set(textsBelow('src').flatMap((text) => text.match(/'SSC_[A-Z_]+'/gu) ?? []));
  const tests = textsBelow('test').join('\n');
  const unread = [...codes]
    .map((code) => code.slice(1, -1))
    .filter((code) => !tests.includes(`✖ ${code}  `));
  expect(unread).toEqual([]);
  expect(codes.size).toBeGreaterThan(30);
});
