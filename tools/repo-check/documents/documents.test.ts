import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, test } from 'vitest';
import { staged } from '../../staged.ts';
import { type LocalRegistry, openLocalRegistry } from '../src/local-registry.ts';
import { bringCore, openReader } from '../src/reader.ts';
import { isDocument, readRepository, root } from '../src/repository.ts';
import {
  readFileBlocks,
  readShellBlocks,
  type ShellBlock,
  updateOutputs,
} from '../src/shell-blocks.ts';

/*
 * Every command of the documents is run: here, in a copy of this checkout, or on a cluster by e2e/real/documents.test.ts. The few
 * that nobody can run here say why, and are listed.
 */

const repository = readRepository(root);
const documents = [...repository.paths].filter(isDocument);
const blocksOf = (path: string): ShellBlock[] =>
  readShellBlocks({ path, text: repository.text(path) });
const withCommands = documents.filter((path) =>
  blocksOf(path).some(({ place }) => place === 'here'),
);

let registry: LocalRegistry;
beforeAll(async () => {
  registry = await openLocalRegistry(repository);
});

const ran = { commands: 0, documents: 0 };
afterAll(async () => {
  await registry.close();
  const all = documents.flatMap(blocksOf);
  const elsewhere = all.filter(({ place }) => place === 'elsewhere');
  const lines = [
    `${ran.commands} blocks of commands in ${ran.documents} documents run; ${all.filter(({ place }) => place === 'cluster').length} for a cluster, run by pnpm e2e`,
    ...elsewhere.map(({ path, line, why }) => `not run anywhere: ${path}:${line}, ${why}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
});

// Each in a checkout of its own, and several at once: the nodes of some take this machine's time, and little else of it.
test.concurrent.for(withCommands)(
  'the commands of %s do what it says (vitest --update writes what they print)',
  async (path, { expect }) => {
    const reader = openReader(repository, {
      ssc: await staged('ssc-cli'),
      environment: { npm_config_registry: registry.url },
    });
    try {
      if (repository.text(path).includes('~/stellar-core/'))
        bringCore(await staged('core-sim'), reader);
      const printed = new Map<number, string>();
      const files = readFileBlocks(repository.text(path));
      for (const { line, script, place } of blocksOf(path)) {
        if (place !== 'here') continue;
        for (const file of files)
          if (file.line < line) writeFileSync(`${reader.checkout}/${file.file}`, file.text);
        const { code, output } = await reader.run(script);
        expect(code, `${path}:${line} ended with ${code}\n${output}`).toBe(0);
        printed.set(line, output);
        ran.commands += 1;
      }
      ran.documents += 1;
      const updated = updateOutputs(repository.text(path), ({ line }) => printed.get(line), path);
      // Not what was edited meanwhile: only what was read is written anew.
      expect(readFileSync(`${root}/${path}`, 'utf8')).toBe(repository.text(path));
      await expect(updated).toMatchFileSnapshot(`${root}/${path}`);
    } finally {
      await reader.close();
    }
  },
);
