import { renderError, type SscError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { createVirtualClock, type Look, type WaitOptions, waitUntil } from '../src/index.ts';

/** Runs one wait on a virtual clock; gives its value, or the text of its error, and the virtual seconds it took. */
async function wait(
  options: Partial<WaitOptions>,
  look: (seconds: number, signal: AbortSignal) => Look<string> | Promise<Look<string>>,
) {
  const clock = createVirtualClock({ start: 0 });
  return clock.run(async () => {
    const result = await waitUntil(
      clock,
      { what: 'ledger 5 of core-0', within: '10s', ...options },
      async (signal) => look(clock.now() / 1000, signal),
    ).catch((error: SscError) => renderError(error));
    return { result, seconds: clock.now() / 1000 };
  });
}

const not = (saw: string, progress?: number): Look<string> => ({
  done: false,
  saw,
  ...(progress !== undefined && { progress }),
});

describe('waitUntil', () => {
  test('returns the value as soon as a look has it', async () => {
    expect(await wait({}, (s) => (s >= 3 ? { done: true, value: 'yes' } : not('no')))).toEqual({
      result: 'yes',
      seconds: 3,
    });
  });

  test('looks before its pause is over when something has changed, once for changes that come together', async () => {
    const clock = createVirtualClock({ start: 0 });
    const looks: number[] = [];
    await clock.run(async () => {
      let changed: (() => void) | undefined;
      const change = async (): Promise<void> => {
        for (const at of [2300, 2310, 2320, 2330, 4900]) {
          await clock.sleep(at - clock.now());
          changed?.();
        }
      };
      await Promise.all([
        change(),
        waitUntil(
          clock,
          {
            what: 'a change',
            within: '10s',
            onChange: (listener) => {
              changed = listener;
              return () => {
                changed = undefined;
              };
            },
          },
          async () => {
            looks.push(clock.now());
            return looks.length === 7 ? { done: true, value: 'yes' } : not('nothing');
          },
        ),
      ]);
      expect(changed, 'nobody listens any more').toBeUndefined();
    });
    expect(looks).toEqual([0, 1000, 2000, 2300, 2400, 3400, 4400]);
  });

  test('an abort ends a pause that a change could end, with the reason', async () => {
    const ending = new AbortController();
    const clock = createVirtualClock({ start: 0 });
    const waiting = clock.run(async () => {
      const wait = waitUntil(
        clock,
        { what: 'a change', within: '10s', signal: ending.signal, onChange: () => () => {} },
        async () => not('nothing'),
      );
      await Promise.all([clock.sleep(500).then(() => ending.abort(new Error('enough'))), wait]);
    });
    await expect(waiting).rejects.toThrow('enough');
  });

  test('ends at the deadline and says what it saw last', async () => {
    expect(await wait({}, (s) => not(`ledger ${Math.min(2, s)}`))).toMatchInlineSnapshot(`
      {
        "result": "✖ SSC_WAIT_ENDED  ledger 5 of core-0 did not happen within 10s
        Asked       11 times in 10s; the last answer is 0ms old
        Last saw    ledger 2",
        "seconds": 10,
      }
    `);
  });

  test('with progress the deadline runs only while it stands still', async () => {
    const { result, seconds } = await wait({}, (s) =>
      not(`ledger ${Math.min(30, s)}`, Math.min(30, s)),
    );
    expect(seconds).toBe(40);
    expect(result).toContain('Progress    none for 10s');
    expect(await wait({}, (s) => (s >= 100 ? { done: true, value: 'late' } : not('', s)))).toEqual({
      result: 'late',
      seconds: 100,
    });
  });

  test('progress that goes back and forth does not count', async () => {
    expect((await wait({}, (s) => not('', s % 3))).seconds).toBe(12);
  });

  test('a look that never answers ends with the deadline, its signal aborted', async () => {
    let aborted = false;
    const { result, seconds } = await wait({}, (s, signal) => {
      if (s < 4) return not('ledger 1');
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise(() => {});
    });
    expect(seconds).toBe(10);
    expect(aborted).toBe(true);
    expect(result).toContain('Unanswered    the last question, for 6s');
    expect((await wait({}, () => new Promise(() => {}))).result).toContain('no answer ever came');
  });

  test('what a look throws ends the wait at once', async () => {
    const { result, seconds } = await wait({}, () => Promise.reject(new Error('the pod is gone')));
    expect(result).toContain('the pod is gone');
    expect(seconds).toBe(0);
  });

  test('an abort ends it with the reason', async () => {
    const abort = new AbortController();
    const { result, seconds } = await wait({ signal: abort.signal }, (s) => {
      if (s === 2) abort.abort(new Error('interrupted'));
      return not('');
    });
    expect(result).toContain('interrupted');
    expect(seconds).toBe(2);
    const hanging = new AbortController();
    const second = await wait({ signal: hanging.signal }, () => {
      hanging.abort(new Error('interrupted while asking'));
      return new Promise(() => {});
    });
    expect(second.result).toContain('interrupted while asking');
  });
});
