/** One option: what stands on the command line, in the help, and in the checks. */
export interface OptionRow {
  /** Without the dashes. */
  readonly flag: string;
  /** What the value is, for help; undefined for a switch. */
  readonly value?: string;
  readonly about: string;
  readonly group: 'Where' | 'What' | 'Output';
  /** The only values allowed. */
  readonly choices?: readonly string[];
}

/** The options of `ssc mission`. A mission's own parameters come beside these. */
export const missionOptions = [
  {
    flag: 'provider',
    value: '<name>',
    about: 'where the nodes run: simulated (default), native (this machine) or kubernetes',
    group: 'Where',
    choices: ['simulated', 'native', 'kubernetes'],
  },
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
  { flag: 'keep', about: 'keep the network when the run has ended', group: 'Output' },
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
