import { type Cell, columns } from './columns.ts';
import { csvHead, csvRow, rounded } from './csv.ts';
import { type Doubt, findDoubts } from './doubts.ts';
import { renderHtml } from './html.ts';
import { joinPhases, joinSamples, type Recording } from './join-phases.ts';
import type { RunFacts } from './sample.ts';

/** The figures of a run, in every form. */
export interface Report {
  readonly doubts: readonly Doubt[];
  /** Name → content: `perf.csv`, a row for each phase and node; `perf-samples.csv`, a row between each two samples; `perf.json`. */
  readonly files: Readonly<Record<'perf.csv' | 'perf-samples.csv' | 'perf.json', string>>;
  /** `report.html`, one page that needs nothing else. */
  html(run: RunFacts): string;
}

/** What is known of the run when its figures are made. */
export type FiguresOf = Pick<RunFacts, 'mission' | 'run' | 'nodes'>;

/** Makes figures of what was sampled. */
export function createReport(recording: Recording, about: FiguresOf): Report {
  const run = about as RunFacts;
  const intervals = joinPhases(recording);
  const doubts = findDoubts(intervals, about, recording.everyMs);
  const rows = intervals.map((interval) =>
    Object.fromEntries(
      columns.map((column) => [column.name, toJsonCell(column.from(interval, run))]),
    ),
  );
  const between = joinSamples(recording);
  return {
    doubts,
    files: {
      'perf.csv': [csvHead(), ...intervals.map((interval) => csvRow(interval, run))].join(''),
      'perf-samples.csv': [csvHead(), ...between.map((interval) => csvRow(interval, run))].join(''),
      'perf.json': `${JSON.stringify(
        {
          format: 1,
          mission: about.mission,
          run: about.run,
          nodes: about.nodes,
          columns: columns.map(({ name, unit, about: text }) => ({ name, unit, about: text })),
          rows,
          doubts,
        },
        null,
        2,
      )}\n`,
    },
    html: (facts) => renderHtml({ recording, intervals, between, doubts, run: facts }),
  };
}

const toJsonCell = (cell: Cell): string | number | null => {
  if (cell === undefined) return null;
  return typeof cell === 'number' ? (Number.isFinite(cell) ? rounded(cell) : null) : cell;
};
