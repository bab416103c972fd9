import { option, preset } from './option-row.ts';
import { duration, text } from './option-type.ts';

/** What `ssc render driver` makes a Job of. */
export const driverOptions = {
  driverImage: option(text('<name>'), {
    about: 'the image of ssc itself, made with the Dockerfile of its repository',
    group: 'What',
  }),
  driverName: option(text('<name>'), {
    about: 'the name of the Job',
    presetIs: 'ssc and the first mission',
    group: 'What',
    flagOnly: true,
  }),
  driverDeadline: preset(
    option(duration, {
      about: 'the Job is ended after this; its runs then burn down by themselves',
      group: 'What',
    }),
    '24h',
  ),
  resultsClaim: option(text('<name>'), {
    about: 'the PersistentVolumeClaim that run folders are left in',
    presetIs: 'a folder that is gone with the pod',
    group: 'Output',
  }),
};
