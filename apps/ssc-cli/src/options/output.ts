import { option, preset, switchOff } from './option-row.ts';
import { oneOf, path, text, toggle } from './option-type.ts';

/** How a command prints. */
export const outputOptions = {
  json: switchOff(toggle, {
    about: 'print JSON; of a run, an object a line for each event',
    group: 'Output',
  }),
  output: option(path('<folder>'), {
    about: 'write files there',
    presetIs: 'print to standard output',
    group: 'Output',
    flagOnly: true,
  }),
  format: preset(
    option(oneOf('<name>', 'yaml', 'json'), { about: 'how objects are written', group: 'Output' }),
    'yaml',
  ),
  foreground: switchOff(toggle, {
    about: 'stay in this terminal until Ctrl-C',
    group: 'Output',
    flagOnly: true,
  }),
};

/** What every command takes. */
export const everyOptions = {
  config: option(text('<file>'), {
    about: 'settings as TOML',
    presetIs: 'ssc.toml of this folder, else of the nearest one above',
    group: 'Output',
    flagOnly: true,
  }),
  showConfig: switchOff(toggle, {
    about: 'print the value of every option and where it comes from, and do nothing else',
    group: 'Output',
    flagOnly: true,
  }),
};
