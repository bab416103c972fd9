import type { Finding } from './finding.ts';
import { readShellBlocks } from './shell-blocks.ts';
import type { TextFile } from './source.ts';

/** What is known of a command of the CLI. */
export interface KnownCommand {
  readonly name: string;
  readonly options: readonly {
    readonly flag: string;
    /** What its value is; a switch has none. */
    readonly value?: string;
    readonly choices?: readonly string[];
  }[];
}

/** What a pipeline may call. */
export interface Known {
  readonly commands: readonly KnownCommand[];
  /** The flags of each mission's own parameters, which take a value. */
  readonly missions: Readonly<Record<string, readonly string[]>>;
}

/** Checks that a pipeline calls ./ssc and ./test only, with commands, flags and missions that exist, and names its provider. */
export function checkJenkinsfile(path: string, text: string, known: Known): Finding[] {
  return shellCommands(text).flatMap(({ line, words }) =>
    problemsInPipeline(words, known).map((message) => ({ path, line, message })),
  );
}

/** The texts of the steps `sh '…'` and `sh(script: '…')`, with their lines. */
export function shellSteps(text: string): { line: number; script: string }[] {
  const steps = /\bsh\s*\(?\s*(['"])(.*?)\1|\bscript:\s*(['"])(.*?)\3/g;
  return [...text.matchAll(steps)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    script: match[2] ?? match[4] ?? '',
  }));
}

/** The commands of the shell steps, as words, with their lines. */
export function shellCommands(text: string): { line: number; words: string[] }[] {
  return shellSteps(text).flatMap(({ line, script }) =>
    script.split(/&&|;|\|\|?/).map((command) => ({ line, words: toWords(command) })),
  );
}

/** Splits at spaces outside quotes, and takes the quotes away. */
function toWords(command: string): string[] {
  return [...command.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/["']/g, ''),
  );
}

function problemsInPipeline(words: readonly string[], known: Known): string[] {
  const [program, name] = words;
  if (program === './test') return [];
  if (program !== './ssc') return [`"${program}" is called; a pipeline calls ./ssc and ./test`];
  const problems = problemsOf(words.slice(1), known);
  if (name === 'mission' && !words.some((word) => /^--provider(=|$)/.test(word)))
    problems.push(
      'ssc mission does not say --provider, so that what is simulated could be mistaken',
    );
  return problems;
}

/**
 * Checks that the calls of ./ssc in the shell blocks of a document have commands, flags and missions that exist. Blocks that a test
 * runs need no such check.
 */
export function checkDocument(file: TextFile, known: Known, isRun = false): Finding[] {
  return readShellBlocks(file)
    .filter(({ place }) => !(isRun && place === 'here'))
    .flatMap(({ path, line, script }) =>
      script.split('\n').flatMap((command, index) => {
        const [program, ...words] = toWords(command.replace(/\s[#|].*$/, ''));
        if (program !== './ssc') return [];
        return problemsOf(words, known).map((message) => ({ path, line: line + index, message }));
      }),
    );
}

/** Commands whose arguments are names of missions. */
const takesMissions = ['mission', 'plan', 'rehearse', 'render'];

function problemsOf(words: readonly string[], known: Known): string[] {
  if (words[0] === '--version' || words[0] === '--help') return [];
  // The longest name: "render rbac" is not "render" of something.
  const command = known.commands
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => name.split(' ').every((part, index) => words[index] === part));
  if (command === undefined) return [`there is no command "ssc ${words[0] ?? ''}"`];
  const own = Object.values(known.missions).flat();
  const options = [
    ...command.options,
    ...own.map((flag) => ({ flag, value: '<value>' })),
    { flag: 'help' },
  ];
  const rest = words.slice(command.name.split(' ').length);
  const { args, flags, problems } = readOptions(options, rest);
  const missions = takesMissions.includes(command.name) ? args : [];
  for (const mission of missions)
    if (known.missions[mission] === undefined) problems.push(`there is no mission "${mission}"`);
  const allowed = [
    'help',
    ...command.options.map(({ flag }) => flag),
    ...missions.flatMap((mission) => known.missions[mission] ?? []),
  ];
  const call = ['ssc', command.name, ...missions].join(' ');
  for (const flag of flags)
    if (!allowed.includes(flag)) problems.push(`${call} has no option --${flag}`);
  if (command.name === 'mission' && missions.length === 0)
    problems.push(`${call} names no mission`);
  return problems;
}

/** What stands on a command line: names, flags whether they are known or not, and what is wrong with their values. */
function readOptions(
  options: KnownCommand['options'],
  words: readonly string[],
): { args: string[]; flags: string[]; problems: string[] } {
  const args: string[] = [];
  const flags: string[] = [];
  const problems: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const [word = '', joined] = (words[index] ?? '').split('=', 2);
    if (!word.startsWith('--')) {
      args.push(word);
      continue;
    }
    const flag = word.slice(2);
    flags.push(flag);
    const option = options.find((one) => one.flag === flag);
    if (option?.value === undefined) continue;
    if (joined === undefined) index += 1;
    const value = joined ?? words[index];
    if (value === undefined) problems.push(`${word} has no value`);
    else if (option.choices !== undefined && !option.choices.includes(value))
      problems.push(`${word} is "${value}"; it is one of ${option.choices.join(', ')}`);
  }
  return { args, flags, problems };
}
