import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import nodePath from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  compileExamples,
  extractExamples,
  layOutExamples,
  listInstalled,
  runExample,
  type Surroundings,
  surroundingsOf,
} from '../src/examples.ts';
import { readRepository, root } from '../src/repository.ts';

const repository = readRepository(root);

const examplesOf = (path: string): ReturnType<typeof extractExamples> =>
  repository.paths.has(path) ? extractExamples({ path, text: repository.text(path) }) : [];

/** Compiles all examples at once and runs each by itself; gives what went wrong. */
async function tryExamples(all: readonly Surroundings[]): Promise<string[]> {
  const folder = mkdtempSync(nodePath.join(tmpdir(), 'ssc-examples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = layOutExamples(root, folder, all);
  const plain = (text: string): string => text.replaceAll(`${folder}/`, '');
  const said = [compileExamples(root, folder)];
  for (const file of files) {
    said.push(runExample(file));
    if (said.length % 2 === 0) await Promise.all(said);
  }
  return (await Promise.all(said)).filter((text) => text !== '').map(plain);
}

test('the examples of all READMEs compile and run as they stand', async () => {
  const documents = [...repository.paths].filter((path) =>
    /^(README\.md|docs\/.*\.md)$/.test(path),
  );
  const all = [
    ...repository.packages.map((one) =>
      surroundingsOf(root, one, examplesOf(`${one.path}/README.md`)),
    ),
    {
      name: 'documents',
      examples: documents.flatMap(examplesOf),
      installed: listInstalled(nodePath.join(root, 'apps/ssc-cli/node_modules')),
    },
  ];
  expect(await tryExamples(all)).toEqual([]);
});

test('an example with a wrong type, one that throws and one that knows too much are found', async () => {
  const errors = repository.packages.filter((one) => one.folder === 'errors');
  const [text, message] = await tryExamples(
    errors.map((one) =>
      surroundingsOf(root, one, [
        {
          path: 'packages/errors/README.md',
          line: 7,
          code: "import { suggest } from '@ssc/errors';\n\nconst near: number = suggest('a', ['b']);\n",
        },
        { path: 'packages/errors/README.md', line: 20, code: "throw new Error('it breaks');\n" },
        { path: 'packages/errors/README.md', line: 30, code: "import '@ssc/tx';\n" },
      ]),
    ),
  );
  expect(text).toMatchInlineSnapshot(`
    "errors/packages__errors__README.md.30.ts(30,8): error TS2882: Cannot find module or type declarations for side-effect import of '@ssc/tx'.
    errors/packages__errors__README.md.7.ts(9,7): error TS2322: Type 'string | undefined' is not assignable to type 'number'.
      Type 'undefined' is not assignable to type 'number'.
    "
  `);
  expect(message).toContain('packages__errors__README.md.20.ts:20');
  expect(message).toContain('Error: it breaks');
});
