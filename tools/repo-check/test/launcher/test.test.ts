import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { createCheckout, repository } from './checkout.ts';

const ready = { node: '24.11.0', pnpm: '12.0.1' };

/** `./test`'s output from its last step on. */
const lastLines = (stdout: string, count = 2): string[] =>
  stdout.trimEnd().split('\n').slice(-count);

test('every step runs, and the last line counts steps and tests', async () => {
  const checkout = createCheckout(ready);
  const outcome = await checkout.run('./test');
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.stdout).toMatchInlineSnapshot(`
    "== build
    == types
    == types of the root
    == format
    == promises
    == unused code
    == packages
    Node 24.11.0: tools/repo-check/bin/packed.ts
    10 passed, 0 failed, 1 skipped
    "
  `);
  expect(checkout.calls()).toMatchInlineSnapshot(`
    [
      "node --version",
      "pnpm install --frozen-lockfile --trust-lockfile",
      "pnpm run build",
      "pnpm exec turbo run build --filter=!@ssc/cli --ui=stream --output-logs=errors-only",
      "pnpm exec turbo run typecheck --ui=stream --output-logs=errors-only",
      "pnpm exec tsc -p tsconfig.json",
      "pnpm exec biome check .",
      "pnpm exec oxlint --type-aware --quiet",
      "pnpm exec knip",
      "node tools/repo-check/bin/packed.ts",
      "pnpm exec vitest run --reporter=default --reporter=./tools/closing-line.ts",
    ]
  `);
});

test('arguments go to vitest', async () => {
  const checkout = createCheckout(ready);
  await checkout.run('./test', ['--project', 'tx', 'two words']);
  expect(checkout.calls().at(-1)).toMatch(/ --project tx two words$/);
});

test('a step that fails does not hide the others, and counts', async () => {
  const checkout = createCheckout({ ...ready, exec: { biome: 'exit 1', knip: 'exit 2' } });
  const outcome = await checkout.run('./test');
  expect(outcome.code).toBe(1);
  expect(lastLines(outcome.stdout)).toEqual([
    'failed: format, unused code',
    '8 passed, 2 failed, 1 skipped',
  ]);
  expect(checkout.calls().at(-1)).toContain('pnpm exec vitest run');
});

test('tests that fail', async () => {
  const vitest = 'echo 5 2 1 >"$SSC_TEST_COUNTS"; exit 1';
  const outcome = await createCheckout({ ...ready, exec: { vitest } }).run('./test');
  expect(outcome.code).toBe(1);
  expect(lastLines(outcome.stdout)).toEqual(['failed: tests', '12 passed, 2 failed, 1 skipped']);
});

test('a build that fails ends with a closing line too', async () => {
  const outcome = await createCheckout({ ...ready, build: 'exit 1' }).run('./test');
  expect(outcome).toMatchObject({ code: 1, stdout: '0 passed, 1 failed, 0 skipped\n' });
});

test.each([
  ['ends before it has run anything', 'exit 1', '7 passed, 1 failed, 0 skipped'],
  [
    'counts no failure but ends in one',
    'echo 9 0 0 >"$SSC_TEST_COUNTS"; exit 1',
    '16 passed, 1 failed, 0 skipped',
  ],
])('a vitest that %s', async (_case, vitest, line) => {
  const outcome = await createCheckout({ ...ready, exec: { vitest } }).run('./test');
  expect(outcome.code).toBe(1);
  expect(lastLines(outcome.stdout, 1)).toEqual([line]);
});

test('from another folder, through a link; and as CI runs it', async () => {
  const checkout = createCheckout(ready);
  symlinkSync(path.join(checkout.root, 'test'), path.join(checkout.around, 'link'));
  const linked = await checkout.run('../link', [], { cwd: path.join(checkout.root) });
  expect(lastLines(linked.stdout, 1)).toEqual(['10 passed, 0 failed, 1 skipped']);
  const ci = await checkout.run(path.join(checkout.root, '.ci/run'), [], {
    cwd: '/',
    env: { CI: 'true' },
  });
  expect(lastLines(ci.stdout, 1)).toEqual(['10 passed, 0 failed, 1 skipped']);
});

/** The machine's own npm, as a script that the running Node.js can start. */
function npmScript(): string | undefined {
  try {
    return realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
  } catch {
    return undefined; // a machine with Node.js and pnpm alone
  }
}

test.skipIf(npmScript() === undefined)(
  'npm start and npm test do the same as the scripts',
  async () => {
    const checkout = createCheckout(ready);
    const npm = (
      ...args: string[]
    ): Promise<{ code: number | null; stdout: string; stderr: string }> =>
      checkout.run(process.execPath, [npmScript() ?? '', '--no-update-notifier', ...args]);
    const start = await npm('start', '--silent', '--', 'mission', 'SimplePayment', '--seed', '7');
    expect(start.code).toBe(0);
    expect(checkout.plain(start.stdout)).toBe(
      'Node 24.11.0: CHECKOUT/apps/ssc-cli/bin/ssc.js mission SimplePayment --seed 7\n',
    );
    const tests = await npm('test');
    expect(tests.code).toBe(0);
    expect(lastLines(tests.stdout, 1)).toEqual(['10 passed, 0 failed, 1 skipped']);
  },
);

test('a real vitest: passing, failing, skipped tests, a throwing suite and files that do not load are all counted', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ssc-closing-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(
    path.join(repository, 'node_modules/vitest'),
    path.join(folder, 'node_modules/vitest'),
  );
  const write = (name: string, text: string): void =>
    writeFileSync(
      path.join(folder, name),
      `import { afterAll, describe, test } from 'vitest';\n${text}`,
    );
  write(
    'mixed.test.ts',
    `test('passes', () => {});
     test('fails', () => { throw new Error('no'); });
     test.skip('is skipped', () => {});
     test.todo('is to come');
     test('skips itself', ({ skip }) => skip());`,
  );
  write('throws.test.ts', `test('never seen', () => {}); throw new Error('at load');`);
  write('syntax.test.ts', `const = 1;`);
  write(
    'suite.test.ts',
    `describe('suite', () => { afterAll(() => { throw new Error('after'); }); test('passes', () => {}); });`,
  );
  writeFileSync(path.join(folder, 'vitest.config.js'), 'export default {};');
  const counts = path.join(folder, 'counts');
  const run = spawnSync(
    process.execPath,
    [
      path.join(repository, 'node_modules/vitest/vitest.mjs'),
      ...['run', `--root=${folder}`],
      ...['--reporter=default', `--reporter=${path.join(repository, 'tools/closing-line.ts')}`],
    ],
    {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], SSC_TEST_COUNTS: counts, CI: 'true' },
    },
  );
  expect(existsSync(counts), run.stdout + run.stderr).toBe(true);
  expect(run.status).toBe(1);
  expect(readFileSync(counts, 'utf8')).toBe('2 4 3\n');
});
