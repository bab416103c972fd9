import { toMs, within } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import { attempt } from './attempt.ts';
import { figuresOf, type MissionRun, type RunOptions } from './mission-run.ts';

// Jenkins leaves five seconds between SIGTERM and SIGKILL: the network must be removed within them.
const saveWithin = { usually: '1m', whenInterrupted: '2s' } as const;

/** What the run leaves behind, as far as it can be had in time. */
export const saveWhatThereIs = (
  run: MissionRun,
  error: SscError | undefined,
): Promise<readonly SscError[]> =>
  saveInTime(
    run,
    error?.verdict === 'interrupted' ? 'whenInterrupted' : 'usually',
    async (save) => [...(await saveFigures(run, error)), ...(await run.formation.dump(save))],
  );

/** Saves what `dump` saves, as far as it can be had in time. */
export async function saveInTime(
  run: MissionRun,
  when: keyof typeof saveWithin,
  dump: (save: RunOptions['save']) => Promise<readonly SscError[]>,
): Promise<readonly SscError[]> {
  const limit = saveWithin[when];
  const problems = await within(run.clock, toMs(limit), undefined, () => dump(run.save));
  if (problems !== undefined) return problems;
  return [
    new SscError({
      problem: { code: 'SSC_NOT_SAVED' },
      verdict: 'broken',
      summary: `saving logs and last words took more than ${limit} and was ended`,
    }),
  ];
}

/** The figures of what was measured, with one more sample where there is time for it. */
async function saveFigures(
  run: MissionRun,
  error: SscError | undefined,
): Promise<readonly SscError[]> {
  const { measured } = run;
  if (measured === undefined) return [];
  return attempt(async () => {
    if (error !== undefined && error.verdict !== 'interrupted') await measured.sampleNow();
    measured.stop();
    for (const [path, content] of Object.entries(measured.report(figuresOf(run)).files))
      await run.save(path, content);
    return [];
  });
}
