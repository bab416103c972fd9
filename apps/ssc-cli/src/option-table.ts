/** One option: what stands on the command line, in the help, and in the checks. */
export interface OptionRow {
  /** Without the dashes. */
  readonly flag: string;
  /** What the value is, for help; undefined for a switch. */
  readonly value?: string;
  readonly about: string;
  readonly group: 'Where' | 'What' | 'Runs' | 'Output';
  /** The only values allowed. */
  readonly choices?: readonly string[];
}

/** Which cluster, and where in it. */
const clusterOptions = [
  {
    flag: 'kubeconfig',
    value: '<file>',
    about: 'the cluster (default: $KUBECONFIG, ~/.kube/config, or the pod’s own)',
    group: 'Where',
  },
  {
    flag: 'context',
    value: '<name>',
    about: 'the context of the kubeconfig (default: its current one)',
    group: 'Where',
  },
  {
    flag: 'namespace',
    value: '<name>',
    about: 'the namespace (default: that of the context)',
    group: 'Where',
  },
] as const satisfies readonly OptionRow[];

/** The options of `ssc mission`. A mission's own parameters come beside these. */
export const missionOptions = [
  {
    flag: 'provider',
    value: '<name>',
    about: 'where the nodes run: simulated (default), native (this machine) or kubernetes',
    group: 'Where',
    choices: ['simulated', 'native', 'kubernetes'],
  },
  ...clusterOptions,
  {
    flag: 'core-binary',
    value: '<file>',
    about: 'the stellar-core executable that nodes on this machine are processes of',
    group: 'What',
  },
  {
    flag: 'old-core-binary',
    value: '<file>',
    about: 'the executable of an older version, for missions that mix versions',
    group: 'What',
  },
  { flag: 'image', value: '<name>', about: 'the image of stellar-core', group: 'What' },
  {
    flag: 'history-image',
    value: '<name>',
    about: 'the image of nginx, which serves history archives (default: nginx)',
    group: 'What',
  },
  {
    flag: 'seed',
    value: '<text>',
    about: 'the seed of node keys, and of chance in a simulation (default: drawn and printed)',
    group: 'What',
  },
  {
    flag: 'parallel',
    value: '<count>',
    about: 'how many runs at once (default: 1)',
    group: 'Runs',
  },
  {
    flag: 'repeat',
    value: '<count>',
    about: 'run each mission so often, with seeds made from the first (default: 1)',
    group: 'Runs',
  },
  {
    flag: 'retry-broken',
    value: '<count>',
    about: 'make a run that was broken again so often; one that failed never (default: 0)',
    group: 'Runs',
  },
  {
    flag: 'timeout',
    value: '<duration>',
    about: 'a run that takes longer ends as broken, and says what was under way',
    group: 'Runs',
  },
  {
    flag: 'keep',
    about: 'keep the network for a day when the run has ended',
    group: 'Output',
  },
  {
    flag: 'keep-for',
    value: '<duration>',
    about: 'keep it for so long, for example 24h; the cluster then removes it',
    group: 'Output',
  },
  {
    flag: 'destination',
    value: '<folder>',
    about: 'where run folders go (default: ssc-runs)',
    group: 'Output',
  },
  { flag: 'json', about: 'print one JSON object a line for each event', group: 'Output' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc rehearse`. */
export const rehearseOptions = [
  { flag: 'all', about: 'rehearse every mission there is', group: 'What' },
  {
    flag: 'seed',
    value: '<text>',
    about: 'the seed of node keys and of chance (default: drawn and printed)',
    group: 'What',
  },
  {
    flag: 'parallel',
    value: '<count>',
    about: 'how many runs at once (default: 1)',
    group: 'Runs',
  },
  {
    flag: 'repeat',
    value: '<count>',
    about: 'run each mission so often, with seeds made from the first (default: 1)',
    group: 'Runs',
  },
  {
    flag: 'timeout',
    value: '<duration>',
    about: 'a run that takes longer ends as broken, and says what was under way',
    group: 'Runs',
  },
  {
    flag: 'destination',
    value: '<folder>',
    about: 'where run folders go (default: ssc-runs)',
    group: 'Output',
  },
  { flag: 'json', about: 'print one JSON object a line for each event', group: 'Output' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc render`. */
export const renderOptions = [
  { flag: 'namespace', value: '<name>', about: 'the namespace (default: default)', group: 'Where' },
  {
    flag: 'image',
    value: '<name>',
    about: 'the image of stellar-core (default: stellar/stellar-core)',
    group: 'What',
  },
  {
    flag: 'history-image',
    value: '<name>',
    about: 'the image of nginx, which serves history archives (default: nginx)',
    group: 'What',
  },
  { flag: 'seed', value: '<text>', about: 'the seed of node keys (default: 0)', group: 'What' },
  {
    flag: 'output',
    value: '<folder>',
    about: 'write files there (default: print to standard output)',
    group: 'Output',
  },
] as const satisfies readonly OptionRow[];

/** The options of `ssc config check`. */
export const configOptions = [
  { flag: 'json', about: 'print the reports as one JSON array', group: 'Output' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc tx decode`. */
export const decodeOptions = [
  { flag: 'json', about: 'print the values alone, as JSON', group: 'Output' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc runs`. */
export const runsOptions = [
  ...clusterOptions,
  { flag: 'json', about: 'print the runs as one JSON array', group: 'Output' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc clean`. */
export const cleanOptions = [
  ...clusterOptions,
  { flag: 'expired', about: 'remove runs whose fuse has burnt down or is gone', group: 'What' },
  { flag: 'all-mine', about: 'remove all runs that you started', group: 'What' },
  { flag: 'force', about: 'remove runs whose driver is alive as well', group: 'What' },
  { flag: 'dry-run', about: 'only say what would be removed', group: 'What' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc doctor`. */
export const doctorOptions = [
  ...clusterOptions,
  { flag: 'json', about: 'print the findings as one JSON array', group: 'Output' },
] as const satisfies readonly OptionRow[];

/** The options of `ssc render rbac`. */
export const rbacOptions = [
  { flag: 'namespace', value: '<name>', about: 'the namespace (default: default)', group: 'Where' },
  {
    flag: 'user',
    value: '<name>',
    about: 'the user who may (default: a service account that is made as well)',
    group: 'What',
  },
] as const satisfies readonly OptionRow[];

/** The options of `ssc up`. */
export const upOptions = [
  { flag: 'nodes', value: '<count>', about: 'how many validators (default: 3)', group: 'What' },
  {
    flag: 'core-binary',
    value: '<file>',
    about: 'the stellar-core executable (default: simulated nodes, as processes)',
    group: 'What',
  },
  {
    flag: 'seed',
    value: '<text>',
    about: 'the seed of node keys (default: drawn)',
    group: 'What',
  },
  { flag: 'foreground', about: 'stay in this terminal until Ctrl-C', group: 'Output' },
] as const satisfies readonly OptionRow[];
