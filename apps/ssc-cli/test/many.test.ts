import { SscError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { mission, type OpenProvider } from '../src/commands/mission.ts';
import { main } from '../src/main.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';

const verdicts = (host: FakeHost): string[] =>
  [...host.files]
    .filter(([path]) => path.endsWith('/result.json'))
    .map(([, text]) => {
      const result = JSON.parse(text) as { mission: string; verdict: string; seed: string };
      return `${result.mission} ${result.seed} ${result.verdict}`;
    });

/** Runs missions through the command, on providers that `open` makes. */
async function run(
  names: readonly string[],
  options: Readonly<Record<string, string>>,
  open: OpenProvider = async (_name, seed) => simulatedProvider(seed),
  host = createFakeHost(),
) {
  const words = Object.entries({ seed: '1', ...options }).map(
    ([flag, text]) => `--${flag}=${text}`,
  );
  const code = await mission(await inputOf('mission', [...names, ...words], host), host, open);
  return { code, host, printed: host.printed(), complained: host.complained() };
}

/** What the nodes of each run said they are. */
const buildsOf = (host: FakeHost): string[] =>
  [...host.files]
    .filter(([path]) => path.endsWith('/result.json'))
    .flatMap(([, text]) => (JSON.parse(text) as { builds: readonly string[] }).builds);

const summary = (printed: string): string =>
  printed
    .slice(printed.lastIndexOf(' of ') - 1)
    .replaceAll(/ssc-[0-9a-f]{6}/gu, 'ssc-NONCE')
    .replaceAll(/ +\n/gu, '\n');

/** The suites of the file that CI reads. */
const suitesOf = (host: FakeHost): string[] =>
  [
    ...(host.files.get('ssc-runs/junit.xml') ?? '').matchAll(
      /<testsuite name="(.*?)".* failures="(\d+)" errors="(\d+)"/gu,
    ),
  ].map(([, name, failures, errors]) => `${name} failures ${failures} errors ${errors}`);

const noCluster = new SscError({
  problem: { code: 'SSC_NO_CLUSTER' },
  verdict: 'broken',
  summary: 'the cluster is away',
});

describe('several missions', () => {
  test('are all run, whatever becomes of one; failed is worse than broken', async () => {
    let opened = 0;
    const { code, host, printed } = await run(
      ['SimplePayment', 'BootAndSync', 'SimplePayment'],
      { amount: '5000 XLM' },
      async (_name, seed) => {
        opened += 1;
        if (opened === 2) throw noCluster;
        return simulatedProvider(seed);
      },
    );
    expect(code).toBe(1);
    expect(verdicts(host)).toEqual(['SimplePayment 1 failed', 'SimplePayment 1-2 failed']);
    expect(summary(printed)).toMatchInlineSnapshot(`
      "3 of 3 runs
        SimplePayment #1  failed           24.6s  ssc-runs/20261123T120000Z-SimplePayment-ssc-NONCE
                          SSC_TX_RESULT  the payment alice → bob (5000 XLM) was applied and failed: txFAILED, PAYMENT_UNDERFUNDED (alice cannot spare 5000 XLM beside its reserve)
        BootAndSync       broken
                          SSC_NO_CLUSTER  the cluster is away
        SimplePayment #2  failed           24.6s  ssc-runs/20261123T120000Z-SimplePayment-ssc-NONCE
                          SSC_TX_RESULT  the payment alice → bob (5000 XLM) was applied and failed: txFAILED, PAYMENT_UNDERFUNDED (alice cannot spare 5000 XLM beside its reserve)
      2 failed, 1 broken (simulated nodes: nothing is said about stellar-core)
      junit    ssc-runs/junit.xml
      "
    `);
    expect(suitesOf(host)).toEqual([
      'SimplePayment #1 (simulated) failures 1 errors 0',
      'BootAndSync failures 0 errors 1',
      'SimplePayment #2 (simulated) failures 1 errors 0',
    ]);
    expect(host.files.get('ssc-runs/junit.xml')).toContain('message="the cluster is away"');
  });

  test('a run that could not begin is broken, and the others are made', async () => {
    let opened = 0;
    const { code, complained } = await run(
      ['SimplePayment', 'BootAndSync'],
      {},
      async (_n, seed) => {
        opened += 1;
        if (opened === 1) throw noCluster;
        return simulatedProvider(seed);
      },
    );
    expect([code, opened]).toEqual([3, 2]);
    expect(complained).toContain('SSC_NO_CLUSTER  the cluster is away');
  });

  test('CI finds one file of a call, also of a single run, and of one that could not begin', async () => {
    const { host } = await run(['BootAndSync'], {});
    expect(buildsOf(host)).toEqual(['core-sim 0.0.0 (simulates v27.1.0)']);
    expect(suitesOf(host)).toEqual(['BootAndSync (simulated) failures 0 errors 0']);
    const away = createFakeHost();
    const asked = run(['BootAndSync'], {}, () => Promise.reject(noCluster), away);
    await expect(asked).rejects.toBe(noCluster);
    expect(suitesOf(away)).toEqual(['BootAndSync failures 0 errors 1']);
    const full = {
      ...createFakeHost(),
      write: () => Promise.reject(new Error('ENOSPC: no space left on device')),
    };
    const unwritten = run(['BootAndSync'], {}, () => Promise.reject(noCluster), full);
    await expect(unwritten).rejects.toBe(noCluster);
  });

  test('a request that makes no sense leaves no file', async () => {
    const host = createFakeHost();
    const nonsense = new SscError({
      problem: { code: 'SSC_USAGE_NONSENSE' },
      verdict: 'usage',
      summary: 'it makes no sense',
    });
    const asked = run(['BootAndSync'], {}, () => Promise.reject(nonsense), host);
    await expect(asked).rejects.toBe(nonsense);
    expect([...host.files.keys()]).toEqual([]);
  });

  test('--parallel: as many at once as said, and each line says whose it is', async () => {
    let [open, most] = [0, 0];
    const { code, printed, host } = await run(
      ['SimplePayment', 'BootAndSync'],
      { parallel: '2', repeat: '2' },
      async (_name, seed) => {
        const provider = simulatedProvider(seed);
        open += 1;
        most = Math.max(most, open);
        return {
          ...provider,
          close: async () => {
            open -= 1;
          },
        };
      },
    );
    expect([code, most, open]).toEqual([0, 2, 0]);
    const lines = printed.split('\n').slice(0, printed.split('\n').indexOf('4 of 4 runs') - 1);
    expect(lines.filter((line) => !/^\[(SimplePayment|BootAndSync) #[12]\] /u.test(line))).toEqual(
      [],
    );
    expect(verdicts(host).sort()).toEqual([
      'BootAndSync 1 rehearsed',
      'BootAndSync 1-2 rehearsed',
      'SimplePayment 1 rehearsed',
      'SimplePayment 1-2 rehearsed',
    ]);
    expect(suitesOf(host)).toEqual([
      'SimplePayment #1 (simulated) failures 0 errors 0',
      'SimplePayment #2 (simulated) failures 0 errors 0',
      'BootAndSync #1 (simulated) failures 0 errors 0',
      'BootAndSync #2 (simulated) failures 0 errors 0',
    ]);
  });

  test('a parallel run is the same run, byte by byte', async () => {
    const alone = await run(['SimplePayment'], {});
    const beside = await run(['SimplePayment', 'BootAndSync'], { parallel: '2' });
    for (const [path, text] of alone.host.files)
      if (path.includes('-SimplePayment-'))
        expect([path, beside.host.files.get(path)]).toEqual([path, text]);
  });

  test('--json tells with each event whose it is', async () => {
    const host = createFakeHost();
    await main(['mission', 'BootAndSync', '--seed', '1', '--json'], host);
    const events = host
      .printed()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { run: string });
    expect(events.length).toBeGreaterThan(8);
    expect(new Set(events.map((event) => event.run)).size).toBe(1);
  });

  test('--json of several at once is lines of JSON, with their titles: with one seed they have one name', async () => {
    const { printed } = await run(['SimplePayment', 'BootAndSync'], {
      parallel: '2',
      json: 'true',
    });
    const events = printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { title: string; run: string });
    expect(new Set(events.map(({ title }) => title))).toEqual(
      new Set(['SimplePayment', 'BootAndSync']),
    );
    expect(new Set(events.map((event) => event.run)).size).toBe(1);
  });
});

describe('--retry-broken', () => {
  const breaking =
    (times: number): OpenProvider =>
    async (_name, seed) => {
      if (times-- > 0) throw noCluster;
      return simulatedProvider(seed);
    };

  test('makes a broken run again, with a seed of its own, and says so', async () => {
    const { code, host, complained, printed } = await run(
      ['BootAndSync'],
      { 'retry-broken': '2', repeat: '2' },
      breaking(2),
    );
    expect(code).toBe(0);
    expect(verdicts(host)).toEqual([
      'BootAndSync 1-retry-2 rehearsed',
      'BootAndSync 1-2 rehearsed',
    ]);
    expect(complained).toContain('BootAndSync #1 was broken and is made again (2 of 2)');
    expect(printed).toContain('(after 2 broken)');
    expect(suitesOf(host)).toEqual([
      'BootAndSync #1 (simulated) failures 0 errors 0',
      'BootAndSync #2 (simulated) failures 0 errors 0',
    ]);
    const flaky = '<flakyError message="the cluster is away" type="SSC_NO_CLUSTER">';
    expect(host.files.get('ssc-runs/junit.xml')?.split(flaky)).toHaveLength(3);
  });

  test('makes a single run again as well, and says so in the end', async () => {
    const { code, complained, printed, host } = await run(
      ['BootAndSync'],
      { 'retry-broken': '1' },
      breaking(1),
    );
    expect(code).toBe(0);
    expect(complained).toBe(
      '✖ SSC_NO_CLUSTER  the cluster is away\nBootAndSync was broken and is made again (1 of 1)\n',
    );
    expect(summary(printed)).toMatch(
      /^1 of 1 runs\n {2}BootAndSync {2}rehearsed .*\(after 1 broken\)\n/u,
    );
    expect(host.files.get('ssc-runs/junit.xml')).toContain('<flakyError ');
  });

  test('a single run that is broken to the end has each of its tries told', async () => {
    const { code, complained, printed, host } = await run(
      ['BootAndSync'],
      { 'retry-broken': '1' },
      breaking(9),
    );
    expect(code).toBe(3);
    expect(complained.split('✖ SSC_NO_CLUSTER  the cluster is away\n')).toHaveLength(3);
    expect(printed).toContain('(after 1 broken)');
    expect(host.files.get('ssc-runs/junit.xml')).toContain('<rerunError ');
  });

  test('ends after so many', async () => {
    const { code } = await run(['BootAndSync'], { 'retry-broken': '1', repeat: '2' }, breaking(9));
    expect(code).toBe(3);
  });

  test('never makes one again that failed', async () => {
    const { code, host, printed } = await run(['SimplePayment'], {
      'retry-broken': '5',
      amount: '5000 XLM',
    });
    expect([code, verdicts(host)]).toEqual([1, ['SimplePayment 1 failed']]);
    expect(printed).not.toContain('1 of 1 runs');
  });
});

test('that all nodes were simulated stands below all verdicts, when none is a good one', async () => {
  const { printed } = await run(['SimplePayment'], { repeat: '2', amount: '5000 XLM' });
  expect(printed).toContain('\n2 failed (simulated nodes: nothing is said about stellar-core)\n');
});

test('--timeout ends a run as broken, with what was under way, and leaves its files', async () => {
  const { code, complained, host } = await run(['SimplePayment'], { timeout: '20s' });
  expect(code).toBe(3);
  expect(complained.replaceAll(/ssc-[0-9a-f]{6}/gu, 'ssc-NONCE')).toMatchInlineSnapshot(`
    "
    ✖ SSC_RUN_TIMEOUT  SimplePayment was to end within 20s, and was in phase "upgrade to the latest protocol"
      Mission        SimplePayment, phase "upgrade to the latest protocol", run ssc-NONCE
      Phase          "upgrade to the latest protocol", for 16s
      Under way      core.upgrade
      Done before    "bring up" (3.8s)
      The time comes from --timeout. On real nodes this mission takes about 2m.
    "
  `);
  expect([...host.files.keys()].filter((path) => path.includes('/configs/'))).toHaveLength(3);
});

test('a signal ends what runs and begins nothing more', async () => {
  const host = createFakeHost();
  const { code } = await run(
    ['SimplePayment', 'BootAndSync'],
    { repeat: '3' },
    async (_name, seed) => simulatedProvider(seed),
    {
      ...host,
      out: (text) => {
        host.out(text);
        if (text.includes('▸ pay')) host.signal('SIGINT');
      },
    },
  );
  expect([code, verdicts(host)]).toEqual([130, ['SimplePayment 1 interrupted']]);
  expect(host.printed()).toContain('1 of 6 runs');
  expect(host.printed()).toMatch(
    / {2}BootAndSync #3 +interrupted *\n +SSC_INTERRUPTED {2}it was not begun: SIGINT ended the call\n6 interrupted /u,
  );
  expect(suitesOf(host)).toEqual([
    'SimplePayment #1 (simulated) failures 0 errors 1',
    ...[
      'SimplePayment #2',
      'SimplePayment #3',
      'BootAndSync #1',
      'BootAndSync #2',
      'BootAndSync #3',
    ].map((title) => `${title} failures 0 errors 1`),
  ]);
});

test('a signal between two runs does not leave the call with the verdict of the first one', async () => {
  const host = createFakeHost();
  const { code } = await run(
    ['BootAndSync', 'BootAndSync'],
    {},
    async (_name, seed) => simulatedProvider(seed),
    {
      ...host,
      out: (text) => {
        host.out(text);
        if (text.includes('rehearsed, nodes: simulated')) host.signal('SIGTERM');
      },
    },
  );
  expect([code, verdicts(host)]).toEqual([143, ['BootAndSync 1 rehearsed']]);
  expect(host.printed()).toContain('\n1 rehearsed, 1 interrupted (simulated nodes');
});

describe('ssc rehearse', () => {
  test('--all rehearses every mission, a line for each', async () => {
    const host = createFakeHost();
    expect(await main(['rehearse', '--all', '--seed', '1'], host)).toBe(0);
    expect(host.complained()).toBe('');
    expect(host.printed()).toMatch(
      /^BootAndSync {2}rehearsed, \d+s of simulated time in .*, seed 1$/mu,
    );
    expect(host.printed()).toMatch(/^SimplePayment {2}rehearsed/mu);
  });

  test('shows the error of one that does not hold', async () => {
    const host = createFakeHost();
    const line = ['rehearse', 'SimplePayment', '--seed', '1', '--amount', '5000 XLM'];
    expect(await main(line, host)).toBe(1);
    expect(host.complained()).toContain('SSC_TX_RESULT');
    expect(host.printed()).toContain('SimplePayment  failed');
  });
});

describe('ssc results schema', () => {
  test.each([
    ['result', 'result.json of a run of ssc, format 1'],
    ['event', 'A line of events.jsonl of a run of ssc, format 1'],
  ])('%s', async (what, title) => {
    const host = createFakeHost();
    expect(await main(['results', 'schema', what], host)).toBe(0);
    expect(JSON.parse(host.printed())).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title,
    });
  });
});
