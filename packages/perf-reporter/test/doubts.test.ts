import { describe, expect, test } from 'vitest';
import { createReport } from '../src/index.ts';
import { facts, type Load, record } from './run.ts';

/** What is doubted of a phase of three minutes, or of another length. */
function doubtsOf(
  nodes: Readonly<Record<string, Load>>,
  { seconds = 180, kind = 'real' as const as 'real' | 'simulated' | 'mixed' } = {},
): string[] {
  const recording = record(nodes, [['load', seconds]]);
  return createReport(recording, { ...facts, nodes: kind }).doubts.map(
    (doubt) => `${doubt.kind}: ${doubt.text}`,
  );
}

describe('doubts', () => {
  test('a steady run has none', () => {
    expect(doubtsOf({ 'core-0': { hasLoad: true }, 'core-1': {} })).toEqual([]);
  });

  test.each<[string, Parameters<typeof doubtsOf>, string[]]>([
    [
      'drift of the close time',
      [{ 'core-0': { closeMs: (second) => 100 + second } }],
      ['drift: the mean time to close a ledger moved between the thirds of "load": 133, 193, 253'],
    ],
    [
      'drift of the rate',
      [{ 'core-0': { rate: (second) => (second > 120 ? 5 : 10) } }],
      ['drift: the rate of applied transactions moved between the thirds of "load": 10, 10, 5'],
    ],
    ['a drift too small to matter', [{ 'core-0': { rate: (s) => (s > 120 ? 9 : 10) } }], []],
    [
      'a phase too short for thirds of a window each',
      [{ 'core-0': { rate: (second) => second } }, { seconds: 80 }],
      [],
    ],
    [
      'a restart',
      [{ 'core-0': { restarts: [93] }, 'core-1': {} }],
      ['restart: counts of core-0 fell once: it was started again, or its metrics were cleared'],
    ],
    [
      'missing samples',
      [{ 'core-0': { answers: (second) => second < 60 || second > 90 } }],
      ['missing: core-0 gave no answer 7 of 37 times; nothing is known of core-0 for 40s'],
    ],
    ['one missing sample of many', [{ 'core-0': { answers: (second) => second !== 60 } }], []],
    [
      'a load shorter than a window',
      [{ 'core-0': { hasLoad: true } }, { seconds: 20 }],
      ['short: "load" took 20s, less than one window of 30s: its percentiles hold what was before'],
    ],
    [
      'a node that applies less than the others',
      [{ 'core-0': {}, 'core-1': { rate: () => 8 } }],
      ['spread: core-0 applied 1800 transactions in "load", and core-1 1440'],
    ],
    [
      'a node that comes later',
      [{ 'core-0': {}, 'core-1': { runs: (second) => second > 60 } }],
      [],
    ],
    [
      'simulated nodes',
      [{ 'core-0': {} }, { kind: 'simulated' }],
      ['simulated: the nodes were simulated: no figure says anything about stellar-core'],
    ],
    [
      'some simulated nodes',
      [{ 'core-0': {} }, { kind: 'mixed' }],
      ['simulated: some nodes were simulated: no figure says anything about stellar-core'],
    ],
  ])('%s', (_title, [nodes, options], doubts) => {
    expect(doubtsOf(nodes, options)).toEqual(doubts);
  });
});
