import { option, preset, switchOff } from './option-row.ts';
import { duration, path, toggle, whole } from './option-type.ts';

/** How runs are made, whatever the missions are. */
export const runOptions = {
  parallel: preset(
    option(whole('<count>', { min: 1 }), { about: 'how many runs at once', group: 'Runs' }),
    1,
  ),
  repeat: preset(
    option(whole('<count>', { min: 1 }), {
      about: 'run each mission so often, with seeds made from the first',
      group: 'Runs',
    }),
    1,
  ),
  retryBroken: preset(
    option(whole('<count>', { min: 0 }), {
      about: 'make a run that was broken again so often; one that failed never',
      group: 'Runs',
    }),
    0,
  ),
  timeout: option(duration, {
    about: 'a run that takes longer ends as broken, and says what was under way',
    group: 'Runs',
  }),
  keep: switchOff(toggle, {
    about: 'keep the network for a day when the run has ended',
    group: 'Output',
    aliases: ['keep-data'],
  }),
  keepFor: option(duration, {
    about: 'keep it for so long, for example 24h; the cluster then removes it',
    group: 'Output',
  }),
  destination: preset(
    option(path('<folder>'), {
      about: 'where run folders go',
      group: 'Output',
      aliases: ['d'],
    }),
    'ssc-runs',
  ),
};
