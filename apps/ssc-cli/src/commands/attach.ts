import { type SscError, usageError } from '@ssc/errors';
import { drivenRuns, type FoundRun, findRun } from '@ssc/formation';
import { parseRunName } from '@ssc/kube-specs';
import { findMission } from '@ssc/missions';
import { givenOf, readAsked, valuesOf } from '../asked.ts';
import type { Host } from '../host.ts';
import { findNativeRun } from '../native/site.ts';
import { type KubeOpener, openElsewhere, openKube } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import { type MissionOptions, optionsOf } from '../options/of-commands.ts';
import { kubernetesProvider } from '../providers/kubernetes.ts';
import { readAccess } from '../read-access.ts';
import { readRunSettings } from '../read-run-settings.ts';
import { tellAll } from '../run-many.ts';
import { runOne } from '../run-one.ts';
import { againFlags, type OpenProvider } from './mission.ts';

/** Goes on with a run whose driver died: what was finished gives its values back, the rest is done. */
export async function attach(
  { args, options, given }: Input<typeof optionsOf.attach>,
  host: Host,
  open: KubeOpener = openKube,
  openProvider: OpenProvider = (_name, _seed, values, _host, access) =>
    kubernetesProvider(values, host, access),
): Promise<number> {
  const [name, ...more] = args;
  if (name === undefined || more.length > 0)
    throw usageError('SSC_USAGE_ARGUMENT', 'attach takes the name of one run', {
      hint: 'For example: ssc attach ssc-1a2b3c. All runs: ssc runs.',
    });
  const found = await find(parseRunName(name), options, host, open);
  if (found.state === 'kept') throw kept(found);
  if (found.state === 'driven')
    throw drivenRuns([found], '; nothing was changed', 'Wait until it has ended.');
  const mission = findMission(found.mission);
  const asked = readAsked(found, mission);
  const values = { ...valuesOf(optionsOf.mission, asked, found), ...options } as MissionOptions;
  const { seed, params } = asked;
  const access = readAccess(values, givenOf(asked), 'kubernetes', host.env);
  const flags = againFlags(new Map([...givenOf(asked), ...given]));
  const told = tellAll(values, { name: 'kubernetes', flags })(host);
  const ended = await runOne(
    { mission, params, seed, options: asked.options, found },
    {
      settings: readRunSettings(values),
      host,
      open: () => openProvider('kubernetes', seed, values, host, access),
      onEvent: told.event,
    },
  );
  told.end(ended);
  return ended.exitCode;
}

async function find(
  run: string,
  options: Input<typeof optionsOf.attach>['options'],
  host: Host,
  open: KubeOpener,
): Promise<FoundRun> {
  if (findNativeRun(run) !== undefined)
    throw usageError(
      'SSC_ATTACH_HERE',
      `${run} is on this machine, where nodes end with their driver`,
      {
        hint: `Nothing is there to go on with. What is left of it: ssc clean ${run}.`,
      },
    );
  const cluster = await openElsewhere(open, options, host, run);
  try {
    const { kube, namespace } = cluster;
    return await findRun({ kube, clock: host.clock, namespace, run });
  } finally {
    await cluster.close();
  }
}

const kept = ({ run }: FoundRun): SscError =>
  usageError(
    'SSC_RUN_KEPT',
    `run ${run} has ended, and its network was kept: nothing is left to do`,
    {
      hint: `Its result is where it ran. Remove it with ssc clean ${run}.`,
    },
  );
