import { type Cell, columns } from './columns.ts';
import type { Interval } from './interval.ts';
import type { RunFacts } from './sample.ts';

/** The head of `perf.csv` and `perf-samples.csv`. */
export const csvHead = (): string => renderRow(columns.map(({ name }) => name));

/** One row for an interval. */
export const csvRow = (interval: Interval, run: RunFacts): string =>
  renderRow(columns.map((column) => column.from(interval, run)));

/** A row by RFC 4180, with a line feed at its end. */
export const renderRow = (cells: readonly Cell[]): string => `${cells.map(renderCell).join(',')}\n`;

function renderCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(rounded(cell)) : '';
  // A spreadsheet takes what begins so for a formula.
  const text = /^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Six significant digits, as stellar-core prints them; whole numbers are exact. */
export const rounded = (value: number): number =>
  Number.isInteger(value) ? value : Number(value.toPrecision(6));
