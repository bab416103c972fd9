import { expect, test } from 'vitest';
import { LogLines } from '../src/log-lines.ts';

/** Lines, and all that they give: `- TIME` where some are missing after that time. */
function taken(): { readonly lines: LogLines; readonly given: string[] } {
  const given: string[] = [];
  const lines = new LogLines({
    put: (text) => given.push(text.trimEnd()),
    missing: (after) => given.push(`- ${after}`),
  });
  lines.begin();
  return { lines, given };
}
/** Lines at seconds of a minute: `1 a` is the line a at 00:00:01. */
const log = (...lines: string[]): string =>
  lines.map((line) => `2026-01-01T00:00:0${line}\n`.replace(' ', 'Z ')).join('');
const second = (n: number): string => `2026-01-01T00:00:0${n}Z`;

test('lines come whole, however they are cut, and without their times', () => {
  const { lines, given } = taken();
  for (const character of log('1 a', '2 b')) lines.take(character);
  expect(given).toEqual(['a', 'b']);
  expect([lines.last, lines.given]).toEqual([second(2), 2]);
});

test('what another connection repeats is left out, also of several lines of one time', () => {
  const { lines, given } = taken();
  lines.take(log('1 a', '2 b', '2 c'));
  lines.begin();
  lines.take(log('1 a', '2 b', '2 c', '2 d', '3 e'));
  lines.begin();
  expect(lines.isRepeating).toBe(true);
  lines.take(log('2 b', '2 c', '2 d', '3 e', '3 f'));
  expect(lines.isRepeating).toBe(false);
  expect(given).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('a sentence of the server has no time, and is given each time', () => {
  const { lines, given } = taken();
  lines.take(`${log('1 a')}rpc error: gone\n`);
  lines.begin();
  lines.take(`${log('1 a')}rpc error: gone\n`);
  expect(given).toEqual(['a', 'rpc error: gone', 'rpc error: gone']);
  expect(lines.given).toBe(1);
});

test('a connection that begins past the last line is held: of another run it is dropped', () => {
  const { lines, given } = taken();
  lines.take(log('1 a'));
  lines.begin();
  lines.take(log('4 x', '5 y'));
  expect([lines.isInDoubt, lines.isRepeating]).toEqual([true, true]);
  lines.take('2026-01-01T00:00:06Z half');
  lines.drop();
  lines.end();
  expect([lines.isInDoubt, given]).toEqual([false, ['a']]);
});

test('of the same run it is given, after what is said of the gap', () => {
  const { lines, given } = taken();
  lines.take(log('1 a'));
  lines.begin();
  lines.take(log('4 x', '5 y'));
  lines.release();
  lines.take(log('6 z'));
  expect(given).toEqual(['a', `- ${second(1)}`, 'x', 'y', 'z']);
});

test('a line without an end is given at the end, and forgotten with its connection', () => {
  const { lines, given } = taken();
  lines.take('2026-01-01T00:00:01Z cut');
  lines.begin();
  lines.take('2026-01-01T00:00:01Z last words');
  lines.end();
  lines.end();
  expect(given).toEqual(['last words']);
});
