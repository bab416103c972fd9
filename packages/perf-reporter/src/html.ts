import { escapeHtml, renderChart } from './chart.ts';
import { type Cell, columns } from './columns.ts';
import { rounded } from './csv.ts';
import type { Doubt } from './doubts.ts';
import type { Interval } from './interval.ts';
import type { Recording } from './join-phases.ts';
import type { PhaseSpan, RunFacts } from './sample.ts';
import { renderTopology } from './topology.ts';

interface Page {
  readonly recording: Recording;
  readonly intervals: readonly Interval[];
  readonly between: readonly Interval[];
  readonly doubts: readonly Doubt[];
  readonly run: RunFacts;
}

/** The report of a run on one page, with all that it needs in it. */
export function renderHtml(page: Page): string {
  const { run } = page;
  const title = `${run.mission}: ${run.verdict}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    ...(run.nodes === 'simulated' || run.nodes === 'mixed'
      ? [
          `<p class="banner">${run.nodes === 'simulated' ? 'The nodes were simulated' : 'Some nodes were simulated'} (core-sim): nothing here says anything about stellar-core.</p>`,
        ]
      : []),
    `<h1>${escapeHtml(run.mission)} <span class="verdict ${escapeHtml(run.verdict)}">${escapeHtml(run.verdict)}</span></h1>`,
    `<p>${escapeHtml(run.summary)}</p>`,
    renderFacts(run),
    ...renderProblem(run),
    ...renderChecks(run),
    ...renderDoubts(page.doubts),
    '<h2>Phases</h2>',
    renderPhases(page),
    ...renderCharts(page),
    ...renderTopology(run.topology ?? []),
    ...renderFigures(page),
    '</html>',
    '',
  ].join('\n');
}

const style = `
:root{color-scheme:light dark;--line:#0a7;--bad:#b3261e;--soft:#8886}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;margin:.4rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
.banner{background:#fd8;color:#420;padding:.5rem .8rem;border-radius:.3rem;font-weight:600}
.verdict{font-size:1rem;padding:.1rem .6rem;border-radius:1rem;background:#888;color:#fff;vertical-align:middle}
.passed,.rehearsed{background:#177a3c}.failed{background:#b3261e}.broken,.interrupted{background:#8a5a00}
.problem{border-left:4px solid var(--bad);padding:.2rem .8rem;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;margin:.4rem 0}dt{opacity:.7}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.15rem .5rem;border-bottom:1px solid var(--soft)}
th:first-child,td:first-child{text-align:left}th{font-weight:600;vertical-align:bottom;white-space:nowrap}
td{white-space:nowrap}.text{text-align:left}td.text{white-space:normal}td:first-child{white-space:normal}.bar{width:34%}.bar svg{display:block;width:100%;height:.8rem}
svg text{font:11px system-ui,sans-serif;fill:currentColor}
.scroll{overflow-x:auto}figure{margin:0}figcaption{font-weight:600;margin-top:1rem}
`;

const list = (facts: readonly (readonly [string, string])[]): string =>
  `<dl>${facts.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`;

const renderFacts = (run: RunFacts): string =>
  list([
    ['Run', run.run],
    ['Nodes', run.nodes],
    ...(run.builds === undefined
      ? []
      : ([['Builds', run.builds.join('\n') || 'none said']] as const)),
    ['Provider', run.provider],
    ['Seed', run.seed],
    ['Began', run.startedAt],
    ['Took', duration(run.seconds)],
    ['ssc', run.version],
    ...(Object.keys(run.params ?? {}).length === 0
      ? []
      : ([
          [
            'Parameters',
            Object.entries(run.params ?? {})
              .map(([name, value]) => `${name} ${shownValue(value)}`)
              .join(', '),
          ],
        ] as const)),
  ]);

const shownValue = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function renderProblem({ problem }: RunFacts): string[] {
  if (problem === undefined) return [];
  return [
    '<h2>What ended it</h2>',
    `<div class="problem"><b>${escapeHtml(problem.code)}</b> ${escapeHtml(problem.message)}${list(problem.facts)}</div>`,
  ];
}

function renderChecks({ checks = [] }: RunFacts): string[] {
  if (checks.length === 0) return [];
  return [
    '<h2>Checks at the end</h2>',
    `<ul>${checks.map(({ name, outcome, because }) => `<li>${escapeHtml(name)}: <b>${outcome}</b>${because === undefined ? '' : ` (${escapeHtml(because)})`}</li>`).join('')}</ul>`,
  ];
}

function renderDoubts(doubts: readonly Doubt[]): string[] {
  if (doubts.length === 0) return [];
  return [
    '<h2>Doubts</h2>',
    `<ul>${doubts.map(({ kind, phase, text }) => `<li><b>${escapeHtml(kind)}</b>${phase === undefined ? '' : ` in “${escapeHtml(phase)}”`}: ${escapeHtml(text)}</li>`).join('')}</ul>`,
  ];
}

function renderPhases({ recording: { phases }, intervals }: Page): string {
  const from = Math.min(...phases.map((phase) => phase.fromMs));
  const whole = Math.max(1, Math.max(...phases.map((phase) => phase.toMs)) - from);
  const bar = (phase: PhaseSpan): string => {
    const x = ((phase.fromMs - from) / whole) * 100;
    const width = Math.max(0.4, ((phase.toMs - phase.fromMs) / whole) * 100);
    return `<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="when"><rect x="${fixed(x)}" width="${fixed(width)}" height="10" fill="var(${phase.outcome === 'failed' ? '--bad' : '--line'})"/></svg>`;
  };
  const rows = phases.map((phase, i) => {
    const of = intervals.filter((interval) => interval.phase === phase.name);
    const median = (name: string): string => shown(medianOf(of.map((i) => cellOf(name, i))));
    const worst = (name: string): string => shown(highestOf(of.map((i) => cellOf(name, i))));
    const name = `${escapeHtml(phase.name)}${phase.outcome === 'failed' ? ' <b>failed</b>' : ''}`;
    return `<tr><td>${i + 1}. ${name}</td><td class="bar">${bar(phase)}</td><td>${duration((phase.toMs - phase.fromMs) / 1000)}</td><td>${median('ledgers')}</td><td>${median('appliedTxRate')}</td><td>${median('close.mean')}</td><td>${worst('close.per99th')}</td></tr>`;
  });
  return `<div class="scroll"><table><tr><th>phase</th><th class="bar"></th><th>time</th><th>ledgers</th><th>transactions<br>a second</th><th>close, mean<br>ms</th><th>close, 99 %<br>ms, worst</th></tr>${rows.join('')}</table></div>`;
}

/** What is drawn over time: a column, and what a reader sees in it. */
const drawn: readonly (readonly [column: string, title: string])[] = [
  ['close.mean', 'Time to close a ledger, ms'],
  ['meanRate', 'Ledgers closed a second'],
  ['appliedTxRate', 'Transactions applied a second'],
];

// Two samples a moment apart, such as those at the end of a phase, hold no ledger: that is no rate of 0.
const isLongEnough = (interval: Interval): boolean => interval.toMs - interval.fromMs >= 1500;

function renderCharts({ between, recording: { phases } }: Page): string[] {
  return drawn.flatMap(([name, title]) => {
    const points = between.filter(isLongEnough).flatMap((interval) => {
      const value = cellOf(name, interval);
      return typeof value === 'number' && Number.isFinite(value)
        ? [{ atMs: interval.toMs, value }]
        : [];
    });
    return points.length < 2 ? [] : [renderChart(title, points, phases)];
  });
}

function renderFigures({ intervals, run }: Page): string[] {
  if (intervals.length === 0) return [];
  const names = columns
    .filter(({ name }) => !['time', 'mission', 'run', 'nodes'].includes(name))
    // What is known of no node is no row of dashes.
    .filter((column) => intervals.some((interval) => column.from(interval, run) !== undefined));
  const head = names.map(
    ({ name, unit, about }) =>
      `<th title="${escapeHtml(about)}">${escapeHtml(name)}${unit === '' ? '' : `<br>${escapeHtml(unit)}`}</th>`,
  );
  const most = 300;
  const rows = intervals
    .slice(0, most)
    .map(
      (interval) =>
        `<tr>${names.map((column) => `<td>${escapeHtml(shown(column.from(interval, run)))}</td>`).join('')}</tr>`,
    );
  return [
    '<h2>Figures of each phase and node</h2>',
    `<details><summary>${intervals.length} rows, as in perf.csv${intervals.length > most ? `; here the first ${most}` : ''}</summary><div class="scroll"><table><tr>${head.join('')}</tr>${rows.join('')}</table></div></details>`,
  ];
}

const byName = new Map(columns.map((column) => [column.name, column]));

/** A figure of a column; none of these depends on the run. */
const cellOf = (name: string, interval: Interval): Cell =>
  byName.get(name)?.from(interval, {} as RunFacts);

const numbers = (cells: readonly Cell[]): number[] =>
  cells.filter((cell): cell is number => typeof cell === 'number').sort((a, b) => a - b);

const medianOf = (cells: readonly Cell[]): Cell => {
  const sorted = numbers(cells);
  return sorted[Math.floor(sorted.length / 2)];
};

const highestOf = (cells: readonly Cell[]): Cell => numbers(cells).at(-1);

function shown(cell: Cell): string {
  if (cell === undefined || cell === '') return '–';
  return typeof cell === 'string' ? cell : String(rounded(Number(cell.toPrecision(4))));
}

const fixed = (value: number): string => String(Number(value.toFixed(2)));

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${Math.round(seconds * 10) / 10} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}
