import { createVirtualClock, type Duration } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import type { CoreSet, Formation } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import {
  defineMission,
  type Json,
  type Mission,
  type RunEvent,
  type RunOptions,
  runMission,
} from '../src/index.ts';
import { expectValid } from './valid.ts';

/** A formation that notes what is asked of it. */
function fakeFormation(log: string[], over: Partial<Formation> = {}): Formation {
  const clockless = (name: string) => async () => void log.push(name);
  const core = {
    name: 'core',
    nodes: ['core-0'],
    waitUntilSynced: clockless('waitUntilSynced'),
    supportedProtocol: async () => 27,
  } as unknown as CoreSet;
  return {
    run: 'ssc-000001',
    sets: { core },
    claim: async () => true,
    bringUp: clockless('bringUp'),
    rejoin: clockless('rejoin'),
    addNetwork: async () => {
      throw new Error('no test needs a further network here');
    },
    runJob: async () => {
      throw new Error('no test needs a job here');
    },
    checkAtEnd: async (checks) => void log.push(`checkAtEnd ${JSON.stringify(checks)}`),
    nodes: [],
    record: () => void log.push('record'),
    snapshot: async (phase) => {
      log.push(`snapshot ${phase}`);
      return [];
    },
    journaled: [],
    journal: async (entry) => void log.push(`journal ${JSON.stringify(entry)}`),
    dump: async () => {
      log.push('dump');
      return [];
    },
    topology: () => [],
    remove: clockless('remove'),
    release: clockless('release'),
    nodeKind: () => 'real',
    builds: () => ['v27.1.0'],
    burnsDownAtMs: () => undefined,
    apiCalls: () => ({ create: 3 }),
    ...over,
  };
}

const missionOf = (run: Mission['run'], atEnd = {}): Mission =>
  defineMission('Test', {
    summary: 'Tests the runner.',
    expectedDuration: '1s',
    network: { core: { nodes: 1 } },
    atEnd,
    run,
  });

async function play(
  run: Mission['run'],
  options: {
    formation?: Partial<Formation>;
    keep?: boolean;
    atEnd?: object;
    signal?: AbortSignal;
    save?: RunOptions['save'];
    timeout?: Duration;
  } = {},
) {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const log: string[] = [];
  const events: RunEvent[] = [];
  const abort = new AbortController();
  const mission = missionOf(run, options.atEnd);
  const result = await clock.run(() =>
    runMission({
      mission,
      params: {},
      clock,
      seed: '1',
      provider: 'simulated',
      version: '0',
      run: 'ssc-000001',
      formation: fakeFormation(log, options.formation),
      keep: options.keep ?? false,
      onEvent: (event) => events.push(event),
      save: options.save ?? (async () => {}),
      signal: options.signal ?? abort.signal,
      ...(options.timeout !== undefined && {
        timeout: { after: options.timeout, end: (reason) => abort.abort(reason) },
      }),
    }),
  );
  expectValid(result, events);
  return { result, log, events, clock };
}

const broken = (summary: string) =>
  new SscError({ problem: { code: 'SSC_X' }, verdict: 'broken', summary });

describe('a mission that holds', () => {
  test('is brought up, acts, is checked, saved and removed, in this order', async () => {
    const { result, log, events } = await play(async ({ core }, { phase }) => {
      await phase('sync', () => (core as CoreSet).waitUntilSynced());
      await phase('ask', async () => ({ protocol: await (core as CoreSet).supportedProtocol() }), {
        repeatable: true,
      });
    });
    const done = (phase: string, value?: object): string =>
      JSON.stringify({ phase, startedAt: '2026-01-01T00:00:00.000Z', seconds: 0, value });
    expect(log).toEqual([
      'bringUp',
      `journal ${done('bring up')}`,
      'journal {"begun":"sync"}',
      'waitUntilSynced',
      `journal ${done('sync')}`,
      'journal {"begun":"ask"}',
      `journal ${done('ask', { protocol: 27 })}`,
      'checkAtEnd {}',
      `journal ${done('final checks')}`,
      'dump',
      'remove',
    ]);
    expect(result).toMatchObject({
      verdict: 'passed',
      nodes: 'real',
      builds: ['v27.1.0'],
      afterwards: [],
      apiCalls: { create: 3 },
    });
    expect(result.phases.map((p) => [p.name, p.outcome, p.value])).toEqual([
      ['bring up', 'done', undefined],
      ['sync', 'done', undefined],
      ['ask', 'done', { protocol: 27 }],
      ['final checks', 'done', undefined],
    ]);
    expect(events[0]).toMatchObject({ type: 'run-started', mission: 'Test', seed: '1' });
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', verdict: 'passed' });
  });

  test.each([['simulated'], ['mixed']] as const)('never passes with %s nodes', async (kind) => {
    const { result } = await play(async () => {}, { formation: { nodeKind: () => kind } });
    expect([result.verdict, result.nodes]).toEqual(['rehearsed', kind]);
  });

  test('keeps its network when asked, and leaves out checks that it says it must', async () => {
    const atEnd = { agreement: false, because: 'the halves are cut off on purpose' };
    const { log } = await play(async () => {}, { keep: true, atEnd });
    expect(log).toContain('release');
    expect(log).not.toContain('remove');
    expect(log).toContain(`checkAtEnd ${JSON.stringify(atEnd)}`);
  });
});

describe('a mission that does not', () => {
  test('has the verdict of its error, names the phase, and is saved and removed all the same', async () => {
    const { result, log } = await play(async (_network, { phase }) => {
      await phase('pay', async () => {
        throw new SscError({
          problem: { code: 'SSC_TX_RESULT' },
          verdict: 'failed',
          summary: 'refused',
          facts: [['Sent', '1']],
        });
      });
    });
    expect(result).toMatchObject({
      verdict: 'failed',
      error: { code: 'SSC_TX_RESULT', message: 'refused', phase: 'pay', facts: [['Sent', '1']] },
    });
    expect(result.phases.at(-1)).toMatchObject({ name: 'pay', outcome: 'failed' });
    expect(log.slice(-2)).toEqual(['dump', 'remove']);
  });

  test('is broken, not failed, when ssc itself throws', async () => {
    const { result } = await play(async () => {
      throw new TypeError('x is not a function');
    });
    expect(result).toMatchObject({
      verdict: 'broken',
      error: { code: 'SSC_BUG', message: 'TypeError: x is not a function' },
    });
  });

  test.each<[string, Mission['run'], string]>([
    [
      'a verb without await',
      async ({ core }, { phase }) =>
        phase('go', async () => void (core as CoreSet).waitUntilSynced()),
      'core.waitUntilSynced  was started in phase "go" and never awaited',
    ],
    [
      'one outside of phases',
      async ({ core }) => void (core as CoreSet).waitUntilSynced(),
      'core.waitUntilSynced  was started outside of any phase and never awaited',
    ],
    [
      'a phase in a phase',
      async (_n, { phase }) => phase('a', () => phase('b', async () => {})),
      'phase "b"  was begun inside phase "a"; phases follow each other',
    ],
    [
      'a value that is no JSON',
      async (_n, { phase }) =>
        void (await phase('a', async () => ({ list: [1, Number.NaN] }) as Json)),
      'phase "a"  must return JSON, since it is journaled: what it returns.list[1] is NaN',
    ],
    [
      'a value of a class',
      async (_n, { phase }) => void (await phase('a', async () => new Map() as unknown as Json)),
      'phase "a"  must return JSON, since it is journaled: what it returns is a Map',
    ],
  ])('%s is refused', async (_title, run, fact) => {
    const { result } = await play(run);
    expect(result.verdict).toBe('usage');
    expect(result.error?.facts.map((f) => f.join('  '))).toContain(fact);
  });

  test('what goes wrong afterwards is told and never hides the error', async () => {
    const failing = {
      dump: async () => [broken('no log')],
      remove: async () => Promise.reject(broken('no answer')),
    };
    const hidden = await play(
      async () =>
        Promise.reject(
          new SscError({ problem: { code: 'SSC_Y' }, verdict: 'failed', summary: 'lost' }),
        ),
      { formation: failing },
    );
    expect(hidden.result).toMatchObject({
      verdict: 'failed',
      error: { code: 'SSC_Y' },
      afterwards: [{ message: 'no log' }, { message: 'no answer' }],
    });
    const alone = await play(async () => {}, { formation: failing });
    expect(alone.result).toMatchObject({
      verdict: 'broken',
      error: { message: 'no answer' },
      afterwards: [{ message: 'no log' }],
    });
    const unsaved = await play(async () => {}, {
      formation: { dump: async () => [broken('no log')] },
    });
    expect(unsaved.result).toMatchObject({
      verdict: 'passed',
      afterwards: [{ message: 'no log' }],
    });
  });
});

describe('an interruption', () => {
  test('ends the run at once, whatever it waits for; saving is cut short, the network removed', async () => {
    const abort = new AbortController();
    const { result, log, clock } = await play(
      (_network, { phase }) =>
        phase('wait', async () => {
          abort.abort(
            new SscError({
              problem: { code: 'SSC_INTERRUPTED' },
              verdict: 'interrupted',
              summary: 'the run was ended by SIGINT',
            }),
          );
          await new Promise(() => {});
        }),
      { signal: abort.signal, formation: { dump: () => new Promise(() => {}) } },
    );
    expect(result).toMatchObject({
      verdict: 'interrupted',
      error: { message: 'the run was ended by SIGINT', phase: 'wait' },
      afterwards: [{ message: 'saving logs and last words took more than 2s and was ended' }],
    });
    expect(log.at(-1)).toBe('remove');
    expect(clock.now() - Date.UTC(2026, 0, 1)).toBe(2000);
  });
});

describe('a run that takes too long', () => {
  test('is broken, and says what was under way', async () => {
    const { result, clock, log } = await play(
      async ({ core }, { phase }) => {
        await phase('ask', async () => ({ protocol: await (core as CoreSet).supportedProtocol() }));
        await phase('sync', () => (core as CoreSet).waitUntilSynced());
      },
      {
        timeout: '90s',
        formation: {
          sets: {
            core: {
              name: 'core',
              nodes: ['core-0'],
              supportedProtocol: async () => 27,
              waitUntilSynced: () => new Promise(() => {}),
            } as unknown as CoreSet,
          },
        },
      },
    );
    expect(result.error).toMatchInlineSnapshot(`
      {
        "code": "SSC_RUN_TIMEOUT",
        "facts": [
          [
            "Phase",
            ""sync", for 1m 30s",
          ],
          [
            "Under way",
            "core.waitUntilSynced",
          ],
          [
            "Done before",
            ""bring up" (0ms), "ask" (0ms)",
          ],
        ],
        "hint": "The time comes from --timeout. On real nodes this mission takes about 1s.",
        "message": "Test was to end within 90s, and was in phase "sync"",
        "phase": "sync",
        "verdict": "broken",
      }
    `);
    expect(clock.now() - Date.UTC(2026, 0, 1)).toBe(90_000);
    expect(log.slice(-2)).toEqual(['dump', 'remove']);
  });

  test('between two phases, too', async () => {
    const { result } = await play(() => new Promise(() => {}), { timeout: '1s' });
    expect(result.error?.message).toMatchInlineSnapshot(
      `"Test was to end within 1s, and was between two phases"`,
    );
    expect(result.verdict).toBe('broken');
  });

  test('one that ends in time knows nothing of it', async () => {
    const { result } = await play(async () => {}, { timeout: '1s' });
    expect(result.verdict).toBe('passed');
  });
});
