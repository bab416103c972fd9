import { accessOptions } from './access.ts';
import { archiveOptions } from './archive.ts';
import { clusterSettingOptions } from './cluster.ts';
import { driverOptions } from './driver.ts';
import { everyOptions, outputOptions } from './output.ts';
import { runOptions } from './runs.ts';
import { choiceOptions, nodeOptions } from './what.ts';
import { whereOptions } from './where.ts';

/** Every option that there is. Commands pick theirs; each option is one row, whoever reads it. */
export const allOptions = {
  ...whereOptions,
  ...accessOptions,
  ...nodeOptions,
  ...choiceOptions,
  ...clusterSettingOptions,
  ...archiveOptions,
  ...driverOptions,
  ...runOptions,
  ...outputOptions,
  ...everyOptions,
};
