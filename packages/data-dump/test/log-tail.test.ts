import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followLog, type LogSource } from '../src/index.ts';

const start = Date.UTC(2026, 0, 1);

interface Line {
  readonly atMs: number;
  readonly text: string;
}

const stamped = ({ atMs, text }: Line): string =>
  `${new Date(atMs).toISOString().replace('Z', '000001Z')} ${text}\n`;

/** A container that writes lines, whose server cuts connections and rotates the log away as it is told. */
function container(
  clock: VirtualClock,
  lines: readonly Line[],
  faults: { cut?: () => boolean; rotateAtMs?: number; piece?: () => number } = {},
): LogSource {
  const from = (since: string | undefined): Line[] =>
    lines.filter(
      (line) =>
        // The API keeps whole seconds of a time.
        line.atMs >= (since === undefined ? 0 : Math.floor(Date.parse(since) / 1000) * 1000) &&
        (faults.rotateAtMs === undefined ||
          clock.now() < faults.rotateAtMs ||
          line.atMs >= faults.rotateAtMs),
    );
  return {
    async follow(since, onText, signal) {
      const give = (text: string): void => {
        for (let rest = text; rest !== ''; ) {
          const length = faults.piece?.() ?? rest.length;
          onText(rest.slice(0, length));
          rest = rest.slice(length);
        }
      };
      let given = 0;
      const all = from(since);
      for (const line of all) {
        if (signal.aborted) return;
        if (line.atMs > clock.now()) await clock.sleep(line.atMs - clock.now(), signal);
        if (faults.cut?.() === true) {
          // In the midst of a line.
          onText(stamped(line).slice(0, 12 + given));
          throw new Error('ECONNRESET');
        }
        give(stamped(line));
        given += 1;
      }
    },
    read: async (since) =>
      from(since)
        .filter((line) => line.atMs <= clock.now())
        .map(stamped)
        .join(''),
    isOver: async () => clock.now() >= (lines.at(-1)?.atMs ?? 0),
  };
}

async function tail(
  lines: readonly Line[],
  faults: Parameters<typeof container>[2] = {},
  options: { readonly finishAtMs?: number; readonly longestBytes?: number } = {},
) {
  const clock = createVirtualClock({ start });
  return clock.run(async () => {
    let file = '';
    let writes = 0;
    const log = followLog({
      clock,
      source: container(clock, lines, faults),
      what: 'the log of stellar-core in core-0',
      write: async (text) => {
        writes += 1;
        file += text;
      },
      ...(options.longestBytes !== undefined && { longestBytes: options.longestBytes }),
    });
    await clock.sleep((options.finishAtMs ?? (lines.at(-1)?.atMs ?? start) + 60_000) - start);
    const problems = await log.finish();
    return { file, problems: problems.map((p) => p.message), writes, again: log.reconnections };
  });
}

const linesOf = (count: number, everyMs: number): Line[] =>
  Array.from({ length: count }, (_, i) => ({ atMs: start + i * everyMs, text: `line ${i}` }));

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => `${text}\n`).join('');

describe('a log that is followed', () => {
  test('is written whole, in a few writes', async () => {
    const lines = linesOf(100, 100);
    const { file, problems, writes } = await tail(lines);
    expect([file, problems]).toEqual([textOf(lines), []]);
    expect(writes).toBeLessThan(10);
  });

  test('is written while it grows: what was read is on disk after two seconds', async () => {
    const clock = createVirtualClock({ start });
    const file = await clock.run(async () => {
      let text = '';
      followLog({
        clock,
        source: container(clock, linesOf(1000, 100)),
        what: 'it',
        write: async (more) => {
          text += more;
        },
      });
      // The driver is killed here: it finishes nothing.
      await clock.sleep(50_000);
      return text;
    });
    expect(file.split('\n').length).toBeGreaterThan(470);
  });

  test('loses and repeats nothing over lost connections, whatever is cut where', async () => {
    const line = fc.record({
      // Many lines have the same time.
      gapMs: fc.constantFrom(0, 0, 0, 1, 400, 3000),
      text: fc.constantFrom('', 'a', 'b b', '2026-01-01T00:00:00Z b', '[Ledger INFO] closed 5'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), fc.string(), async (parts, seed) => {
        let atMs = start;
        const lines = parts.map(({ gapMs, text }) => {
          atMs += gapMs;
          return { atMs, text };
        });
        const dice = createRandom(seed);
        const { file, problems } = await tail(lines, {
          cut: () => dice.chance(0.15),
          piece: () => 1 + dice.int(30),
        });
        expect([file, problems]).toEqual([textOf(lines), []]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('says so when lines were rotated away while the connection was lost', async () => {
    let lines = 0;
    const { file, problems, again } = await tail(linesOf(100, 100), {
      // The connection is lost at line 20, after two seconds, and made again a second later.
      cut: () => lines++ === 20,
      rotateAtMs: start + 2500,
    });
    expect(again).toBe(1);
    expect(file).toContain(
      'line 19\n… lines are missing here: they were rotated away while the connection was lost\nline 25\n',
    );
    expect(file.endsWith('line 99\n')).toBe(true);
    expect(problems).toEqual(['a part of the log of stellar-core in core-0 could not be saved']);
  });

  test.each([0, 2500])(
    'takes nothing of the next run of its container, of which is heard %i ms late',
    async (lateMs) => {
      const clock = createVirtualClock({ start });
      const mine = linesOf(20, 100);
      const endsAtMs = start + 2000;
      const next = linesOf(40, 100).map(({ atMs, text }) => ({
        atMs: atMs + 2100,
        text: `next ${text}`,
      }));
      const now = container(clock, next);
      const source: LogSource = {
        async follow(since, onText, signal) {
          if (clock.now() < endsAtMs) return container(clock, mine).follow(since, onText, signal);
          return now.follow(since, onText, signal);
        },
        // The log of the run before this one.
        read: (since) => container(clock, mine).read(since),
        isOver: async () => clock.now() >= endsAtMs + lateMs,
      };
      const ended = await clock.run(async () => {
        let file = '';
        const log = followLog({
          clock,
          source,
          what: 'it',
          write: async (text) => {
            file += text;
          },
        });
        await clock.sleep(30_000);
        return { problems: await log.finish(), file };
      });
      expect(ended).toEqual({ problems: [], file: textOf(mine) });
    },
  );

  test('has an end: what is beyond is left out, and said', async () => {
    const { file, problems } = await tail(linesOf(100, 100), {}, { longestBytes: 70 });
    expect(file).toContain('line 8\nline 9\n… the rest is left out: more than 70 bytes\n');
    expect(problems).toEqual(['the rest of the log of stellar-core in core-0 could not be saved']);
  });

  test('is without secrets', async () => {
    const { file } = await tail([
      { atMs: start, text: 'database: postgresql://host=x password=swordfish' },
    ]);
    expect(file).toBe('database: postgresql://host=x password=…redacted\n');
  });

  test('a write that fails is told', async () => {
    const clock = createVirtualClock({ start });
    const problems = await clock.run(async () => {
      const log = followLog({
        clock,
        source: container(clock, linesOf(3, 10)),
        what: 'the log of nginx in core-0',
        write: async () => Promise.reject(new Error('ENOSPC: no space left on device')),
      });
      await clock.sleep(5000);
      return log.finish();
    });
    expect(problems[0]).toMatchObject({
      message: 'the log of nginx in core-0 could not be saved',
      facts: [['Because', 'ENOSPC: no space left on device']],
    });
  });

  test('what cannot be read at its end is told', async () => {
    const clock = createVirtualClock({ start });
    const problems = await clock.run(async () => {
      const log = followLog({
        clock,
        source: {
          ...container(clock, linesOf(3, 10)),
          read: async () => Promise.reject(new Error('the pod is gone')),
        },
        what: 'the log of nginx in core-0',
        write: async () => {},
      });
      await clock.sleep(5000);
      return log.finish();
    });
    expect(problems.map(({ message }) => message)).toEqual([
      'the end of the log of nginx in core-0 could not be saved',
    ]);
  });

  test('lines that were rotated away just before its end are told too', async () => {
    const clock = createVirtualClock({ start });
    const lines = linesOf(10, 100);
    const { file, problems } = await clock.run(async () => {
      let text = '';
      const log = followLog({
        clock,
        source: {
          async follow(_, onText, signal) {
            for (const line of lines.slice(0, 3)) onText(stamped(line));
            await clock.sleep(60_000, signal);
          },
          read: async () => lines.slice(8).map(stamped).join(''),
          isOver: async () => false,
        },
        what: 'the log of nginx in core-0',
        write: async (piece) => {
          text += piece;
        },
      });
      await clock.sleep(5000);
      return { problems: await log.finish(), file: text };
    });
    expect(file).toBe(
      'line 0\nline 1\nline 2\n' +
        '… lines are missing here: they were rotated away while the connection was lost\n' +
        'line 8\nline 9\n',
    );
    expect(problems[0]).toMatchObject({
      message: 'a part of the log of nginx in core-0 could not be saved',
      facts: [['Because', 'it was rotated away after 2026-01-01T00:00:00.200000001Z']],
    });
  });

  test('a long piece is written at once', async () => {
    const clock = createVirtualClock({ start });
    await clock.run(async () => {
      const sizes: number[] = [];
      const text = 'x'.repeat(70_000);
      const log = followLog({
        clock,
        source: container(clock, [
          { atMs: start, text },
          { atMs: start + 90_000, text: 'end' },
        ]),
        what: 'it',
        write: async (piece) => void sizes.push(piece.length),
      });
      await clock.sleep(1);
      expect(sizes).toEqual([70_001]);
      await log.stop();
      expect(sizes).toEqual([70_001]);
    });
  });
});
