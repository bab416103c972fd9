import { type CommandRow, command } from './command-row.ts';
import { accessOptions } from './options/access.ts';
import { archiveOptions } from './options/archive.ts';
import { clusterSettingOptions } from './options/cluster.ts';
import { driverOptions } from './options/driver.ts';
import { preset } from './options/option-row.ts';
import { outputOptions } from './options/output.ts';
import { runOptions } from './options/runs.ts';
import { choiceOptions, nodeOptions } from './options/what.ts';
import { clusterOptions, whereOptions } from './options/where.ts';

const { access } = accessOptions;
const { json, output, format, foreground } = outputOptions;
const { image, oldImage, historyImage, coreBinary, seed } = nodeOptions;
const { all, nodes, expired, allMine, force, dryRun, user } = choiceOptions;
const { container, follow, previous } = choiceOptions;
const { parallel, repeat, timeout, keep, keepFor, destination } = runOptions;
const defaultNamespace = preset(clusterOptions.namespace, 'default');

const { coreBinary: _here, oldCoreBinary: _old, ...nodesInPods } = nodeOptions;

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
  rehearse: { all, seed, parallel, repeat, timeout, destination, json },
  render: {
    namespace: defaultNamespace,
    ...accessOptions,
    image: preset(image, 'stellar/stellar-core'),
    oldImage: preset(oldImage, 'stellar/stellar-core'),
    historyImage,
    seed: preset(seed, '0'),
    ...clusterSettingOptions,
    format,
    output,
  },
  diff: {
    ...clusterOptions,
    ...accessOptions,
    image: preset(image, 'stellar/stellar-core'),
    oldImage: preset(oldImage, 'stellar/stellar-core'),
    historyImage,
    ...clusterSettingOptions,
    seed: { ...seed, presetIs: 'that of the run' },
  },
  plan: {
    ...clusterOptions,
    ...accessOptions,
    image: preset(image, 'stellar/stellar-core'),
    oldImage: preset(oldImage, 'stellar/stellar-core'),
    historyImage,
    ...clusterSettingOptions,
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

/** All commands. */
export const commands: readonly CommandRow[] = [
  command({
    name: 'mission',
    usage: '<name...>',
    about: 'run missions; the worst verdict is the exit code',
    options: optionsOf.mission,
    missions: (args, find) => args.map(find),
    run: async (input, host) => (await import('./commands/mission.ts')).mission(input, host),
  }),
  command({
    name: 'rehearse',
    usage: '[name...]',
    about: 'run missions on simulated nodes, a line for each; --all for every one',
    options: optionsOf.rehearse,
    missions: (args, find, { given, all: every }) =>
      given.has('all') && args.length === 0 ? every : args.map(find),
    run: async (input, host) => (await import('./commands/rehearse.ts')).rehearse(input, host),
  }),
  command({
    name: 'missions',
    usage: '',
    about: 'list the missions and their parameters',
    options: optionsOf.none,
    run: async (input, host) => (await import('./commands/missions.ts')).missions(input, host),
  }),
  command({
    name: 'render',
    usage: '<name>',
    about: 'print the configurations and manifests of a mission, with no cluster',
    options: optionsOf.render,
    missions: (args, find) => args.map(find),
    run: async (input, host) => (await import('./commands/render.ts')).render(input, host),
  }),
  command({
    name: 'plan',
    usage: '<name>',
    about:
      'say what a mission would do and need, and whether a cluster has room for it: exit code 2 if not',
    options: optionsOf.plan,
    missions: (args, find) => args.map(find),
    run: async (input, host) => (await import('./commands/plan.ts')).plan(input, host),
  }),
  command({
    name: 'diff',
    usage: '<name> <run>',
    about:
      'say what would change if the network of a run were made now: exit code 0 nothing, 1 something',
    options: optionsOf.diff,
    missions: (args, find) => args.slice(0, 1).map(find),
    run: async (input, host) => (await import('./commands/diff.ts')).diff(input, host),
  }),
  command({
    name: 'results schema',
    usage: '[event]',
    about: 'print the JSON Schema of result.json, or of a line of events.jsonl',
    options: optionsOf.none,
    run: async (input, host) => (await import('./commands/results.ts')).resultsSchema(input, host),
  }),
  command({
    name: 'render rbac',
    usage: '',
    about: 'print the Role that a run on Kubernetes needs',
    options: optionsOf.renderRbac,
    run: async (input, host) => (await import('./commands/render-rbac.ts')).renderRbac(input, host),
  }),
  command({
    name: 'render driver',
    usage: '<name...>',
    about: 'print a Job that runs missions inside of the cluster, and its account',
    options: optionsOf.renderDriver,
    missions: (args, find) => args.map(find),
    run: async (input, host) =>
      (await import('./commands/render-driver.ts')).renderDriver(input, host),
  }),
  command({
    name: 'runs',
    usage: '',
    about: 'list the runs on a cluster: who, since when, how far, and when they burn down',
    options: optionsOf.runs,
    run: async (input, host) => (await import('./commands/runs.ts')).runs(input, host),
  }),
  command({
    name: 'clean',
    usage: '[run...]',
    about: 'remove runs from a cluster, only those that are named',
    options: optionsOf.clean,
    run: async (input, host) => (await import('./commands/clean.ts')).clean(input, host),
  }),
  command({
    name: 'logs',
    usage: '<run> [node]',
    about: 'print logs of a run: of one node, or of all with the node before each line',
    options: optionsOf.logs,
    run: async (input, host) => (await import('./commands/logs.ts')).logs(input, host),
  }),
  command({
    name: 'http',
    usage: '<run> <node> <what...>',
    about: 'ask a node over its admin port: ssc http ssc-1a2b3c core-0 upgrades mode=get',
    options: optionsOf.http,
    run: async (input, host) => (await import('./commands/http.ts')).http(input, host),
  }),
  command({
    name: 'stop',
    usage: '<run>',
    about: 'end a run and remove it; its driver, if it is alive, ends as interrupted',
    options: optionsOf.stop,
    run: async (input, host) => (await import('./commands/stop.ts')).stop(input, host),
  }),
  command({
    name: 'attach',
    usage: '<run>',
    about: 'go on with a run on a cluster whose driver died',
    options: optionsOf.attach,
    run: async (input, host) => (await import('./commands/attach.ts')).attach(input, host),
  }),
  command({
    name: 'up',
    usage: '',
    about: 'start a network on this machine that stays, and print how to reach each node',
    options: optionsOf.up,
    run: async (input, host) => (await import('./commands/up.ts')).up(input, host),
  }),
  command({
    name: 'down',
    usage: '[run...]',
    about: 'end networks that ssc up started',
    options: optionsOf.none,
    run: async (input, host) => (await import('./commands/down.ts')).down(input, host),
  }),
  command({
    name: 'doctor',
    usage: '',
    about: 'check everything that a run on Kubernetes needs',
    options: optionsOf.doctor,
    run: async (input, host) => (await import('./commands/doctor.ts')).doctor(input, host),
  }),
  command({
    name: 'config check',
    usage: '<file...>',
    about: 'check stellar-core configurations as core does, and further; - is standard input',
    options: optionsOf.printed,
    run: async (input, host) => (await import('./commands/config.ts')).configCheck(input, host),
  }),
  command({
    name: 'config explain',
    usage: '<key>',
    about: 'say what a key of the configuration does',
    options: optionsOf.none,
    run: async (input, host) => (await import('./commands/config.ts')).configExplain(input, host),
  }),
  command({
    name: 'config schema',
    usage: '',
    about: 'print the JSON Schema of a configuration',
    options: optionsOf.none,
    run: async (input, host) => (await import('./commands/config.ts')).configSchema(input, host),
  }),
  command({
    name: 'tx decode',
    usage: '<base64|file|->',
    about: 'show XDR as JSON: envelopes, results, meta, headers; finds the type by itself',
    options: optionsOf.printed,
    run: async (input, host) => (await import('./commands/tx.ts')).txDecode(input, host),
  }),
  command({
    name: 'archive verify',
    usage: '<url|folder>',
    about: 'verify a history archive: headers, transactions, results, buckets, messages',
    options: optionsOf.archiveVerify,
    run: async (input, host) => (await import('./commands/archive.ts')).archiveVerify(input, host),
  }),
  command({
    name: 'archive info',
    usage: '<url|folder>',
    about: 'say what a history archive holds, from its newest state',
    options: optionsOf.printed,
    run: async (input, host) => (await import('./commands/archive.ts')).archiveInfo(input, host),
  }),
  command({
    name: 'archive cat',
    usage: '<url|folder> <what>',
    about: 'print records of a history archive as JSON: a path in it, ledger:12, bucket:HASH',
    options: optionsOf.none,
    run: async (input, host) => (await import('./commands/archive.ts')).archiveCat(input, host),
  }),
];
