import { readFile } from 'node:fs/promises';
import { SscError } from '@ssc/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createRandom,
  createVirtualClock,
  type VirtualClock,
  watchAsyncResources,
} from '../src/index.ts';

const start = Date.UTC(2026, 0, 1);
const make = () => createVirtualClock({ start });
const realDelay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('order', () => {
  test('timers fire by instant, then by the order of asking', async () => {
    const clock = make();
    const log: string[] = [];
    await clock.run(async () => {
      clock.timer(20, () => log.push('c'));
      clock.timer(10, () => log.push('a'));
      clock.timer(10, () => log.push('b'));
      clock.timer(15, () => log.push('never')).cancel();
      await clock.sleep(30);
    });
    expect(log).toEqual(['a', 'b', 'c']);
    expect(clock.now()).toBe(start + 30);
    expect(clock.fired).toBe(4);
  });

  test('all that follows from one timer ends before the next of the same instant fires', async () => {
    const clock = make();
    const log: string[] = [];
    await clock.run(async () => {
      const chain = async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve();
        process.nextTick(() => log.push('chain of the first'));
      };
      clock.timer(10, () => void chain());
      clock.timer(10, () => log.push('second'));
      await clock.sleep(11);
    });
    expect(log).toEqual(['chain of the first', 'second']);
  });

  test('property: any set of timers fires sorted and stable', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 60 }), async (delays) => {
        const clock = make();
        const fired: [number, number][] = [];
        await clock.run(async () => {
          delays.forEach((ms, i) => {
            clock.timer(ms, () => fired.push([ms, i]));
          });
          await clock.sleep(51);
        });
        expect(fired).toEqual(
          delays
            .map((ms, i) => [ms, i] as [number, number])
            .sort((a, b) => a[0] - b[0] || a[1] - b[1]),
        );
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test('an hour of one-second timers is over at once', async () => {
    const clock = make();
    await clock.run(async () => {
      for (let i = 0; i < 3600; i++) await clock.sleep(1000);
    });
    expect(clock.now() - start).toBe(3_600_000);
  });
});

describe('real work', () => {
  test('no timer fires while it is under way, and results come in the order it was begun', async () => {
    const clock = make();
    const log: string[] = [];
    await clock.run(async () => {
      clock.timer(1, () => log.push('timer'));
      await Promise.all([
        clock.real(() => realDelay(12)).then(() => log.push('slow')),
        clock.real(() => realDelay(1)).then(() => log.push('fast')),
        clock.real(() => Promise.reject(new Error('x'))).catch(() => log.push('failed')),
      ]);
      await clock.sleep(5);
    });
    expect(log).toEqual(['slow', 'fast', 'failed', 'timer']);
  });

  /** A small world: eight actors that sleep, work and tell each other, by a seed. */
  async function world(seed: string, delayMs: () => number): Promise<string[]> {
    const clock = make();
    const log: string[] = [];
    const random = createRandom(seed);
    const actor = async (name: string, dice: ReturnType<typeof createRandom>) => {
      for (let i = 0; i < 20; i++) {
        if (dice.chance(0.4)) await clock.real(() => realDelay(delayMs()));
        else await clock.sleep(dice.int(5));
        log.push(`${clock.now() - start} ${name} ${i} ${random.int(1000)}`);
      }
    };
    await clock.run(async () => {
      await Promise.all(Array.from({ length: 8 }, (_, i) => actor(`a${i}`, random.fork(`${i}`))));
    });
    return log;
  }

  test('the same seed gives the same log, whatever the real delays were', async () => {
    const quick = await world('7', () => 0);
    const jitter = createRandom('delays');
    const delayed = await world('7', () => jitter.int(4));
    expect(delayed).toEqual(quick);
    expect(quick).toHaveLength(160);
    expect(await world('8', () => 0)).not.toEqual(quick);
  });

  test('real work begun from within keeps its place', async () => {
    const clock = make();
    const text = await clock.run(() =>
      clock.real(() => readFile(new URL(import.meta.url), 'utf8')),
    );
    expect(text).toContain('keeps its place');
  });
});

describe('forks', () => {
  test('a killed fork never fires, answers or begins again; its siblings go on', async () => {
    const clock = make();
    const log: string[] = [];
    await clock.run(async () => {
      const doomed = clock.fork('doomed');
      const child = doomed.fork('child');
      const other = clock.fork('other');
      doomed.timer(10, () => log.push('doomed'));
      child.timer(10, () => log.push('child'));
      void doomed.real(() => realDelay(1)).then(() => log.push('doomed work'));
      other.timer(10, () => log.push('other'));
      doomed.kill();
      void doomed.real(async () => log.push('begun when dead'));
      expect([doomed.dead, child.dead, other.dead]).toEqual([true, true, false]);
      await clock.sleep(20);
    });
    expect(log).toEqual(['other']);
  });
});

describe('what goes wrong', () => {
  const message = async (clock: VirtualClock, main: () => Promise<unknown>) => {
    const error = await clock.run(main).catch((e: unknown) => e);
    return error instanceof SscError
      ? [error.code, error.message, ...error.facts.map((f) => f.join(': '))]
      : String(error);
  };

  test('nothing left to fire is a deadlock that names who waits', async () => {
    const clock = make();
    const never = new Promise<void>(() => {});
    expect(
      await message(clock, async () => {
        await clock.sleep(1500);
        await clock.fork('driver').awaiting('the answer to GET /info', never);
      }),
    ).toEqual([
      'SSC_DEADLOCK',
      'everyone waits and no timer is set, 1.5 s into the simulation',
      'Waiting: driver: the answer to GET /info',
    ]);
    expect(await message(make(), () => never)).toContain('Waiting: a promise that nothing names');
  });

  test('an error thrown by a timer ends the run', async () => {
    const clock = make();
    expect(
      await message(clock, async () => {
        clock.timer(1, () => {
          throw new Error('thrown in a timer');
        });
        await clock.sleep(10);
      }),
    ).toBe('Error: thrown in a timer');
  });

  test('an error of main comes out as it is', async () => {
    expect(await message(make(), () => Promise.reject(new Error('main')))).toBe('Error: main');
  });

  test('an aborted sleep rejects with the reason and takes no time', async () => {
    const clock = make();
    await clock.run(async () => {
      const abort = new AbortController();
      clock.timer(5, () => abort.abort(new Error('stop')));
      await expect(clock.sleep(100, abort.signal)).rejects.toThrow('stop');
      await expect(clock.sleep(100, abort.signal)).rejects.toThrow('stop');
      expect(clock.now()).toBe(start + 5);
    });
  });
});

describe('watchAsyncResources', () => {
  test('finds a system timer, a file and an immediate made past the clock, and where', async () => {
    const clock = make();
    const watch = watchAsyncResources();
    await clock.run(async () => {
      const handle = setTimeout(() => {}, 1000);
      clearTimeout(handle);
      setImmediate(() => {});
      await clock.sleep(10);
    });
    const found = watch.stop();
    expect(found.map((resource) => resource.type)).toEqual(['Timeout', 'Immediate']);
    expect(found[0]?.stack).toContain('virtual-clock.test.ts');
  });

  test('lets pass what goes through the clock', async () => {
    const clock = make();
    const watch = watchAsyncResources();
    await clock.run(async () => {
      await clock.real(() => realDelay(1));
      await clock.real(() => readFile(new URL(import.meta.url)));
      await clock.sleep(10);
      await new Response('body').text();
    });
    expect(watch.stop()).toEqual([]);
  });
});
