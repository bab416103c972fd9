import { formatDuration } from '@ssc/clock';
import { renderError, usageError } from '@ssc/errors';
import { catalog, findMission } from '@ssc/missions';
import { readOptions } from '../command-line.ts';
import type { Host } from '../host.ts';
import { rehearseOptions } from '../option-table.ts';
import type { Found } from '../parse-command.ts';
import { errorOf } from '../print-end.ts';
import { readRunSettings } from '../read-run-settings.ts';
import { runMany, type Told, tellAll, worstOf } from '../run-many.ts';
import { paramsOfAll, planRuns } from './mission.ts';

/** Runs missions on simulated nodes, and prints a line for each. The worst verdict is the exit code. */
export async function rehearse(found: Found, host: Host): Promise<number> {
  const named = found.args.map(findMission);
  const isAll = found.options['all'] === true;
  const missions = isAll ? Object.values(catalog) : named;
  const given = readOptions(rehearseOptions, paramsOfAll(missions), found.options);
  if (isAll === named.length > 0)
    throw usageError(
      'SSC_USAGE_NO_MISSION',
      isAll ? 'missions are named beside --all' : 'no mission is named',
      {
        hint: 'Either name missions, ssc rehearse SimplePayment, or take all: ssc rehearse --all.',
      },
    );
  const settings = readRunSettings(given.options);
  const { simulatedProvider } = await import('../providers/simulated.ts');
  const outcomes = await runMany(
    planRuns(missions, given),
    settings,
    given.options,
    host,
    async (seed) => simulatedProvider(seed),
    given.options['json'] === true ? tellAll(given.options, 'simulated') : tellBriefly,
  );
  return worstOf(outcomes);
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
