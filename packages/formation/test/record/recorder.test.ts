import type { VirtualClock } from '@ssc/clock';
import { createBasePrograms, type KubeLocal } from '@ssc/kube-local';
import type { Program } from '@ssc/process';
import { describe, expect, test } from 'vitest';
import type { KubeApi } from '../../src/index.ts';
import { Recorder, type RecorderOptions } from '../../src/record/recorder.ts';
import { createLocalCluster } from '../kube/local-cluster.ts';
import { namespace, podWith, watchPod } from '../pods/one-pod.ts';

const pod = podWith(
  ...['history', 'postgres'].map((name) => ({
    name,
    image: 'core:1',
    command: ['sleep', '3600'],
  })),
);

/** Writes numbered lines for ever, `perSecond` of `length` characters; each start has a letter of its own. */
function writer(perSecond: number, length: number): { program: Program; written: string[] } {
  const written: string[] = [];
  return {
    written,
    program: async (self) => {
      const start = written.push('') - 1;
      for (let line = 0; ; line++) {
        const text = `${'abcdef'[start]} ${line} ${'x'.repeat(length)}\n`;
        written[start] += text;
        self.stdout(text);
        await self.clock.sleep(1000 / perSecond);
      }
    },
  };
}

/** Records a pod while `act` goes on; gives the files, what could not be saved, and what the container wrote. */
async function record(
  act: (clock: VirtualClock, cluster: KubeLocal) => Promise<void>,
  {
    perSecond = 10,
    length = 40,
    follows = true,
    over = (_kube: KubeApi): Partial<RecorderOptions> => ({}),
  } = {},
) {
  const { program, written } = writer(perSecond, length);
  const programs = { ...createBasePrograms(), 'stellar-core': program };
  const { clock, kube, cluster } = createLocalCluster({
    images: [{ pattern: 'core:*', programs }],
  });
  const files = new Map<string, string>();
  return clock.run(async () => {
    const pods = await watchPod({ kube, clock });
    const recorder = new Recorder(
      {
        ...{ kube, clock, namespace, run: 'run', pods, secrets: [], configs: () => new Map() },
        nodes: ['core-0'],
        running: () => [],
        created: () => [],
        dataFile: async () => undefined,
        files: {
          save: async (path, content) => void files.set(path, String(content)),
          append: async (path, content) =>
            void files.set(path, `${files.get(path) ?? ''}${String(content)}`),
        },
        ...over(kube),
      },
      follows,
    );
    await kube.create(namespace, pod);
    await act(clock, cluster);
    const problems = await recorder.finish();
    pods.stop();
    await recorder.stop();
    return {
      files,
      written,
      problems: problems.map((problem) => `${problem.message}: ${problem.facts[0]?.[1]}`),
      log: (name: string) => files.get(`nodes/core-0/${name}.log`),
    };
  });
}

const kill = (cluster: KubeLocal): void =>
  cluster.faults.killContainer(namespace, 'run-core-0', 'stellar-core', { code: 139 });

describe('logs', () => {
  test('of a container that was restarted again and again are whole, each in a file of its own', async () => {
    const { log, written, problems } = await record(async (clock, cluster) => {
      for (const seconds of [7, 25, 45]) {
        await clock.sleep(seconds * 1000);
        kill(cluster);
      }
      await clock.sleep(60_000);
    });
    expect(problems).toEqual([]);
    expect(written).toHaveLength(4);
    expect(['stellar-core', 'stellar-core.2', 'stellar-core.3', 'stellar-core.4'].map(log)).toEqual(
      written,
    );
  });

  test('that nobody followed are read at the end: of the container that runs, and of the one before', async () => {
    const { log, written, problems } = await record(
      async (clock, cluster) => {
        await clock.sleep(7000);
        kill(cluster);
        await clock.sleep(30_000);
      },
      { follows: false },
    );
    expect(problems).toEqual([]);
    expect([log('stellar-core.previous'), log('stellar-core')]).toEqual(written);
  });

  test('that are rotated away while they are followed are whole on disk', async () => {
    // 1 MB a second: the cluster keeps the newest 5 to 10 MiB.
    const { log, written, problems } = await record((clock) => clock.sleep(40_000), {
      perSecond: 100,
      length: 10_000,
    });
    expect(problems).toEqual([]);
    expect(written[0]?.length).toBeGreaterThan(30 * 2 ** 20);
    expect(log('stellar-core') === written[0]).toBe(true);
  });

  test('that are rotated away while nobody could read them have a gap, which is told', async () => {
    const cut = new AbortController();
    const { log, written, problems } = await record(
      async (clock) => {
        await clock.sleep(5000);
        cut.abort(new Error('ECONNRESET'));
        await clock.sleep(60_000);
      },
      {
        perSecond: 100,
        length: 10_000,
        // Connections end after five seconds, and for a minute no new one comes about.
        over: (kube) => {
          let connections = 0;
          return {
            kube: {
              ...kube,
              followLog: (query, onText, signal) => {
                connections += 1;
                if (connections > 1) return Promise.reject(new Error('503'));
                return kube.followLog(query, onText, AbortSignal.any([signal, cut.signal]));
              },
            },
          };
        },
      },
    );
    expect(problems).toEqual([
      expect.stringMatching(
        /^a part of the log of stellar-core in core-0 could not be saved: it was rotated away after 2026-01-01T00:00:0/u,
      ),
    ]);
    const saved = log('stellar-core') ?? '';
    expect(saved).toContain('… lines are missing here: they were rotated away');
    const [before = '', after = ''] = saved.split(/…[^\n]*\n/u);
    expect(written[0]?.startsWith(before)).toBe(true);
    expect(written[0]?.endsWith(after.slice(-5000))).toBe(true);
  });
});

describe('databases', () => {
  const databases = async (config: string, over: Partial<RecorderOptions> = {}) => {
    const { files, problems } = await record((clock) => clock.sleep(3000), {
      over: () => ({
        configs: () => new Map([['core-0', `${config}\n`]]),
        dataFile: async (_node, name) =>
          name === 'stellar.db' ? Buffer.from('tables') : undefined,
        ...over,
      }),
    });
    const saved = [...files].filter(([path]) => path.includes('database'));
    return { saved, problems };
  };

  test('in files are read from the pod', async () => {
    expect(await databases('DATABASE = "sqlite3:///data/stellar.db"')).toEqual({
      saved: [['nodes/core-0/database/stellar.db', 'tables']],
      problems: [],
    });
  });

  test('in memory leave nothing, and in a server what it gives', async () => {
    const dumpTables = async () => [{ name: 'tables.sql', bytes: Buffer.from('CREATE TABLE') }];
    expect(await databases('DATABASE = "sqlite3://:memory:"', { dumpTables })).toEqual({
      saved: [],
      problems: [],
    });
    expect(await databases('DATABASE = "postgresql://dbname=a"', { dumpTables })).toEqual({
      saved: [['nodes/core-0/database/tables.sql', 'CREATE TABLE']],
      problems: [],
    });
  });

  test('one that cannot be read is told, and everything else is saved', async () => {
    const { files, problems } = await record((clock) => clock.sleep(3000), {
      over: () => ({
        configs: () => new Map([['core-0', 'DATABASE = "sqlite3:///data/stellar.db"\n']]),
        dataFile: async () => {
          throw new Error('the pod answered 502: bad gateway');
        },
      }),
    });
    expect(problems).toEqual([
      'the database of core-0 could not be saved: the pod answered 502: bad gateway',
    ]);
    expect([...files.keys()].sort()).toEqual([
      'configs/core-0.cfg',
      'kubernetes-events.jsonl',
      'nodes/core-0/history.log',
      'nodes/core-0/pod.json',
      'nodes/core-0/postgres.log',
      'nodes/core-0/stellar-core.log',
    ]);
  });

  test('of a pod whose server never came up are not asked for', async () => {
    const asked: string[] = [];
    const { problems } = await record((clock) => clock.sleep(100), {
      over: () => ({
        configs: () => new Map([['core-0', 'DATABASE = "sqlite3:///data/stellar.db"\n']]),
        dataFile: async (_node, name) => {
          asked.push(name);
          return undefined;
        },
      }),
    });
    expect([asked, problems]).toEqual([[], []]);
  });
});
