import { rounded } from './csv.ts';
import type { PhaseSpan } from './sample.ts';

/** A value at a time, of any node. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

const [width, height, left, bottom] = [960, 180, 52, 22];
const steps = 160;

/**
 * A picture of values over the time of the run: the median of the nodes as a line, the lowest and the highest as a band around it.
 * Phases begin at broken lines, with their numbers.
 */
export function renderChart(
  title: string,
  points: readonly Point[],
  phases: readonly PhaseSpan[],
): string {
  const times = points.map((point) => point.atMs);
  const [from, to] = [
    least([...times, ...phases.map((phase) => phase.fromMs)]),
    most([...times, ...phases.map((phase) => phase.toMs)]),
  ];
  const top = niceTop(most(points.map((point) => point.value)));
  const x = (ms: number): number =>
    left +
    ((Math.min(Math.max(ms, from), to) - from) / Math.max(1, to - from)) * (width - left - 4);
  const y = (value: number): number => 6 + (1 - value / top) * (height - bottom - 6);
  const bins = toBins(points, from, to);
  const at = (bin: Bin, value: number): string => `${fixed(x(bin.atMs))},${fixed(y(value))}`;
  const band = [
    ...bins.map((bin) => at(bin, bin.highest)),
    ...[...bins].reverse().map((bin) => at(bin, bin.lowest)),
  ].join(' ');
  const line = bins.map((bin) => at(bin, bin.median)).join(' ');
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${left}" x2="${width}" y1="${fixed(y(top * share))}" y2="${fixed(y(top * share))}" stroke="var(--soft)"/><text x="${left - 6}" y="${fixed(y(top * share) + 4)}" text-anchor="end">${rounded(top * share)}</text>`,
  );
  const marks = phases.map(
    (phase, i) =>
      `<line x1="${fixed(x(phase.fromMs))}" x2="${fixed(x(phase.fromMs))}" y1="6" y2="${height - bottom}" stroke="var(--soft)" stroke-dasharray="3 3"/><text x="${fixed(x(phase.fromMs) + 3)}" y="16" opacity="0.6">${i + 1}<title>${escapeHtml(phase.name)}</title></text>`,
  );
  return [
    `<figure><figcaption>${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    ...grid,
    ...marks,
    `<polygon points="${band}" fill="var(--line)" opacity="0.25"/>`,
    `<polyline points="${line}" fill="none" stroke="var(--line)" stroke-width="1.5"/>`,
    `<text x="${left}" y="${height - 6}">0 s</text><text x="${width - 4}" y="${height - 6}" text-anchor="end">${Math.round((to - from) / 1000)} s</text>`,
    '</svg></figure>',
  ].join('');
}

interface Bin {
  readonly atMs: number;
  readonly lowest: number;
  readonly median: number;
  readonly highest: number;
}

function toBins(points: readonly Point[], from: number, to: number): Bin[] {
  const size = Math.max(1, (to - from) / steps);
  const groups = new Map<number, Point[]>();
  for (const point of points) {
    const index = Math.floor((point.atMs - from) / size);
    const group = groups.get(index);
    if (group === undefined) groups.set(index, [point]);
    else group.push(point);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => {
      const values = group.map((point) => point.value).sort((a, b) => a - b);
      return {
        atMs: group.reduce((sum, point) => sum + point.atMs, 0) / group.length,
        lowest: values[0] ?? 0,
        median: values[Math.floor(values.length / 2)] ?? 0,
        highest: values.at(-1) ?? 0,
      };
    });
}

/** The least number of the form 1, 2 or 5 times a power of ten that is not below. */
export function niceTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return rounded(factor * power);
}

/** Text that stands in a page or an attribute as it is. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

// Not Math.min(...values): a long run has more values than a call may have arguments.
const least = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

const fixed = (value: number): string => String(Number(value.toFixed(1)));
