import { redact, usageError } from '@ssc/errors';
import { diffRun, planNetwork, type RunComparison, type RunDifference } from '@ssc/formation';
import { parseRunName } from '@ssc/kube-specs';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import type { InputOf } from '../command-row.ts';
import type { optionsOf } from '../commands.ts';
import type { Host } from '../host.ts';
import { needsNetwork, toNetworkRequest } from '../network-request.ts';
import { type KubeOpener, openKube } from '../open-kube.ts';

/** Says what would change if the network of a run were made now: 0 nothing, 1 something. */
export async function diff(
  input: InputOf<typeof optionsOf.diff>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  const { options, missions } = input;
  const [mission] = missions;
  const run = input.args[1];
  if (mission === undefined || run === undefined || input.args.length > 2)
    throw usageError('SSC_USAGE_ARGUMENT', 'diff takes the name of a mission and that of a run', {
      hint: 'For example: ssc diff SimplePayment ssc-1a2b3c --seed 7. All runs: ssc runs.',
    });
  parseRunName(run);
  const { seed } = options;
  if (seed === undefined)
    throw usageError(
      'SSC_USAGE_SEED',
      'diff needs the seed of the run, which its keys are made from',
      {
        hint: 'It was printed when the run began, and stands in its result.json: --seed TEXT.',
      },
    );
  const cluster = await open(options, host);
  try {
    const { kube, namespace } = cluster;
    const request = toNetworkRequest(mission, run, { ...options, namespace, seed }, input);
    const comparison = await diffRun({ kube, plan: planNetwork(needsNetwork(request)).plan });
    host.out(renderComparison(comparison, run));
    return comparison.differences.length === 0 ? 0 : 1;
  } finally {
    await cluster.close();
  }
}

function renderComparison({ differences, compared, unseen }: RunComparison, run: string): string {
  const summary =
    differences.length === 0
      ? `nothing would change: ${compared} objects and files of ${run} are as they would be made now`
      : `${differences.length} of ${compared} objects and files of ${run} would change`;
  return [
    ...differences.map(renderDifference),
    `${summary}\n`,
    ...(unseen.length === 0
      ? []
      : [
          `not seen, since they may not be listed: ${unseen.join(', ')} that would not be made now\n`,
        ]),
  ].join('');
}

/** One difference as a unified diff, secrets taken out. */
function renderDifference({ what, before, after }: RunDifference): string {
  const patch = (show: (text: string) => string): string =>
    createTwoFilesPatch(
      before === undefined ? '/dev/null' : what,
      after === undefined ? '/dev/null' : what,
      show(toText(before)),
      show(toText(after)),
      undefined,
      undefined,
      { context: 3 },
    ).replace(/^(Index: .*\n)?=+\n/u, '');
  const shown = patch(redact);
  // Fewer lines changed to the eye than did.
  const hides = changesIn(shown) < changesIn(patch((text) => text));
  return hides ? `${shown}  ${secretsDiffer}\n` : shown;
}

const secretsDiffer = 'secrets in it differ, and are not shown';
const changesIn = (patch: string): number =>
  patch.split('\n').filter((line) => /^[-+]/u.test(line)).length;

const toText = (side: object | string | undefined): string =>
  side === undefined
    ? ''
    : typeof side === 'string'
      ? side
      : stringify(side, { aliasDuplicateObjects: false });
