/** An option of a command: its name without dashes, and what stands for its argument in the usage text. */
export interface OptionSpec {
  readonly name: string;
  readonly argument?: string;
  readonly about: string;
}

/** A command that core-sim has. */
export interface CommandSpec {
  readonly name: string;
  readonly about: string;
  /** What stands for the positional arguments in the usage text; undefined: there are none. */
  readonly positional?: string;
  /** What the positional argument looks like, and what is said of one that is missing or does not. */
  readonly form?: { readonly pattern: RegExp; readonly howTo: string };
  readonly options: readonly OptionSpec[];
}

const conf: OptionSpec = {
  name: 'conf',
  argument: 'FILE-NAME',
  about: "specify a config file ('stdin' for STDIN, default 'stellar-core.cfg')",
};
const logLevel: OptionSpec = { name: 'll', argument: 'LEVEL', about: 'set the log level' };
const consoleLog: OptionSpec = { name: 'console', about: 'enable logging to console' };
const metric: OptionSpec = {
  name: 'metric',
  argument: 'METRIC-NAME',
  about: 'report metric METRIC-NAME on exit',
};
const common = [logLevel, metric, consoleLog, conf];

/** Commands that core-sim does as stellar-core does. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'catchup',
    about: 'execute catchup from history archives without connecting to network',
    positional: 'DESTINATION-LEDGER/LEDGER-COUNT',
    form: {
      pattern: /^(current|0*([2-9]|[1-9]\d{1,9}))\/(max|\d{1,10})$/,
      howTo:
        "catchup value should be passed as <DESTINATION-LEDGER/LEDGER-COUNT>, where\ndestination ledger is any valid number or 'current' and ledger count is any\nvalid number or 'max'",
    },
    options: [
      ...common,
      {
        name: 'archive',
        argument: 'ARCHIVE-NAME',
        about: "Archive name to be used for catchup. Use 'any' to select randomly",
      },
      {
        name: 'trusted-checkpoint-hashes',
        argument: 'FILE-NAME',
        about: "get destination ledger hash from trusted output of 'verify-checkpoints'",
      },
      { name: 'output-file', argument: 'FILE-NAME', about: 'output file' },
      { name: 'disable-bucket-gc', about: 'keeps all, even old, buckets on disk' },
      {
        name: 'extra-verification',
        about: 'verify all files from the archive for the catchup range',
      },
      { name: 'trusted-hash', argument: 'HASH', about: 'Hash of the ledger to catchup to' },
      { name: 'force-untrusted-catchup', about: 'force unverified catchup' },
    ],
  },
  { name: 'help', about: 'display list of available commands', options: [] },
  {
    name: 'http-command',
    about: 'send a command to local stellar-core',
    positional: 'COMMAND',
    options: common,
  },
  {
    name: 'new-db',
    about: 'creates or restores the DB to the genesis ledger',
    options: common,
  },
  {
    name: 'new-hist',
    about: 'initialize history archives',
    positional: 'HISTORY-LABEL...',
    options: common,
  },
  {
    name: 'offline-info',
    about: 'return information for an offline instance',
    options: common,
  },
  {
    name: 'run',
    about: 'run stellar-core node',
    options: [
      ...common,
      { name: 'disable-bucket-gc', about: 'keeps all, even old, buckets on disk' },
      {
        name: 'metadata-output-stream',
        argument: 'STREAM',
        about: "Filename or file-descriptor number 'fd:N' to stream metadata to",
      },
      {
        name: 'wait-for-consensus',
        about: 'wait to hear from the network before voting, for validating nodes only',
      },
    ],
  },
  { name: 'version', about: 'print version information', options: [] },
];

/** Commands of stellar-core that core-sim knows of and refuses. */
export const unsupportedCommands: readonly string[] = [
  'apply-load',
  'calculate-asset-supply',
  'check-quorum-intersection',
  'convert-id',
  'dump-ledger',
  'dump-xdr',
  'encode-asset',
  'force-scp',
  'gen-seed',
  'get-settings-upgrade-txs',
  'print-publish-queue',
  'print-xdr',
  'publish',
  'report-last-history-checkpoint',
  'sec-to-pub',
  'self-check',
  'sign-transaction',
  'upgrade-db',
  'verify-checkpoints',
];

/** What was typed. */
export interface CommandLine {
  readonly command: CommandSpec;
  readonly positional: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  readonly isHelp: boolean;
}

/** What is wrong with what was typed, and the command that was meant if one was. */
export interface CommandLineProblem {
  readonly command: CommandSpec | undefined;
  readonly message: string;
}

/** Reads what follows the program's name. Options may stand before the command. */
export function parseCommandLine(
  words: readonly string[],
): CommandLine | CommandLineProblem | undefined {
  const named = words.find(
    (word, i) =>
      !word.startsWith('-') &&
      !common.some(({ name, argument }) => argument && words[i - 1] === `--${name}`),
  );
  const command = commands.find(({ name }) => name === named);
  if (command === undefined) return undefined;
  const options = new Map<string, string>();
  const positional: string[] = [];
  let isHelp = false;
  let isCommandSeen = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!word.startsWith('-')) {
      if (!isCommandSeen && word === command.name) isCommandSeen = true;
      else positional.push(word);
      continue;
    }
    if (word === '--help' || word === '-h' || word === '-?') {
      isHelp = true;
      continue;
    }
    const [name = '', inline] = word.replace(/^--/, '').split('=', 2);
    const option = command.options.find((one) => word.startsWith('--') && one.name === name);
    if (option === undefined) return { command, message: `Unrecognised token: ${word}` };
    if (option.argument === undefined) options.set(name, '');
    else {
      const value = inline ?? words[++i];
      if (value === undefined) return { command, message: `Expected argument following ${word}` };
      options.set(name, value);
    }
  }
  if (command.positional === undefined && positional.length > 0)
    return { command, message: `Unrecognised token: ${positional[0]}` };
  if (isHelp) return { command, positional, options, isHelp };
  if (command.form !== undefined && !command.form.pattern.test(positional[0] ?? ''))
    return { command, message: command.form.howTo };
  if (command.positional !== undefined && positional.length === 0)
    return { command, message: `Expected: ${command.positional}` };
  return { command, positional, options, isHelp };
}

/** How a command is used. */
export function renderUsage(command: CommandSpec): string {
  const argument = command.positional === undefined ? '' : ` <${command.positional}>`;
  const options = command.options.map(({ name, argument: value, about }) => {
    const left = `  --${name}${value === undefined ? '' : ` <${value}>`}`;
    return `${left.padEnd(38)} ${about}`;
  });
  return [
    command.about,
    '',
    'usage:',
    `  stellar-core ${command.name}${argument}  options`,
    '',
    'where options are:',
    '  -?, -h, --help                       display usage information',
    ...options,
    '',
  ].join('\n');
}

/** The list of commands. */
export function renderCommands(version: string): string {
  const rows = commands.map(({ name, about }) => `  ${name.padEnd(33)} ${about}`);
  return `${version}\nusage:\n  stellar-core COMMAND\n\nwhere COMMAND is one of following:\n${rows.join('\n')}\n`;
}
