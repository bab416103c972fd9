import { expect, test } from 'vitest';
import { lastErrors } from '../../src/pods/diagnose-pod.ts';

test('the last errors of a log, each text once, at the time when it came last', () => {
  const line = (second: number, text: string): string =>
    `2026-01-01T00:00:0${second}.000 GABCD ${text}`;
  const log = [
    line(1, '[History ERROR] one'),
    line(2, '[Ledger ERROR] two'),
    line(3, '[History INFO] all is well'),
    line(4, '[Ledger FATAL] three'),
    line(5, '[History ERROR] one'),
    line(6, '[Herder ERROR] four'),
    '',
  ].join('\n');
  expect(lastErrors(log)).toEqual([
    line(4, '[Ledger FATAL] three'),
    line(5, '[History ERROR] one'),
    line(6, '[Herder ERROR] four'),
  ]);
  expect(lastErrors('')).toEqual([]);
});
