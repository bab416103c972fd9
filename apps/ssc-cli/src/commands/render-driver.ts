import { toMs } from '@ssc/clock';
import { usageError } from '@ssc/errors';
import { permissionsFor } from '@ssc/formation';
import { type DriverPlan, toDriverJob, toPermissionObjects } from '@ssc/kube-specs';
import { flagOf, readParams } from '@ssc/missions';
import { stringify } from 'yaml';
import type { Host } from '../host.ts';
import { driverOptions } from '../options/driver.ts';
import type { GivenText } from '../options/given.ts';
import type { Input } from '../options/input.ts';
import { paramsOf } from '../options/mission-params.ts';
import type { optionsOf } from '../options/of-commands.ts';
import { variableOfParam } from '../options/option-row.ts';

type RenderDriverInput = Input<typeof optionsOf.renderDriver>;

/**
 * Prints a Job that runs missions inside of the cluster, and the account it works with. Whatever was given here, on the
 * command line, in the environment or in ssc.toml, is told to it.
 */
export async function renderDriver(input: RenderDriverInput, host: Host): Promise<number> {
  const { options, missions } = input;
  const [first] = missions;
  if (first === undefined)
    throw usageError('SSC_USAGE_NO_MISSION', 'render driver takes the names of missions', {
      hint: 'For example: ssc render driver SimplePayment --driver-image registry.example/ssc:1 --image stellar/stellar-core:27.1.0.',
    });
  const missing = [
    ...(options.driverImage === undefined ? ['--driver-image'] : []),
    ...(options.image === undefined ? ['--image'] : []),
  ];
  if (options.driverImage === undefined || missing.length > 0)
    throw usageError(
      'SSC_USAGE_IMAGE',
      `a driver in the cluster needs its own image and that of stellar-core; missing: ${missing.join(', ')}`,
    );
  // What is wrong is found here, and not in a pod.
  for (const mission of missions) readParams(mission.params, paramsOf(input, mission));
  const { namespace, resultsClaim } = options;
  const permissions = toPermissionObjects({ namespace, rules: rulesOf() });
  const job = toDriverJob({
    namespace,
    name: options.driverName ?? `ssc-${first.name.toLowerCase()}`,
    image: options.driverImage,
    args: [
      ...['mission', ...missions.map(({ name }) => name)],
      ...['--provider', 'kubernetes', '--access', 'in-cluster', '--namespace', namespace],
      ...flagsOf(input.given),
    ],
    env: variablesOf(input),
    deadlineSeconds: Math.ceil(toMs(options.driverDeadline) / 1000),
    ...(resultsClaim !== undefined && { resultsClaim }),
  });
  for (const object of [...permissions.all, job])
    host.out(`---\n${stringify(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false })}`);
  return 0;
}

const rulesOf = () =>
  permissionsFor('in-cluster').map(({ group, resource, verbs }) => ({
    group,
    resources: [resource],
    verbs,
  }));

/** The options of the mission, as flags: those about the Job itself are not for it. */
function flagsOf(given: ReadonlyMap<string, GivenText>): string[] {
  const others = new Set(['namespace', 'config', 'showConfig', ...Object.keys(driverOptions)]);
  return [...given].flatMap(([name, { text }]) =>
    others.has(name) ? [] : [`--${flagOf(name)}=${text}`],
  );
}

/** The parameters of missions, as variables: two missions may have one of the same name. */
const variablesOf = (input: RenderDriverInput): NonNullable<DriverPlan['env']> =>
  Object.fromEntries(
    input.missions.flatMap((mission) =>
      Object.entries(paramsOf(input, mission)).map(
        ([name, text]) => [variableOfParam(mission.name, name), text] as const,
      ),
    ),
  );
