import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSystemClock } from '../src/index.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

test('sleeps, cancels and tells the time', async () => {
  const clock = createSystemClock();
  const log: string[] = [];
  clock.timer(50, () => log.push('a'));
  clock.timer(60, () => log.push('b')).cancel();
  const slept = clock.sleep(100).then(() => log.push('slept'));
  await vi.advanceTimersByTimeAsync(100);
  await slept;
  expect(log).toEqual(['a', 'slept']);
  expect(clock.now()).toBe(1_000_100);
});

test('a timer of more than 24.8 days does not fire at once', async () => {
  const log: string[] = [];
  createSystemClock().timer(3_000_000_000, () => log.push('fired'));
  await vi.advanceTimersByTimeAsync(2_999_999_000);
  expect(log).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(log).toEqual(['fired']);
});

test('a killed fork does nothing more, nor do its forks', async () => {
  const clock = createSystemClock();
  const fork = clock.fork('machine');
  const child = fork.fork('process');
  const log: string[] = [];
  fork.timer(10, () => log.push('fork'));
  child.timer(10, () => log.push('child'));
  void fork.real(async () => 1).then(() => log.push('work'));
  fork.kill();
  fork.fork('late').timer(1, () => log.push('late'));
  fork.timer(1, () => log.push('late'));
  void fork.real(async () => log.push('begun')).then(() => log.push('late work'));
  clock.timer(20, () => log.push('clock'));
  await vi.advanceTimersByTimeAsync(30);
  expect(log).toEqual(['clock']);
  expect(await clock.real(async () => 7)).toBe(7);
  expect(await clock.awaiting('x', Promise.resolve(8))).toBe(8);
});
