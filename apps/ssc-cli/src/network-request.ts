import type { NetworkRequest } from '@ssc/formation';
import { type Mission, readParams } from '@ssc/missions';
import { paramsOf } from './options/mission-params.ts';
import type { Input } from './options/read-input.ts';
import { readClusterSettings, type SettingValues } from './read-cluster-settings.ts';

/** What the options of a command say of a network. */
interface NetworkChoice extends SettingValues {
  readonly namespace: string;
  readonly image: string;
  readonly oldImage: string;
  readonly historyImage: string;
  readonly seed: string;
}

/** The network of a mission as a run of that name would have it. */
export const toNetworkRequest = (
  mission: Mission,
  run: string,
  choice: NetworkChoice,
  input: Pick<Input, 'params'>,
): NetworkRequest => ({
  run,
  mission: mission.name,
  namespace: choice.namespace,
  sets: mission.network(readParams(mission.params, paramsOf(input, mission))),
  images: { core: choice.image, old: choice.oldImage, history: choice.historyImage },
  seed: choice.seed,
  // By hand it is whatever stands there: the password of a server that only its own pod reaches.
  clusterSettings: readClusterSettings(choice, 'rendered'),
});
