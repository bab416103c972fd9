import { expect, test } from 'vitest';
import { checkCircles } from '../src/circles.ts';
import { renderFinding } from '../src/finding.ts';
import { moduleAt } from './modules.ts';

/** What is found in modules of one folder, each given by its name and what it holds. */
const check = (files: Readonly<Record<string, string>>): string[] =>
  checkCircles(
    Object.entries(files).map(([name, text]) => moduleAt(`packages/tx/src/${name}.ts`, text)),
  ).map((finding) => renderFinding(finding).replaceAll('packages/tx/src/', ''));

test('modules that stand on each other, one below the next', () => {
  expect(
    check({
      top: "import { a } from './middle.ts'; import { b } from './bottom.ts';",
      middle: "export { b } from './bottom.ts'; import { z } from 'zod';",
      bottom: "import { join } from 'node:path'; export const b = join('a', 'b');",
    }),
  ).toEqual([]);
});

test.each([
  ['a value', "import { top } from './top.ts';"],
  ['a type', "import type { Top } from './top.ts';"],
  ['a type in its place', "export type Mine = import('./top.ts').Top;"],
  ['a name handed on', "export { top } from './top.ts';"],
  ['a module loaded late', "export const load = () => import('./top.ts');"],
  ['a file over its folder', "import { top } from '../src/top.ts';"],
])('the way back over %s', (_what, text) => {
  expect(check({ top: "import { low } from './low.ts';", low: text })).toEqual([
    'top.ts: imports lead in a circle: top.ts → low.ts → top.ts',
  ]);
});

test('a circle is named once, by its shortest way, and so is each module that only a longer one holds', () => {
  expect(
    check({
      a: "import './b.ts'; import './d.ts';",
      b: "import './c.ts';",
      c: "import './a.ts';",
      d: "import './b.ts'; import './a.ts';",
      alone: "import './a.ts';",
      itself: "import './itself.ts';",
    }),
  ).toEqual([
    'a.ts: imports lead in a circle: a.ts → d.ts → a.ts',
    'b.ts: imports lead in a circle: b.ts → c.ts → a.ts → b.ts',
    'itself.ts: imports lead in a circle: itself.ts → itself.ts',
  ]);
});
