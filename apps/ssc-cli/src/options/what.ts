import { option, preset, switchOff } from './option-row.ts';
import { path, text, toggle, whole } from './option-type.ts';

/** What nodes are made of. */
export const nodeOptions = {
  coreBinary: option(path('<file>'), {
    about: 'the stellar-core executable that nodes on this machine are processes of',
    group: 'What',
    providers: ['native'],
  }),
  oldCoreBinary: option(path('<file>'), {
    about: 'the executable of an older version, for missions that mix versions',
    group: 'What',
    providers: ['native'],
  }),
  image: option(text('<name>'), {
    about: 'the image of stellar-core',
    group: 'What',
    providers: ['kubernetes'],
    aliases: ['i'],
  }),
  oldImage: option(text('<name>'), {
    about: 'the image of an older version, for missions that mix versions',
    group: 'What',
    providers: ['kubernetes'],
    aliases: ['o'],
  }),
  historyImage: preset(
    option(text('<name>'), {
      about: 'the image of nginx, which serves history archives',
      group: 'Cluster',
      providers: ['kubernetes'],
      aliases: ['nginx-image'],
    }),
    'nginx',
  ),
  seed: option(text('<text>'), {
    about: 'the seed of node keys, and of chance in a simulation',
    presetIs: 'drawn and printed',
    group: 'What',
    aliases: ['random-seed'],
  }),
};

/** Which missions, runs or nodes a command is about. */
export const choiceOptions = {
  all: switchOff(toggle, {
    about: 'rehearse every mission there is',
    group: 'What',
    flagOnly: true,
  }),
  nodes: preset(
    option(whole('<count>', { min: 1, max: 100 }), {
      about: 'how many validators',
      group: 'What',
      flagOnly: true,
    }),
    3,
  ),
  expired: switchOff(toggle, {
    about: 'remove runs whose fuse has burnt down or is gone',
    group: 'What',
    flagOnly: true,
  }),
  allMine: switchOff(toggle, {
    about: 'remove all runs that you started',
    group: 'What',
    flagOnly: true,
  }),
  force: switchOff(toggle, {
    about: 'remove runs whose driver is alive as well',
    group: 'What',
    flagOnly: true,
  }),
  dryRun: switchOff(toggle, {
    about: 'only say what would be removed',
    group: 'What',
    flagOnly: true,
  }),
  container: option(text('<name>'), {
    about: 'the container',
    presetIs: 'stellar-core',
    group: 'What',
    flagOnly: true,
  }),
  follow: switchOff(toggle, {
    about: 'go on until the containers have ended, or Ctrl-C',
    group: 'What',
    flagOnly: true,
  }),
  previous: switchOff(toggle, {
    about: 'the log of the last run of each container before this one',
    group: 'What',
    flagOnly: true,
  }),
  user: option(text('<name>'), {
    about: 'the user who may',
    presetIs: 'a service account that is made as well',
    group: 'What',
    flagOnly: true,
  }),
};
