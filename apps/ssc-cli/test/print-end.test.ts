import { findMission, type RunResult } from '@ssc/missions';
import { expect, test } from 'vitest';
import { printEnd } from '../src/print-end.ts';
import { createFakeHost } from './fake-host.ts';

/** The line with which a run of LoadGeneration with these parameters is made again. */
function again(provider: string, given: Readonly<Record<string, number>>): string | undefined {
  const { params } = findMission('LoadGeneration');
  const presets = Object.entries(params).map(([name, param]) => [
    name,
    provider === 'simulated' ? (param.simulated ?? param.default) : param.default,
  ]);
  const host = createFakeHost();
  const result = {
    mission: 'LoadGeneration',
    verdict: 'passed',
    seed: '1',
    params: { ...Object.fromEntries(presets), ...given },
    afterwards: [],
  } as unknown as RunResult;
  printEnd(result, 'folder', { name: provider }, host);
  return /^again +(.*)$/mu.exec(host.printed())?.[1];
}

test('a run is made again with the parameters that it had, the presets of its place left out', () => {
  expect(again('native', {})).toBe('ssc mission LoadGeneration --provider native --seed 1');
  expect(again('simulated', {})).toBe('ssc mission LoadGeneration --provider simulated --seed 1');
  // What is preset on real nodes is not what simulated ones are given.
  expect(again('simulated', { txs: 2000 })).toBe(
    'ssc mission LoadGeneration --provider simulated --seed 1 --txs 2000',
  );
  expect(again('native', { txs: 300 })).toBe(
    'ssc mission LoadGeneration --provider native --seed 1 --txs 300',
  );
});
