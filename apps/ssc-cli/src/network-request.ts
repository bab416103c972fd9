import { usageError } from '@ssc/errors';
import type { NetworkRequest } from '@ssc/formation';
import { type Mission, readParams } from '@ssc/missions';
import type { Input } from './options/input.ts';
import { paramsOf } from './options/mission-params.ts';
import { type AccessValues, readAccess } from './read-access.ts';
import { readClusterSettings, type SettingValues } from './read-cluster-settings.ts';

/** What the options of a command say of a network. */
interface NetworkChoice extends SettingValues, AccessValues {
  readonly namespace: string;
  readonly image: string;
  readonly oldImage: string;
  readonly historyImage: string;
  readonly seed: string;
}

/** What is asked of a network now, and perhaps was asked of it before. */
interface NetworkAsked extends Pick<Input, 'params' | 'given'> {
  /** The values of parameters where none are given. @default those of the mission */
  readonly before?: Readonly<Record<string, unknown>>;
}

/** The network that a mission begins with, as a run of that name would have it on real nodes; without sets where it makes its networks later. */
export const toNetworkRequest = (
  mission: Mission,
  run: string,
  choice: NetworkChoice,
  { before, ...input }: NetworkAsked,
): NetworkRequest => ({
  run,
  mission: mission.name,
  namespace: choice.namespace,
  sets: mission.network(valuesOf(mission, input, before)),
  images: { core: choice.image, old: choice.oldImage, history: choice.historyImage },
  seed: choice.seed,
  access: readAccess(choice, input.given, 'kubernetes', inPod)(run),
  // By hand it is whatever stands there: the password of a server that only its own pod reaches.
  clusterSettings: readClusterSettings(choice, 'rendered'),
});

/** What is given goes over what was asked for before, and that over what the mission says. */
function valuesOf(
  mission: Mission,
  input: Pick<Input, 'params'>,
  before: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const texts = paramsOf(input, mission);
  const values = readParams(mission.params, texts);
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(texts, name));
  return { ...values, ...Object.fromEntries(kept) };
}

// Objects are the same wherever they are looked at: inside of a pod as well.
const inPod = { KUBERNETES_SERVICE_HOST: '' };

/** Refuses a mission that makes all of its networks while it runs. */
export function needsNetwork(request: NetworkRequest): NetworkRequest {
  if (Object.keys(request.sets).length > 0) return request;
  throw usageError(
    'SSC_USAGE_NO_NETWORK',
    `${request.mission} makes its networks while it runs, so there is none to be seen before`,
    { hint: `What it makes: ssc plan ${request.mission}.` },
  );
}
