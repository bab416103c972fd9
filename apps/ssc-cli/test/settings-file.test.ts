import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { staged } from '../../../tools/staged.ts';
import { option } from '../src/options/option-row.ts';
import { text } from '../src/options/option-type.ts';
import { renderConfig } from '../src/options/show-config.ts';

/** The program in a folder; gives what it prints. */
async function runIn(folder: string, ...words: readonly string[]): Promise<string> {
  const tool = join(await staged('ssc-cli'), 'bin/ssc.js');
  const { SSC_NAMESPACE: _namespace, ...env } = process.env;
  const child = spawn(process.execPath, [tool, ...words], {
    cwd: folder,
    env: { ...env, SSC_HISTORY_IMAGE: 'nginx:1.28' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const channel of [child.stdout, child.stderr])
    channel.on('data', (part: Buffer) => {
      printed += part.toString();
    });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(`${code}\n${printed}`));
  });
}

test('the nearest ssc.toml above the working folder is read, and one that is named instead', async () => {
  const root = mkdtempSync(join(tmpdir(), 'ssc-toml-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const deep = join(root, 'team/nightly');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(root, 'ssc.toml'), 'namespace = "too-far"\n');
  writeFileSync(join(root, 'team/ssc.toml'), 'namespace = "team"\nkubeconfig = "secret/config"\n');
  writeFileSync(join(root, 'other.toml'), '# mine\nnamespace = "other"\n');
  const lines = async (...words: readonly string[]): Promise<string[]> =>
    (await runIn(deep, 'mission', 'BootAndSync', ...words, '--show-config'))
      .split('\n')
      .map((line) => line.replaceAll(/ {2,}/gu, '  '))
      .filter((line) => /^\d|^--(namespace|kubeconfig|history-image) /u.test(line));
  expect(await lines()).toEqual([
    '0',
    '--kubeconfig  ../secret/config  ../ssc.toml:2:1',
    '--namespace  team  ../ssc.toml:1:1',
    '--history-image  nginx:1.28  SSC_HISTORY_IMAGE',
  ]);
  expect(await lines('--config', '../../other.toml')).toContain(
    '--namespace  other  ../../other.toml:2:1',
  );
});

test('--show-config shows no value of an option that is secret', () => {
  const rows = {
    password: option(text('<text>'), { about: 'a password', group: 'What', secret: true }),
  };
  const given = new Map([
    ['password', { text: 'hunter2', from: 'environment' as const, place: 'SSC_PASSWORD' }],
  ]);
  const input = { args: [], options: {}, given, missions: [], params: new Map<string, never>() };
  expect(renderConfig(rows, input)).toBe('--password  …redacted  SSC_PASSWORD\n');
});
