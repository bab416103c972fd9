import { execFileSync } from 'node:child_process';
import { findMission, type RunResult } from '@ssc/missions';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { againFlags } from '../src/commands/mission.ts';
import { printEnd } from '../src/print-end.ts';
import { createFakeHost } from './fake-host.ts';

/** The line with which a run with these parameters is made again. */
function again(
  provider: string,
  given: Readonly<Record<string, number | string>>,
  { mission = 'LoadGeneration', seed = '1', flags = '' } = {},
): string {
  const { params } = findMission(mission);
  const presets = Object.entries(params).map(([name, param]) => [
    name,
    provider === 'simulated' ? (param.simulated ?? param.default) : param.default,
  ]);
  const host = createFakeHost();
  const result = {
    mission,
    verdict: 'passed',
    seed,
    params: { ...Object.fromEntries(presets), ...given },
    afterwards: [],
  } as unknown as RunResult;
  printEnd(result, 'folder', { name: provider, flags }, host);
  return /^again +(.*)\n$/msu.exec(host.printed())?.[1] ?? '';
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

test('a shell makes it again with just what it had, whatever stands in a value', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[-a-z./={}'"$`\\ \n;&|<>#~*?!]{1,8}$/u),
    fc.constantFrom('$HOME', '5 XLM', "it's", '`id`', '', '!!'),
  );
  fc.assert(
    fc.property(text, text, text, (amount, seed, namespace) => {
      const given = { text: namespace, from: 'flag' as const, place: '--namespace' };
      const flags = againFlags(new Map([['namespace', given]]));
      const line = again('native', { amount }, { mission: 'SimplePayment', seed, flags });
      const script = `ssc() { printf '<%s>' "$@"; }\n${line}`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
        [
          ...['mission', 'SimplePayment', '--provider', 'native', `--namespace=${namespace}`],
          ...['--seed', seed, '--amount', amount],
        ]
          .map((word) => `<${word}>`)
          .join(''),
      );
    }),
    { seed: 1, numRuns: 100 },
  );
});

test.each([
  [
    'simulated',
    'failed',
    'SimplePayment: failed (simulated nodes: nothing is said about stellar-core)',
  ],
  [
    'simulated',
    'broken',
    'SimplePayment: broken (simulated nodes: nothing is said about stellar-core)',
  ],
  [
    'mixed',
    'failed',
    'SimplePayment: failed (simulated nodes: nothing is said about stellar-core)',
  ],
  ['real', 'failed', 'SimplePayment: failed'],
  ['none', 'broken', 'SimplePayment: broken'],
] as const)('a verdict of nodes that were %s: %s', (nodes, verdict, line) => {
  const host = createFakeHost();
  const result = {
    mission: 'SimplePayment',
    verdict,
    nodes,
    params: {},
    seed: '1',
    afterwards: [],
  };
  printEnd(result as unknown as RunResult, 'folder', { name: 'native' }, host);
  expect(host.printed().split('\n')[1]).toBe(line);
});
