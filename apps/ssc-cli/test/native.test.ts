import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { V1Pod } from '@kubernetes/client-node';
import { createSystemClock } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import { kinds } from '@ssc/formation';
import { type BookedProcess, identifyProcess, openProcessBook } from '@ssc/host';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { otherUser } from '../../../tools/other-user.ts';
import { main } from '../src/main.ts';
import { identifyCoreBinary } from '../src/native/core-binary.ts';
import type { RunHere } from '../src/native/runs-here.ts';
import { cleanNativeRun, listNativeRuns, sitesFolder } from '../src/native/site.ts';
import { createNativeProvider } from '../src/providers/native.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { openWorkshop, type Workshop } from './native-binaries.ts';
import { formationOn } from './native-formation.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const clock = createSystemClock();
const hostNow = (over: Parameters<typeof createFakeHost>[1] = {}): FakeHost =>
  createFakeHost({}, { clock, randomBytes: (count) => randomBytes(count), ...over });

/** Runs a mission with a binary; gives the exit code, and the host with what was printed and saved. */
async function run(
  mission: string,
  binary: string,
  host: FakeHost = hostNow(),
  more: readonly string[] = [],
): Promise<{ code: number; host: FakeHost; result: Result; file: (end: string) => string }> {
  const argv = ['mission', mission, '--provider', 'native', '--core-binary', binary, ...more];
  const code = await main(argv, host);
  const file = (end: string): string =>
    [...host.files].find(([path]) => path.endsWith(end))?.[1] ?? '';
  return { code, host, file, result: JSON.parse(file('/result.json') || '{}') as Result };
}

interface Result {
  readonly verdict?: string;
  readonly nodes?: string;
  readonly provider?: string;
  readonly run?: string;
  readonly seconds?: number;
  readonly error?: { readonly code: string; readonly message: string; readonly facts: string[][] };
}

/** The process of a run's only node, once there is another than the one before. */
const nodeOf = (run: string, before?: BookedProcess): Promise<BookedProcess> =>
  until(() =>
    listNativeRuns()
      .find((one) => one.run === run)
      ?.processes.find(
        ({ what, pid, identity }) =>
          what.endsWith(' run') && !(pid === before?.pid && identity === before.identity),
      ),
  );

/** The height of a node once it answers. */
async function untilAnswered(port: number): Promise<number> {
  for (;;) {
    const height = await fetch(`http://127.0.0.1:${port}/info`)
      .then((reply) => reply.json() as Promise<{ info?: { ledger: { num: number } } }>)
      .then(
        (body) => body.info?.ledger.num,
        () => undefined,
      );
    if (height !== undefined) return height;
    await clock.sleep(20);
  }
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await clock.sleep(20);
  }
}

/** A run of this machine as `ssc runs --json` has it. */
async function listedHere(run: string): Promise<unknown> {
  const host = hostNow();
  expect(await main(['runs', '--json'], host)).toBe(0);
  expect(host.complained()).toBe('no cluster is named: these are the runs on this machine\n');
  return (JSON.parse(host.printed()) as RunHere[]).find((one) => one.run === run);
}

/** A driver in a process of its own, with what it has printed. */
function drive(
  mission: string,
  binary: string,
  options: SpawnOptions = {},
  more: readonly string[] = [],
) {
  const [node, tool] = workshop.ssc;
  const folder = join(typeof options.cwd === 'string' ? options.cwd : workshop.folder, 'runs');
  const words = ['--provider', 'native', '--core-binary', binary, '--destination', folder];
  const child = spawn(node, [tool, 'mission', mission, ...words, ...more], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const channel of [child.stdout, child.stderr])
    channel?.on('data', (part: Buffer) => {
      text += part.toString();
    });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return {
    child,
    ended,
    printed: () => text,
    untilPrinted: (what: string) => until(() => (text.includes(what) ? true : undefined)),
  };
}

describe('what is refused before anything is started', () => {
  const refusal = async (...argv: readonly string[]): Promise<string> => {
    const host = hostNow();
    expect(await main(['mission', ...argv], host)).toBe(2);
    expect([...host.files.keys()]).toEqual([]);
    expect(listNativeRuns()).toEqual([]);
    return host.complained().replaceAll(workshop.folder, '<folder>');
  };
  const native = (binary: string, mission = 'SimplePayment'): Promise<string> =>
    refusal(mission, '--provider', 'native', '--core-binary', binary);

  test('a binary that is not there, is a folder, or cannot be executed', async () => {
    expect(await native(join(workshop.folder, 'nowhere'))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BINARY  --core-binary <folder>/nowhere is not there; nothing was started
        Path    <folder>/nowhere
      "
    `);
    expect(await native(workshop.folder)).toContain('is not a file; nothing was started');
    writeFileSync(join(workshop.folder, 'text'), 'no program\n');
    expect(await native(join(workshop.folder, 'text'))).toContain(
      'cannot be executed by this user; nothing was started',
    );
  });

  test('an executable that is not stellar-core', async () => {
    expect(await native(workshop.script('other', 'echo hello'))).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BINARY  --core-binary <folder>/other does not answer "version" as stellar-core does; nothing was started
        Path        <folder>/other
        Expected    exit code 0 and a line "ledger protocol version: N"
        Got         exit code 0: "hello\\n"
      "
    `);
    expect(await native(workshop.script('broken', 'kill -SEGV $$'))).toContain(
      'Got         ended by SIGSEGV: ""',
    );
  });

  test('a production build, for a mission whose phases need the commands of a test build', async () => {
    const production = workshop.script(
      'production',
      'case $1 in version) printf "stellar-core 27.1.0 (abc)\\nledger protocol version: 27\\n";; help) echo "  run      run stellar-core node";; *) exit 1;; esac',
    );
    expect(await native(production)).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BINARY  SimplePayment needs a test build of stellar-core, and <folder>/production is a production build; nothing was started
        Build                   stellar-core 27.1.0 (abc)
        Phases that need one    "create Alice and Bob", "pay"
        Build stellar-core with BUILD_TESTS (./configure --enable-tests is the default), which has testacc.
      "
    `);
    const several = ['BootAndSync', 'SimplePayment', 'LoadGeneration'];
    expect(
      await refusal(...several, '--provider', 'native', '--core-binary', production),
    ).toContain(
      'SimplePayment, LoadGeneration need a test build of stellar-core, and <folder>/production is a production build; nothing was started',
    );
    const planning = hostNow();
    expect(await main(['plan', 'SimplePayment', '--core-binary', production], planning)).toBe(2);
    expect(planning.complained()).toContain(
      'Phases that need one    "create Alice and Bob", "pay"',
    );
  });

  test('two binaries the wrong way round', async () => {
    const words = ['--core-binary', workshop.oldCoreSim, '--old-core-binary', workshop.coreSim];
    expect(
      await refusal('VersionMixConsensus', '--provider', 'native', ...words),
    ).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BINARY  VersionMixConsensus mixes versions, and the older stellar-core knows protocol 27, the newer one only 26; nothing was started
        --core-binary        core-sim 0.0.0 (simulates v26.0.0): <folder>/old-stellar-core
        --old-core-binary    core-sim 0.0.0 (simulates v27.1.0): <folder>/stellar-core
        Name them the other way round.
      "
    `);
  });

  test('a protocol that the binary does not know', async () => {
    const words = ['--core-binary', workshop.oldCoreSim, '--first-protocol', '27'];
    const refused = await refusal('HistoryGenerateAndCatchup', '--provider', 'native', ...words);
    expect(refused).toMatchInlineSnapshot(`
      "✖ SSC_PROTOCOL_UNKNOWN  HistoryGenerateAndCatchup is asked for protocol 27, and stellar-core knows protocols up to 26; nothing was started
        --core-binary    core-sim 0.0.0 (simulates v26.0.0): <folder>/old-stellar-core
        Give --first-protocol 26 or lower, or a newer stellar-core.
      "
    `);
    const planning = hostNow();
    expect(await main(['plan', 'HistoryGenerateAndCatchup', ...words], planning)).toBe(2);
    expect(planning.complained().replaceAll(workshop.folder, '<folder>')).toBe(refused);
  });

  test('and a plan says what the nodes would be processes of', async () => {
    const host = hostNow();
    const words = ['--core-binary', workshop.coreSim, '--seed', '1'];
    expect(await main(['plan', 'BootAndSync', ...words], host)).toBe(0);
    expect(host.printed().replaceAll(workshop.folder, '<folder>')).toMatchInlineSnapshot(`
      "BootAndSync  Three validators start, agree on ledgers, and upgrade to the latest protocol.
      takes about 1m on real nodes
      stellar-core is core-sim 0.0.0 (simulates v27.1.0), protocol 27, a test build: <folder>/stellar-core

      Phases, as rehearsed on simulated nodes with seed 1: their times are simulated, too
        bring up                        3.8s
        sync                            2s
        upgrade to the latest protocol  16s
        final checks                    2s

      Network
        core  3 nodes

      nodes are processes of this machine, which has no quota
      "
    `);
  });

  test('no binary, a binary without a provider, a network that is kept, what only a cluster has', async () => {
    expect(await refusal('BootAndSync', '--provider', 'native')).toMatchInlineSnapshot(`
      "✖ SSC_CORE_BINARY  a run on this machine needs a stellar-core binary
        Give --core-binary PATH, for example --core-binary ~/stellar-core/src/stellar-core.
      "
    `);
    expect(await refusal('BootAndSync', '--core-binary', workshop.coreSim)).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_PROVIDER  the provider must be named, since --core-binary is given; nothing was started
        --provider simulated     simulated nodes in this process; nothing real is tested
        --provider native        a stellar-core binary on this machine
        --provider kubernetes    a real cluster
      "
    `);
    expect(
      await refusal(
        'BootAndSync',
        '--provider',
        'native',
        '--core-binary',
        workshop.coreSim,
        '--keep',
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  --keep cannot be used with --provider native: the nodes end with ssc
        ssc up starts a network that stays.
      "
    `);
    expect(
      await refusal('BootAndSync', '--provider', 'native', '--image', 'x', '--history-image', 'y'),
    ).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  a run on this machine cannot use what was given; nothing was started
        --image            has no meaning with --provider native: nodes are processes of a binary, and no cluster is used
        --history-image    has no meaning with --provider native: nodes are processes of a binary, and no cluster is used
      "
    `);
    expect(
      await refusal('BootAndSync', '--provider', 'kubernetes', '--core-binary', 'x'),
    ).toContain(
      '--core-binary    has no meaning with --provider kubernetes: nodes run from an image',
    );
  });
});

test('a machine without what stellar-core calls for its archives is refused before anything is made', async () => {
  vi.stubEnv('PATH', workshop.folder);
  const core = await identifyCoreBinary('core-binary', workshop.coreSim);
  const provider = createNativeProvider({ core }, hostNow());
  const sets = { core: { nodes: 1 } };
  const error: unknown = await provider
    .place({ mission: 'BootAndSync', sets })
    .catch((e: unknown) => e);
  await provider.close();
  expect(renderError(error).replaceAll(workshop.folder, '<folder>')).toMatchInlineSnapshot(`
    "✖ SSC_TOOL_MISSING  stellar-core reads and publishes archives by cp, curl, gzip, mkdir, which PATH does not have; nothing was started
      PATH    <folder>
      Install it, or put its folder into PATH."
  `);
  expect(listNativeRuns()).toEqual([]);
});

test('a mission that mixes versions is refused without the older binary, before anything is made', async () => {
  const core = await identifyCoreBinary('core-binary', workshop.coreSim);
  const provider = createNativeProvider({ core }, hostNow());
  const sets = { core: { nodes: 2 }, old: { nodes: 1, image: 'old' as const } };
  const error: unknown = await provider
    .place({ mission: 'VersionMixConsensus', sets })
    .catch((e: unknown) => e);
  await provider.close();
  expect(renderError(error)).toMatchInlineSnapshot(`
    "✖ SSC_OLD_IMAGE_MISSING  VersionMixConsensus mixes versions, and no older stellar-core is named; nothing was started
      Core sets of the older one    old
      Give --old-core-binary PATH beside --core-binary."
  `);
  expect(listNativeRuns()).toEqual([]);
});

test('what a driver left that had no time to end it is ended by ssc clean, and no foreign process', async () => {
  const folder = join(sitesFolder(), 'ssc-0a0b0c');
  const book = openProcessBook(join(folder, 'processes'));
  const [left, foreign] = ['left', 'foreign'].map(() =>
    spawn('/bin/sh', ['-c', 'sleep 60; :'], { detached: true, stdio: 'ignore' }),
  ) as [ChildProcess, ChildProcess];
  book.enter(left.pid ?? 0, 'ssc-0a0b0c-core-0 stellar-core run');
  // The number of a node that has ended belongs to somebody else now; and the driver's does not exist.
  writeFileSync(join(folder, 'processes', String(foreign.pid)), 'another life 42\ncore-1\n');
  const driver = { pid: 2 ** 22 + 1, identity: 'another life 41', what: 'ssc' };
  const record = { run: 'ssc-0a0b0c', mission: 'BootAndSync', startedAt: '2026-01-01T00:00:00Z' };
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, driver }));
  const ended = new Promise((resolve) => left.on('exit', (_code, signal) => resolve(signal)));
  const cleaning = hostNow();
  expect(await main(['clean', 'ssc-0a0b0c'], cleaning)).toBe(0);
  expect(cleaning.printed()).toBe('removed ssc-0a0b0c on this machine (BootAndSync, 1 process)\n');
  expect(await ended).toBe('SIGTERM');
  expect(identifyProcess(foreign.pid ?? 0)).toBeDefined();
  foreign.kill('SIGKILL');
  expect(existsSync(folder)).toBe(false);
});

test('a node has what the environment holds, and asks no proxy for archives of this machine', async () => {
  vi.stubEnv('NO_PROXY', 'example.org');
  vi.stubEnv('ASAN_OPTIONS', 'detect_leaks=0');
  vi.stubEnv('PGHOST', 'elsewhere');
  const telling = workshop.script(
    'telling',
    `[ "$1" = new-db ] && { echo "ASAN_OPTIONS=$ASAN_OPTIONS no_proxy=$no_proxy PGHOST=$PGHOST." >&2; exit 1; }\nexec "${workshop.recorded}" "$@"`,
  );
  const { host } = await run('BootAndSync', telling);
  expect(host.complained()).toContain(
    'ASAN_OPTIONS=detect_leaks=0 no_proxy=example.org,127.0.0.1 PGHOST=.',
  );
});

describe.concurrent('a mission with processes of this machine', () => {
  test('SimplePayment with core-sim is rehearsed and leaves nothing', async () => {
    const { code, host, result, file } = await run('SimplePayment', workshop.coreSim);
    expect(host.complained()).toBe('');
    expect(code).toBe(0);
    expect(result).toMatchObject({ verdict: 'rehearsed', nodes: 'simulated', provider: 'native' });
    const config = file('configs/core-0.cfg');
    const folder = `${sitesFolder()}/${result.run}/pods/${result.run}-core-0/data`;
    expect(config.replaceAll(folder, '<data>').replaceAll(result.run ?? '', '<run>')).toSatisfy(
      (text: string) =>
        [
          'DATABASE = "sqlite3://<data>/stellar.db"',
          'BUCKET_DIR_PATH = "<data>/buckets"',
          'LOG_FILE_PATH = ""',
          'ALLOW_LOCALHOST_FOR_TESTING = true',
          'put = "cp {0} <data>/history/{1}"',
        ].every((line) => text.includes(line)) && !text.includes('PUBLIC_HTTP_PORT'),
    );
    expect(config).toMatch(/^PREFERRED_PEERS = \[ "127\.0\.0\.1:\d+", "127\.0\.0\.1:\d+" \]$/mu);
    expect(config).toMatch(/^get = "curl -sf http:\/\/127\.0\.0\.1:\d+\/\{0\} -o \{1\}"$/mu);
    expect(host.printed()).toContain(
      'stellar-core is core-sim 0.0.0 (simulates v27.1.0), protocol 27',
    );
    expect(host.printed().match(/listened to on all interfaces/gu)).toHaveLength(1);
    expect(host.printed()).toContain(
      `again    ssc mission SimplePayment --provider native --core-binary=${workshop.coreSim} --seed `,
    );
    expect(existsSync(join(sitesFolder(), result.run ?? '')), 'the folder of the run').toBe(false);
  });

  test('BootAndSync with what a real trio answered passes', async () => {
    const { code, host, result, file } = await run('BootAndSync', workshop.recorded);
    expect(host.complained()).toBe('');
    expect(code).toBe(0);
    expect(result).toMatchObject({ verdict: 'passed', nodes: 'real' });
    expect(file('nodes/core-1/prepare.log')).toContain('The database has been initialized');
    expect(file('nodes/core-2/stellar-core.log')).toContain('Starting stellar-core v27.1.0');
  });

  test('a node that crashes is seen at once, with the last lines that it wrote', async () => {
    const crashing = workshop.script(
      'crashing',
      `[ "$1" = run ] && { echo "terminate called after throwing an instance of 'std::runtime_error'" >&2; kill -ABRT $$; }\nexec "${workshop.recorded}" "$@"`,
    );
    const { code, host, result } = await run('BootAndSync', crashing);
    expect(code).toBe(3);
    expect(result.error?.code).toBe('SSC_NODE_ENDED');
    expect(host.complained()).toContain(
      "terminate called after throwing an instance of 'std::runtime_error'",
    );
    expect(host.complained()).toContain('134');
  });

  test('a preparation that fails is seen at once', async () => {
    const failing = workshop.script(
      'failing',
      `[ "$1" = new-hist ] && { echo "History archive 'local' already initialized!" >&2; exit 1; }\nexec "${workshop.recorded}" "$@"`,
    );
    const { code, host, result } = await run('BootAndSync', failing);
    expect(code).toBe(3);
    expect(result.error?.code).toBe('SSC_PREPARATION_FAILED');
    expect(host.complained()).toContain("History archive 'local' already initialized!");
  });

  test('Ctrl-C ends every process', async () => {
    const printed: string[] = [];
    const host: FakeHost = hostNow({
      out: (text) => {
        printed.push(text);
        if (text.includes('▸ sync')) host.signal('SIGINT');
      },
    });
    const { code, result } = await run('BootAndSync', workshop.recorded, host);
    expect(code).toBe(130);
    expect(result.verdict).toBe('interrupted');
    expect(existsSync(join(sitesFolder(), result.run ?? ''))).toBe(false);
  });

  test('a second Ctrl-C leaves at once; nodes end by themselves, and how the rest is removed is said', async () => {
    // Nodes that are deaf to SIGTERM: until they are killed after ten seconds, the driver is there to be interrupted again.
    const deaf = workshop.script('deaf', `trap '' TERM\n"${workshop.recorded}" "$@"`);
    const driver = drive('BootAndSync', deaf);
    await driver.untilPrinted('▸ sync');
    driver.child.kill('SIGINT');
    await driver.untilPrinted('✖ sync');
    driver.child.kill('SIGINT');
    expect(await driver.ended).toBe(130);
    const mine = () => listNativeRuns().find((one) => one.driver.pid === driver.child.pid);
    const { run } = await until(mine);
    expect(driver.printed()).toContain(
      `left at once: the nodes of run ${run} end within seconds, and what is left of it is removed by: ssc clean ${run}\n`,
    );
    await until(() => (mine()?.processes.length === 0 ? true : undefined));
    expect(await main(['clean', run], hostNow())).toBe(0);
    expect(mine()).toBeUndefined();
  });

  // Where tests run as root, all others show what needs no root least of all.
  test.skipIf(otherUser === undefined)('needs no root', async () => {
    chmodSync(workshop.folder, 0o711);
    const own = join(workshop.folder, 'nobody');
    mkdirSync(own);
    chmodSync(own, 0o777);
    const driver = drive('BootAndSync', workshop.recorded, {
      ...otherUser,
      cwd: own,
      env: { ...process.env, TMPDIR: own, HOME: own },
    });
    const code = await driver.ended;
    expect(driver.printed()).toContain('BootAndSync: passed');
    expect(code).toBe(0);
  });

  test('when the driver is killed its nodes end by themselves, and what is left is found and cleaned', async () => {
    // A mission that goes on for as long as the test likes.
    const driver = drive('LoadGeneration', workshop.coreSim, {}, ['--txs', '100000']);
    await driver.untilPrinted('3 nodes answer');
    const mine = () => listNativeRuns().find((one) => one.driver.pid === driver.child.pid);
    const before = await until(mine);
    expect(before.hasDriver).toBe(true);
    expect(before.processes.map(({ what }) => what.replace(before.run, '')).sort()).toEqual([
      '-core-0 stellar-core run',
      '-core-1 stellar-core run',
      '-core-2 stellar-core run',
    ]);
    expect(await cleanNativeRun(before, clock), 'a run with a driver').toEqual([before.driver]);
    driver.child.kill('SIGKILL');
    await until(() => (mine()?.hasDriver === false ? true : undefined));
    await until(() => (mine()?.processes.length === 0 ? true : undefined));
    for (const { pid, identity } of before.processes)
      expect(identifyProcess(pid)).not.toBe(identity);
    const after = await until(mine);
    expect(readdirSync(join(after.folder, 'pods'))).toHaveLength(3);
    const listing = hostNow();
    expect(await main(['runs'], listing)).toBe(0);
    expect(listing.printed()).toContain(`lost its driver: ssc clean ${after.run}`);
    expect(await listedHere(after.run)).toEqual({
      ...{ provider: 'native', run: after.run, state: 'abandoned', mission: 'LoadGeneration' },
      ...{ startedAt: after.startedAt, folder: after.folder, driver: driver.child.pid },
      ...{ processes: [], nodes: after.nodes },
    });
    const trying = hostNow();
    expect(await main(['clean', after.run, '--dry-run'], trying)).toBe(0);
    expect(trying.printed()).toBe(
      `would remove ${after.run} on this machine (LoadGeneration, 0 processes)\n`,
    );
    const cleaning = hostNow();
    expect(await main(['clean', after.run], cleaning)).toBe(0);
    expect(cleaning.printed()).toBe(
      `removed ${after.run} on this machine (LoadGeneration, 0 processes)\n`,
    );
    expect(mine()).toBeUndefined();
  });

  test('a network that is up stays until it is taken down', async () => {
    const host = hostNow({ self: workshop.ssc });
    expect(await main(['up', '--core-binary', workshop.recorded, '--seed', '007'], host)).toBe(0);
    const run = /^end it with: ssc down (ssc-[0-9a-f]{6})$/mu.exec(host.printed())?.[1] ?? '';
    const ports = [...host.printed().matchAll(/http:\/\/127\.0\.0\.1:(\d+)\/info/gu)];
    expect(ports).toHaveLength(3);
    const info = await fetch(`http://127.0.0.1:${ports[1]?.[1]}/info`);
    expect(await info.json()).toMatchObject({
      info: { state: 'Synced!', ledger: { version: 27 } },
    });
    const archive = /archive (http:\S+)/u.exec(host.printed())?.[1];
    const state = await fetch(`${archive}.well-known/stellar-history.json`);
    expect(await state.json()).toMatchObject({ currentLedger: 0 });
    const here = listNativeRuns().find((one) => one.run === run);
    expect(here).toMatchObject({ hasDriver: true, mission: 'up' });
    expect(await listedHere(run)).toMatchObject({
      ...{ provider: 'native', state: 'driven', mission: 'up' },
      nodes: [{ node: 'core-0' }, { node: 'core-1', http: Number(ports[1]?.[1]) }, {}],
      processes: [{ what: expect.stringContaining('stellar-core run') }, {}, {}],
    });
    const asking = hostNow();
    expect(await main(['http', run, 'core-1', 'info'], asking)).toBe(0);
    expect(asking.printed()).toContain('"state" : "Synced!"');
    expect(await main(['http', run, 'core-9', 'info'], asking)).toBe(2);
    expect(asking.complained()).toContain(`run ${run} has no node "core-9"`);
    const logs = here?.nodes.map(({ log = '' }) => log) ?? [];
    expect(logs.map((log) => readFileSync(log, 'utf8').includes('Starting stellar-core'))).toEqual([
      true,
      true,
      true,
    ]);
    const reading = hostNow();
    expect(await main(['logs', run], reading)).toBe(2);
    expect(reading.complained()).toContain(`core-0    ${logs[0]}`);
    const cleaning = hostNow();
    expect(await main(['clean', run], cleaning)).toBe(0);
    expect(cleaning.printed()).toContain(`end it with: ssc down ${run}\n`);

    const ending = hostNow();
    expect(await main(['down', run], ending)).toBe(0);
    expect(ending.printed()).toBe(`${run} is down\n`);
    expect(listNativeRuns().find((one) => one.run === run)).toBeUndefined();
    for (const { pid, identity } of here?.processes ?? [])
      expect(identifyProcess(pid)).not.toBe(identity);
    const again = hostNow();
    expect(await main(['down', run], again)).toBe(2);
    expect(again.complained()).toContain(`no network of that name is up: ${run}`);
  });

  test('a network that nobody waits for any longer does not come up', async () => {
    const host: FakeHost = hostNow({
      self: workshop.ssc,
      out: (text) => {
        const [, started] = /^(ssc-\w+) starts: 2 nodes$/mu.exec(text) ?? [];
        if (started === undefined) return;
        name = started;
        host.signal('SIGINT');
      },
    });
    let name = '';
    const words = ['up', '--nodes', '2', '--core-binary', workshop.coreSim];
    expect(await main(words, host)).toBe(130);
    expect(name).toMatch(/^ssc-/u);
    expect(listNativeRuns().map(({ run }) => run)).not.toContain(name);
    expect(host.complained()).toBe('');
  });

  test('two versions are two binaries, by what a set says', async () => {
    const core = await identifyCoreBinary('core-binary', workshop.coreSim);
    const old = await identifyCoreBinary('old-core-binary', workshop.oldCoreSim);
    const provider = createNativeProvider({ core, old }, hostNow());
    expect(provider.notes().slice(0, 2)).toEqual([
      `stellar-core is ${core.build}, protocol 27, a test build: ${workshop.coreSim}`,
      `old stellar-core is ${old.build}, protocol 26, a test build: ${workshop.oldCoreSim}`,
    ]);
    const { formation } = await formationOn(provider, {
      new: { nodes: 1 },
      old: { nodes: 1, image: 'old' as const },
    });
    try {
      await formation.bringUp();
      const protocols = ['new', 'old'].map(async (set) => formation.sets[set]?.supportedProtocol());
      expect(await Promise.all(protocols)).toEqual([27, 26]);
      expect(formation.nodeKind()).toBe('simulated');
    } finally {
      await formation.remove();
      await provider.close();
    }
  });

  test('a pod that begins anew keeps its data, and its node never begins again at genesis', async () => {
    const core = await identifyCoreBinary('core-binary', workshop.coreSim);
    const provider = createNativeProvider({ core }, hostNow());
    const { formation, run } = await formationOn(provider, { core: { nodes: 1 } });
    try {
      await formation.bringUp();
      await formation.sets['core']?.waitUntilLedger(4);
      const pod = `${run}-core-0`;
      const first = await nodeOf(run);
      provider.cluster.faults.rebootPod('default', pod);
      const [address] = provider.addresses();
      const second = await nodeOf(run, first);
      const height = await untilAnswered(address?.http ?? 0);
      expect(height).toBeGreaterThanOrEqual(4);
      const log = await provider.kube.log({
        namespace: 'default',
        pod,
        container: 'prepare',
        previous: false,
      });
      expect(log).toBe(`ssc: /data holds data ${run}-core-g1, nothing to prepare\n`);

      // One that is killed is started again, as its pod says, and goes on from where it was.
      process.kill(second.pid, 'SIGKILL');
      await nodeOf(run, second);
      expect(await untilAnswered(address?.http ?? 0)).toBeGreaterThanOrEqual(height);
      const ref = { kind: kinds.pod, namespace: 'default', name: pod };
      const { status } = (await provider.kube.read<V1Pod>(ref)) ?? {};
      const container = status?.containerStatuses?.find(({ name }) => name === 'stellar-core');
      expect(container?.lastState?.terminated).toMatchObject({ exitCode: 137 });
    } finally {
      await formation.remove();
      await provider.close();
    }
  });
});
