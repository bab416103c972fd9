import { accessOptions } from './access.ts';
import { archiveOptions } from './archive.ts';
import { clusterSettingOptions } from './cluster.ts';
import { driverOptions } from './driver.ts';
import { type OptionValues, option, preset } from './option-row.ts';
import { outputOptions } from './output.ts';
import { runOptions } from './runs.ts';
import { choiceOptions, nodeOptions } from './what.ts';
import { clusterOptions, whereOptions } from './where.ts';

const { access } = accessOptions;
const { json, output, format, foreground } = outputOptions;
const { image, oldImage, historyImage, coreBinary, oldCoreBinary, seed } = nodeOptions;
const { all, nodes, expired, allMine, force, dryRun, user } = choiceOptions;
const { container, follow, previous } = choiceOptions;
const { parallel, repeat, timeout, keep, keepFor, destination } = runOptions;
const defaultNamespace = preset(clusterOptions.namespace, 'default');

const { coreBinary: _here, oldCoreBinary: _old, ...nodesInPods } = nodeOptions;

/** What runs in the pods of a network that is only looked at. */
const imagesOfPlan = {
  image: preset(image, 'stellar/stellar-core'),
  oldImage: preset(oldImage, 'stellar/stellar-core'),
  historyImage,
};

/** The options of each command; the type of what it gets follows from them. */
export const optionsOf = {
  mission: {
    ...whereOptions,
    ...accessOptions,
    ...nodeOptions,
    ...clusterSettingOptions,
    ...runOptions,
    json,
  },
  rehearse: {
    all,
    seed,
    parallel: option(parallel.type, { ...parallel, presetIs: 'as many as there are processors' }),
    repeat,
    timeout,
    destination,
    json,
  },
  render: {
    namespace: defaultNamespace,
    ...accessOptions,
    ...imagesOfPlan,
    seed: preset(seed, '0'),
    ...clusterSettingOptions,
    format,
    output,
  },
  diff: {
    ...clusterOptions,
    ...accessOptions,
    ...imagesOfPlan,
    ...clusterSettingOptions,
    seed: { ...seed, presetIs: 'that of the run' },
  },
  plan: {
    ...clusterOptions,
    ...accessOptions,
    ...imagesOfPlan,
    ...clusterSettingOptions,
    coreBinary: { ...coreBinary, presetIs: 'none: what a cluster needs is said' },
    oldCoreBinary,
    seed,
    json,
  },
  renderRbac: { namespace: defaultNamespace, access, user },
  renderDriver: {
    namespace: defaultNamespace,
    ...nodesInPods,
    ...clusterSettingOptions,
    ...driverOptions,
    ...runOptions,
    json,
  },
  runs: { ...clusterOptions, json },
  clean: { ...clusterOptions, expired, allMine, force, dryRun },
  logs: { ...clusterOptions, container, follow, previous },
  http: { ...clusterOptions, ...accessOptions },
  stop: { ...clusterOptions },
  attach: { ...clusterOptions, timeout, keep, keepFor, destination, json },
  up: {
    nodes,
    coreBinary: { ...coreBinary, presetIs: 'simulated nodes, as processes' },
    seed,
    foreground,
  },
  doctor: { ...clusterOptions, ...accessOptions, json },
  printed: { json },
  archiveVerify: { ...archiveOptions, json },
  none: {},
};

/** The values of the options of `ssc mission`. */
export type MissionOptions = OptionValues<typeof optionsOf.mission>;
