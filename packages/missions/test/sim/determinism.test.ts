import { watchAsyncResources } from '@ssc/clock';
import { describe, expect, test } from 'vitest';
import { catalog, findMission } from '../../src/index.ts';
import { rehearse } from './world.ts';

const mission = findMission('SimplePayment');

describe('a rehearsal', () => {
  test('with the same seed is the same, line by line, whatever real work takes', async () => {
    const first = await rehearse(mission, { seed: '7' });
    const second = await rehearse(mission, { seed: '7', realDelayMs: (dice) => dice.int(6) });
    expect(second.log).toEqual(first.log);
    expect(Object.fromEntries(second.files)).toEqual(Object.fromEntries(first.files));
    const messages = first.log.filter((line) => line.includes(' message ')).length;
    const calls = first.log.filter((line) => line.includes(' call ')).length;
    console.log(
      `compared ${first.log.length} lines of two rehearsals, ${calls} API calls and ${messages} overlay messages among them, and ${first.files.size} files: equal`,
    );
    expect(calls).toBeGreaterThan(50);
    expect(messages).toBeGreaterThan(100);
  });

  test('with another seed has other keys, another name, another course', async () => {
    const [a, b] = [await rehearse(mission, { seed: '7' }), await rehearse(mission, { seed: '8' })];
    const seeds = (world: typeof a) =>
      [...world.files]
        .filter(([path]) => path.startsWith('configs/'))
        .map(([, text]) => /NODE_SEED = "(S\w+)/u.exec(text)?.[1]);
    expect(new Set([...seeds(a), ...seeds(b)]).size).toBe(6);
    expect(a.run).not.toBe(b.run);
    expect(a.log).not.toEqual(b.log);
    expect([a.result.verdict, b.result.verdict]).toEqual(['rehearsed', 'rehearsed']);
  });

  test('makes nothing asynchronous past the clock', async () => {
    const watch = watchAsyncResources();
    const { result } = await rehearse(mission);
    const found = watch.stop();
    expect(found.map((resource) => resource.stack)).toEqual([]);
    expect(result.verdict).toBe('rehearsed');
  });
});

describe('every mission', () => {
  test.each(Object.keys(catalog))(
    '%s rehearses, and the same seed is the same run',
    async (name) => {
      const [first, second] = [
        await rehearse(findMission(name)),
        await rehearse(findMission(name)),
      ];
      const { result, errorText } = first;
      expect(errorText).toBe('');
      expect([result.verdict, result.nodes, result.afterwards]).toEqual([
        'rehearsed',
        'simulated',
        [],
      ]);
      expect(second.log).toEqual(first.log);
      expect(Object.fromEntries(second.files)).toEqual(Object.fromEntries(first.files));
    },
  );
});
