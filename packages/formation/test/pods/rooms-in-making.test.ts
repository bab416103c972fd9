import { createVirtualClock } from '@ssc/clock';
import { expect, test } from 'vitest';
import type { KubeApi } from '../../src/kube/api.ts';
import { RoomsInMaking } from '../../src/pods/rooms-in-making.ts';

/** A cluster whose autoscaler says of so many pods that it makes machines for them, and takes a second to answer. */
function promising(uids: readonly string[]) {
  const clock = createVirtualClock({ start: 0 });
  let asked = 0;
  const list = async () => {
    asked += 1;
    await clock.sleep(1000);
    return { items: uids.map((uid) => ({ involvedObject: { uid } })) };
  };
  const rooms = new RoomsInMaking({ list } as unknown as KubeApi, clock, 'default');
  return { clock, rooms, asked: () => asked };
}

test('pods that are looked at together are answered together, by one look', async () => {
  const { clock, rooms, asked } = promising(['one', 'two']);
  await clock.run(async () => {
    const all = await Promise.all(['one', 'two', 'three'].map((uid) => rooms.has(uid)));
    expect(all).toEqual([true, true, false]);
    expect(asked()).toBe(2);
  });
});

test('a yes is held for some seconds, a no never', async () => {
  const promised = ['one'];
  const { clock, rooms, asked } = promising(promised);
  await clock.run(async () => {
    expect(await rooms.has('one')).toBe(true);
    expect(await rooms.has('one')).toBe(true);
    expect(asked()).toBe(2);
    promised.push('two');
    expect(await rooms.has('two')).toBe(true);
    expect(asked()).toBe(4);
    await clock.sleep(10_000);
    expect(await rooms.has('one')).toBe(true);
    expect(asked()).toBe(6);
  });
});
