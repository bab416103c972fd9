import { hasFallen, type Interval } from './interval.ts';
import type { PhaseSpan, Sample } from './sample.ts';

/** What was sampled of a run, and when it did what. */
export interface Recording {
  readonly samples: readonly Sample[];
  readonly missed: readonly { readonly node: string; readonly atMs: number }[];
  /** The pause between two samples of a node. */
  readonly everyMs: number;
  /** In order, none within another. */
  readonly phases: readonly PhaseSpan[];
}

// A sample that was asked for when a phase ended is answered a moment later.
const answerMs = 4000;

/** An interval for each phase and each node that has two samples of it, in the order of phases, then of nodes. */
export function joinPhases(recording: Recording): Interval[] {
  const byNode = groupByNode(recording.samples);
  return recording.phases.flatMap((phase) =>
    [...byNode].flatMap(([node, samples]): Interval[] => {
      const first = samples.findLastIndex((sample) => sample.atMs <= phase.fromMs);
      const isAnother = isOtherLife(samples[first], samples[first + 1], recording.everyMs);
      const from = isAnother ? first + 1 : Math.max(first, 0);
      const after = samples.findIndex((sample) => sample.atMs >= phase.toMs);
      const isNear = (samples[after]?.atMs ?? Number.POSITIVE_INFINITY) <= phase.toMs + answerMs;
      const to = after < 0 ? samples.length - 1 : isNear ? after : after - 1;
      const within = samples.slice(from, to + 1);
      const [start, end] = [within[0], within.at(-1)];
      if (start === undefined || end === undefined || start === end) return [];
      return [
        {
          node,
          phase: phase.name,
          fromMs: start.atMs,
          toMs: end.atMs,
          samples: within,
          ...(phase.load !== undefined && { load: phase.load }),
          cameLater: isAnother || first < 0,
          missing: recording.missed.filter(
            (miss) => miss.node === node && miss.atMs >= phase.fromMs && miss.atMs <= phase.toMs,
          ).length,
        },
      ];
    }),
  );
}

/** An interval between each two samples of a node that follow each other, in the order of time. */
export function joinSamples(recording: Recording): Interval[] {
  const phaseAt = (ms: number): PhaseSpan | undefined =>
    recording.phases.find((phase) => ms > phase.fromMs && ms <= phase.toMs + answerMs);
  return [...groupByNode(recording.samples)]
    .flatMap(([node, samples]) =>
      samples.slice(1).flatMap((end, i): Interval[] => {
        const start = samples[i] ?? end;
        const phase = phaseAt(end.atMs);
        const isBefore = start.atMs <= (phase?.fromMs ?? Number.POSITIVE_INFINITY);
        if (isBefore && isOtherLife(start, end, recording.everyMs)) return [];
        return [
          {
            node,
            phase: phase?.name ?? '',
            ...(phase?.load !== undefined && { load: phase.load }),
            fromMs: start.atMs,
            toMs: end.atMs,
            samples: [start, end],
            missing: recording.missed.filter(
              (miss) => miss.node === node && miss.atMs > start.atMs && miss.atMs <= end.atMs,
            ).length,
          },
        ];
      }),
    )
    .sort((a, b) => a.toMs - b.toMs || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0));
}

/**
 * Whether a node was away between two samples and started again: where a phase began meanwhile, what the node was before has no
 * part in the phase.
 */
const isOtherLife = (
  last: Sample | undefined,
  next: Sample | undefined,
  everyMs: number,
): boolean =>
  last !== undefined &&
  next !== undefined &&
  next.atMs - last.atMs > 2 * everyMs &&
  hasFallen(last, next);

/** The samples of each node, oldest first; nodes by name. */
function groupByNode(samples: readonly Sample[]): Map<string, Sample[]> {
  const byNode = new Map<string, Sample[]>();
  for (const sample of samples) {
    const there = byNode.get(sample.node);
    if (there === undefined) byNode.set(sample.node, [sample]);
    else there.push(sample);
  }
  for (const list of byNode.values()) list.sort((a, b) => a.atMs - b.atMs);
  return new Map([...byNode].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}
