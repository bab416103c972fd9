import { formatDuration, type Timer, toMs } from '@ssc/clock';
import { type Fact, SscError } from '@ssc/errors';
import type { MissionRun } from './mission-run.ts';

/** Ends a run that takes too long, and says what was under way. */
export function startTimeout({ timeout, clock, mission, steps }: MissionRun): Timer | undefined {
  if (timeout === undefined) return undefined;
  return clock.timer(toMs(timeout.after), () => {
    const { current: phase, startedAt: since } = steps;
    const verbs = [...steps.verbs].filter((verb) => !verb.ended).map((verb) => verb.name);
    const facts: Fact[] = [];
    if (phase !== undefined && since !== undefined)
      facts.push(['Phase', `"${phase}", for ${formatDuration(clock.now() - since)}`]);
    if (verbs.length > 0) facts.push(['Under way', verbs.join(', ')]);
    const done = steps.results.map(
      ({ name, seconds }) => `"${name}" (${formatDuration(seconds * 1000)})`,
    );
    facts.push(['Done before', done.join(', ') || 'nothing']);
    const where = phase === undefined ? 'was between two phases' : `was in phase "${phase}"`;
    timeout.end(
      new SscError({
        problem: { code: 'SSC_RUN_TIMEOUT' },
        verdict: 'broken',
        summary: `${mission.name} was to end within ${timeout.after}, and ${where}`,
        facts,
        hint: `The time comes from --timeout. On real nodes this mission takes about ${mission.expectedDuration}.`,
      }),
    );
  });
}
