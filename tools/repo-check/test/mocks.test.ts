import { expect, test } from 'vitest';
import { renderFinding } from '../src/finding.ts';
import { checkMocks } from '../src/mocks.ts';
import { moduleAt } from './modules.ts';

/** What is found in a test file. */
const check = (text: string): string[] =>
  checkMocks(moduleAt('packages/tx/test/a.test.ts', text)).map(renderFinding);

test('a mock of a module, with what is wrong about it', () => {
  const text =
    "import { test, vi } from 'vitest';\nvi.mock('../src/pay.ts', () => ({ pay: () => 1 }));\ntest('pays', () => vi.doMock('../src/pay.ts'));\n";
  expect(check(text)).toMatchInlineSnapshot(`
    [
      "packages/tx/test/a.test.ts:2: vi.mock is not used: test files share their modules ("isolate: false" in vitest.shared.ts), so that a mock is missed by whoever has the module already, and met by files that come later; what differs in a test comes as an argument",
      "packages/tx/test/a.test.ts:3: vi.doMock is not used: test files share their modules ("isolate: false" in vitest.shared.ts), so that a mock is missed by whoever has the module already, and met by files that come later; what differs in a test comes as an argument",
    ]
  `);
});

test.each([
  ['by another name', "import { vi as v } from 'vitest'; v.mock('./a.ts');"],
  ['by its long name', "import { vitest } from 'vitest'; vitest.doMock('./a.ts');"],
  ['by all of vitest', "import * as all from 'vitest'; all.vi.mock('./a.ts');"],
  ['by a text', "import { vi } from 'vitest'; vi['mock']('./a.ts');"],
  ['handed on', "import { vi } from 'vitest'; export const replace = vi.doMock;"],
])('called %s', (_how, text) => {
  expect(check(text)).toEqual([expect.stringContaining('packages/tx/test/a.test.ts:1: vi.')]);
});

test.each([
  [
    'what vitest offers beside',
    "import { vi } from 'vitest'; vi.fn().mock.calls; vi.stubEnv('A', 'b');",
  ],
  ['a mock of somebody else', "import { vi } from './own.ts'; vi.mock('a'); tool.doMock();"],
  ['a word about it', "import { vi } from 'vitest'; const text = 'vi.mock(1)'; // vi.mock(1)"],
])('%s is no mock of a module', (_what, text) => {
  expect(check(text)).toEqual([]);
});
