import { formatDuration } from '@ssc/clock';
import { renderError, usageError } from '@ssc/errors';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';
import { worstOf } from '../outcomes.ts';
import { errorOf } from '../print-end.ts';
import { readRunSettings } from '../read-run-settings.ts';
import { RehearsalThreads } from '../rehearse-in-threads.ts';
import { runMany, type Told, tellAll } from '../run-many.ts';
import { planRuns } from './mission.ts';

/** Runs missions on simulated nodes, and prints a line for each. The worst verdict is the exit code. */
export async function rehearse(
  input: Input<typeof optionsOf.rehearse>,
  host: Host,
): Promise<number> {
  const { options } = input;
  if (options.all === input.args.length > 0)
    throw usageError(
      'SSC_USAGE_NO_MISSION',
      options.all ? 'missions are named beside --all' : 'no mission is named',
      {
        hint: 'Either name missions, ssc rehearse SimplePayment, or take all: ssc rehearse --all.',
      },
    );
  const { parallel = host.processors } = options;
  const settings = readRunSettings({ ...options, parallel });
  const runs = planRuns(input, 'simulated');
  const { startThread } = host;
  const threads =
    startThread !== undefined && parallel > 1 && runs.length * settings.repeat > 1
      ? new RehearsalThreads(() => startThread('rehearsal-thread'))
      : undefined;
  try {
    const outcomes = await runMany(runs, {
      settings,
      host,
      open: async (seed) => (await import('../providers/simulated.ts')).simulatedProvider(seed),
      ...(threads !== undefined && { make: threads.make }),
      told: options.json ? tellAll(options, { name: 'simulated' }) : tellBriefly,
    });
    return worstOf(outcomes);
  } finally {
    await threads?.end();
  }
}

/** A line for each run, and the error of one that did not hold. */
function tellBriefly(host: Host): Told {
  const startedAt = host.clock.now();
  return {
    event: () => {},
    end({ result, folder }) {
      const simulated = formatDuration(Math.round(result.seconds) * 1000);
      const real = ((host.clock.now() - startedAt) / 1000).toFixed(1);
      host.out(
        `${result.mission}  ${result.verdict}, ${simulated} of simulated time in ${real}s, seed ${result.seed}\n`,
      );
      if (result.error === undefined) return;
      host.err(`${renderError(errorOf(result))}\n`);
      host.out(`results  ${folder}/result.json\n`);
    },
  };
}
