import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columns, createReport, renderColumnDocs } from '../src/index.ts';
import { facts, parseCsv, record } from './run.ts';

const two = () =>
  record({ 'core-0': { hasLoad: true }, 'core-1': {} }, [
    ['load', 60],
    ['upgrade, "27"', 30],
  ]);

describe('figures', () => {
  test('a row for each phase and node, of what happened in the phase alone', () => {
    const rows = parseCsv(createReport(two(), facts).files['perf.csv']);
    expect(rows.map((row) => [row['phase'], row['node']])).toEqual([
      ['load', 'core-0'],
      ['load', 'core-1'],
      ['upgrade, "27"', 'core-0'],
      ['upgrade, "27"', 'core-1'],
    ]);
    expect(rows[2]).toMatchObject({
      time: '2026-01-01T00:01:30.000Z',
      mission: 'LoadGeneration',
      nodes: 'real',
      seconds: '30',
      samples: '7',
      missing: '0',
      restarts: '0',
      ledgers: '6',
      meanRate: '0.2',
      appliedTxs: '300',
      appliedTxRate: '10',
      txsPerLedgerMean: '50',
      loadTxRate: '10',
      'close.mean': '100',
      'close.median': '100',
      'close.per99th': '300',
      'close.max': '400',
      peers: '4',
    });
  });

  test('what is not known is empty, which is not 0', () => {
    const [, second] = parseCsv(createReport(two(), facts).files['perf.csv']);
    expect(second).toMatchObject({ loadTxRate: '', 'age.mean': '', syncLost: '' });
  });

  test('the load that was begun in a phase is in the rows of all its nodes, and in no others', () => {
    const recording = two();
    const load = { kind: 'payment', accounts: 2000, txs: 600, txRate: 10 };
    const phases = recording.phases.map((phase, i) => ({ ...phase, ...(i === 0 && { load }) }));
    const { files } = createReport({ ...recording, phases }, facts);
    const asked = { txtype: 'payment', accounts: '2000', expectedTxs: '600', txRate: '10' };
    const none = { txtype: '', accounts: '', expectedTxs: '', txRate: '' };
    expect(parseCsv(files['perf.csv'])).toMatchObject([asked, asked, none, none]);
    const samples = parseCsv(files['perf-samples.csv']);
    for (const row of samples) expect(row).toMatchObject(row['phase'] === 'load' ? asked : none);
  });

  test('a restart in a phase loses what came before it, and nothing else', () => {
    const recording = record({ 'core-0': { restarts: [32] } }, [['load', 60]]);
    const [row] = parseCsv(createReport(recording, facts).files['perf.csv']);
    // Two seconds of 60 are between the last sample before the restart and the restart.
    expect(row).toMatchObject({ restarts: '1', appliedTxs: '590', ledgers: '12' });
  });

  test('a node that was stopped before a phase and started again in it has what it did in the phase', () => {
    const runs = (second: number): boolean => second <= 60 || second >= 135;
    const recording = record({ 'core-0': { runs, restarts: [133] }, 'core-1': {} }, [
      ['load', 60],
      ['without it', 60],
      ['with it again', 60],
    ]);
    const { files, doubts } = createReport(recording, facts);
    const of = (file: 'perf.csv' | 'perf-samples.csv') =>
      parseCsv(files[file]).filter((row) => row['node'] === 'core-0');
    expect(
      of('perf.csv').map((row) => [row['phase'], row['seconds'], row['restarts'], row['meanRate']]),
    ).toEqual([
      ['load', '60', '0', '0.2'],
      ['with it again', '45', '0', '0.2'],
    ]);
    expect(new Set(of('perf-samples.csv').map((row) => row['seconds']))).toEqual(new Set(['5']));
    expect(doubts).toEqual([]);
  });

  test('an empty recording has heads and no rows', () => {
    const { files, doubts } = createReport(
      { samples: [], missed: [], everyMs: 5000, phases: [] },
      facts,
    );
    expect([parseCsv(files['perf.csv']), parseCsv(files['perf-samples.csv'])]).toEqual([[], []]);
    expect(doubts).toEqual([]);
  });

  test('parts add up: the samples of a phase have the transactions of the phase', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 91, maxLength: 91 }),
        fc.constantFrom(1000, 5000, 10_000),
        (rates, everyMs) => {
          const recording = record(
            { 'core-0': { rate: (second) => rates[second] ?? 0 } },
            [
              ['a', 30],
              ['b', 60],
            ],
            everyMs,
          );
          const { files } = createReport(recording, facts);
          const total = (text: string): number =>
            parseCsv(text).reduce((sum, row) => sum + Number(row['appliedTxs']), 0);
          const all = rates.slice(1).reduce((sum, rate) => sum + rate, 0);
          expect([total(files['perf.csv']), total(files['perf-samples.csv'])]).toEqual([all, all]);
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  test('CSV holds any text, and no cell is a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '=', '+') }), (name) => {
        const { files } = createReport(record({ 'core-0': {} }, [[name, 30]]), facts);
        const [row] = parseCsv(files['perf.csv']);
        expect(row?.['phase']?.replace(/^'/u, '')).toBe(name);
        expect(row?.['phase']).not.toMatch(/^[=+\-@]/u);
      }),
      { seed: 1 },
    );
  });
});

describe('one table', () => {
  test('makes the heads, the keys and the documentation', async () => {
    const { files } = createReport(two(), facts);
    const names = columns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(files['perf.csv'].split('\n')[0]).toBe(names.join(','));
    expect(files['perf-samples.csv'].split('\n')[0]).toBe(names.join(','));
    const json = JSON.parse(files['perf.json']) as {
      columns: { name: string }[];
      rows: Record<string, unknown>[];
    };
    expect(json.columns.map(({ name }) => name)).toEqual(names);
    for (const row of json.rows) expect(Object.keys(row)).toEqual(names);
    await expect(renderColumnDocs()).toMatchFileSnapshot('../../../docs/perf-columns.md');
  });

  test('a file says that nodes were simulated, whichever is read', () => {
    const { files, html } = createReport(two(), { ...facts, nodes: 'simulated' });
    for (const name of ['perf.csv', 'perf-samples.csv'] as const)
      for (const row of parseCsv(files[name])) expect(row['nodes']).toBe('simulated');
    expect(JSON.parse(files['perf.json'])).toMatchObject({ nodes: 'simulated' });
    expect(html({ ...facts, nodes: 'simulated' })).toContain(
      'The nodes were simulated (core-sim): nothing here says anything about stellar-core.',
    );
  });
});
