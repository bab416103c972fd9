import { redact, usageError } from '@ssc/errors';
import {
  diffRun,
  type FoundRun,
  listRunPods,
  listRuns,
  planNetwork,
  type RunComparison,
  type RunDifference,
} from '@ssc/formation';
import { parseRunName } from '@ssc/kube-specs';
import type { Mission } from '@ssc/missions';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { givenOf, readAsked, valuesOf } from '../asked.ts';
import type { Host } from '../host.ts';
import { needsNetwork, toNetworkRequest } from '../network-request.ts';
import { type KubeOpener, openKube } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import { optionsOf } from '../options/of-commands.ts';

type DiffInput = Input<typeof optionsOf.diff>;

/** Says what would change if the network of a run were made now: 0 nothing, 1 something. */
export async function diff(
  input: DiffInput,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  const { options, missions } = input;
  const [mission] = missions;
  const run = input.args[1];
  if (mission === undefined || run === undefined || input.args.length > 2)
    throw usageError('SSC_USAGE_ARGUMENT', 'diff takes the name of a mission and that of a run', {
      hint: 'For example: ssc diff SimplePayment ssc-1a2b3c. All runs: ssc runs.',
    });
  parseRunName(run);
  const cluster = await open(options, host);
  try {
    const { kube, namespace } = cluster;
    const query = { kube, clock: host.clock, namespace };
    const found = (await listRuns(query)).find((one) => one.run === run);
    // A network that was made by hand has pods and no anchor.
    if (found === undefined) await listRunPods({ kube, namespace, run });
    const { values, ...asked } = askedBefore(mission, found, input);
    const request = toNetworkRequest(mission, run, { ...values, namespace }, asked);
    const comparison = await diffRun({ kube, plan: planNetwork(needsNetwork(request)).plan });
    host.out(renderComparison(comparison, run));
    return comparison.differences.length === 0 ? 0 : 1;
  } finally {
    await cluster.close();
  }
}

/** What the run was asked for, where it tells and is one of this mission, and over it what is given now. */
function askedBefore(
  mission: Mission,
  found: FoundRun | undefined,
  { options, given, params }: DiffInput,
) {
  const isSame = found?.mission === mission.name && found.asked !== '';
  const before = isSame ? readAsked(found, mission) : undefined;
  const seed = options.seed ?? before?.seed;
  if (seed === undefined)
    throw usageError(
      'SSC_USAGE_SEED',
      'the seed is needed, which keys are made from: the run does not tell, or is one of another mission',
      { hint: 'It was printed when the run began, and stands in its result.json: --seed TEXT.' },
    );
  const kept = before === undefined ? {} : valuesOf(optionsOf.mission, before, found as FoundRun);
  const known = Object.entries(kept).filter(
    ([name, value]) =>
      value !== undefined && Object.hasOwn(before?.options ?? {}, name) && !given.has(name),
  );
  return {
    values: { ...options, ...Object.fromEntries(known), seed },
    params,
    given: new Map([...(before === undefined ? [] : givenOf(before)), ...given]),
    ...(before !== undefined && { before: before.params }),
  };
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
