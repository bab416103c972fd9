import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReport, type RunFacts } from '../src/index.ts';
import { facts, record } from './run.ts';

const page = (over: Partial<RunFacts> = {}): string => {
  const recording = record({ 'core-0': {}, 'core-1': { closeMs: () => 130 } }, [
    ['bring up', 30],
    ['load', 90],
  ]);
  const run = { ...facts, ...over };
  return createReport(recording, run).html(run);
};

describe('the page', () => {
  test('needs no network and runs nothing', () => {
    const html = page();
    expect(html).not.toMatch(/<(script|link|img|iframe|object)|url\(|@import|https?:/u);
    expect(html).toContain("default-src 'none'");
  });

  test('shows verdict, phases, charts and figures', () => {
    const html = page();
    for (const part of [
      '<h1>LoadGeneration <span class="verdict passed">passed</span></h1>',
      '<td>1. bring up</td>',
      '<figcaption>Time to close a ledger, ms</figcaption>',
      '4 rows, as in perf.csv',
    ])
      expect(html).toContain(part);
    expect(html).not.toContain('simulated');
    expect(html).not.toMatch(/NaN|Infinity|undefined/u);
  });

  test('shows parameters, and who trusts whom and was connected to whom', () => {
    const html = page({
      params: { txs: 300, amount: '10 XLM', load: { kind: 'pay' } },
      topology: [
        { node: 'core-0', role: 'validator', trusts: '2 of core-0, core-1', peers: ['core-1'] },
        { node: 'core-1', role: 'validator', trusts: '2 of core-0, core-1', peers: ['core-0'] },
        { node: 'watcher-0', role: 'watcher', trusts: '2 of core-0, core-1', peers: [] },
        { node: 'late-0', role: 'validator', trusts: '1 of late-0' },
      ],
    });
    expect(html).toContain(
      '<dd>txs 300, amount 10 XLM, load {&quot;kind&quot;:&quot;pay&quot;}</dd>',
    );
    const [, topology = ''] = html.split('<h2>Topology</h2>');
    const picture = topology.slice(0, topology.indexOf('</figure>'));
    // One line for a connection that both ends tell, a ring for the watcher, red for who was connected to nobody.
    expect(picture.match(/<line /gu)).toHaveLength(1);
    expect(picture.match(/<circle /gu)).toHaveLength(4);
    expect(picture.match(/fill="none" stroke="var\(--bad\)"/gu)).toHaveLength(1);
    expect(topology).toContain(
      '<tr><td>watcher-0</td><td class="text">watcher</td><td class="text">2 of core-0, core-1</td><td class="text">nobody</td></tr>',
    );
    expect(topology).toContain('<td class="text">1 of late-0</td><td class="text">–</td></tr>');
    expect(html).not.toMatch(/NaN|Infinity|undefined/u);
  });

  test('of hundreds of nodes is a table to open, and no picture', () => {
    const nodes = Array.from({ length: 300 }, (_, i) => `core-${i}`);
    const html = page({
      topology: nodes.map((node) => ({ node, role: 'validator', trusts: '1 of x', peers: nodes })),
    });
    const [, topology = ''] = html.split('<h2>Topology</h2>');
    expect(topology).not.toContain('<circle');
    expect(topology).toContain('<details><summary>300 nodes</summary>');
    expect(topology).toContain('core-7 and 292 more');
  });

  test('shows which versions the nodes said they are', () => {
    const html = page({ builds: ['v26.0.0', 'v27.1.0 <dirty>'] });
    expect(html).toContain('<dt>Builds</dt><dd>v26.0.0\nv27.1.0 &lt;dirty&gt;</dd>');
    expect(page({ builds: [] })).toContain('<dt>Builds</dt><dd>none said</dd>');
    expect(page({})).not.toContain('Builds');
  });

  test('shows what ended the run', () => {
    const html = page({
      verdict: 'failed',
      problem: { code: 'SSC_X', message: 'a < b', facts: [['Node', 'core-1']] },
    });
    expect(html).toContain('<b>SSC_X</b> a &lt; b<dl><dt>Node</dt><dd>core-1</dd></dl>');
  });

  test('shows which phase failed, and what was checked at the end', () => {
    const recording = record({ 'core-0': {} }, [
      ['bring up', 30],
      ['load', 90],
    ]);
    const phases = recording.phases.map((phase) => ({
      ...phase,
      outcome: phase.name === 'load' ? ('failed' as const) : ('done' as const),
    }));
    const html = createReport({ ...recording, phases }, facts).html({
      ...facts,
      checks: [
        { name: 'no two nodes disagree', outcome: 'held' },
        { name: 'every node is in sync', outcome: 'skipped', because: 'one was left behind' },
      ],
    });
    expect(html).toContain('<td>2. load <b>failed</b></td>');
    expect(html.match(/fill="var\(--bad\)"/gu)).toHaveLength(1);
    expect(html).toContain('<li>no two nodes disagree: <b>held</b></li>');
    expect(html).toContain('<li>every node is in sync: <b>skipped</b> (one was left behind)</li>');
  });

  test('draws no rate of two samples a moment apart', () => {
    const recording = record({ 'core-0': {} }, [['load', 60]]);
    const [last] = recording.samples.slice(-1);
    const again = { ...last, atMs: (last?.atMs ?? 0) + 20 } as (typeof recording.samples)[number];
    const html = createReport({ ...recording, samples: [...recording.samples, again] }, facts).html(
      facts,
    );
    expect(html).toBe(createReport(recording, facts).html(facts));
  });

  test('of a run that never began to be measured is whole', () => {
    const html = createReport({ samples: [], missed: [], everyMs: 0, phases: [] }, facts).html(
      facts,
    );
    expect(html).toContain('</html>');
    expect(html).not.toMatch(/NaN|Infinity|undefined/u);
  });

  test('is the same each time', () => {
    expect(page()).toBe(page());
  });

  test('no text becomes a part of the page', () => {
    const text = fc.string({ unit: fc.constantFrom('<', '>', '"', '&', "'", 'x', '/', ' ') });
    const tags = (html: string): number => html.match(/</gu)?.length ?? 0;
    const plain = tags(
      page({ summary: 'x', problem: { code: 'x', message: 'x', facts: [['x', 'x']] } }),
    );
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const html = page({ summary: a, problem: { code: b, message: c, facts: [[a, b]] } });
        expect(tags(html)).toBe(plain);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
