import type { Finding } from './finding.ts';
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

/** The commands of the steps `sh '…'` and `sh(script: '…')`, as words, with their lines. */
export function shellCommands(text: string): { line: number; words: string[] }[] {
  const steps = /\bsh\s*\(?\s*(['"])(.*?)\1|\bscript:\s*(['"])(.*?)\3/g;
  return [...text.matchAll(steps)].flatMap((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    const script = match[2] ?? match[4] ?? '';
    return script.split(/&&|;|\|\|?/).map((command) => ({ line, words: toWords(command) }));
  });
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

/** Checks that the calls of ./ssc in the shell blocks of a document have commands, flags and missions that exist. */
export function checkDocument({ path, text }: TextFile, known: Known): Finding[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap((block) => {
    const first = text.slice(0, block.index).split('\n').length + 1;
    return (block[1] ?? '').split('\n').flatMap((command, index) => {
      const [program, ...words] = toWords(command.replace(/\s#.*$/, ''));
      if (program !== './ssc') return [];
      return problemsOf(words, known).map((message) => ({ path, line: first + index, message }));
    });
  });
}

function problemsOf([name = '', ...rest]: readonly string[], known: Known): string[] {
  if (name === '--version' || name === '--help') return [];
  const command = known.commands.find((one) => one.name === name);
  if (command === undefined) return [`there is no command "ssc ${name}"`];
  const own = Object.values(known.missions).flat();
  const options = [...command.options, ...own.map((flag) => ({ flag, value: '<value>' }))];
  const { missions, flags, problems } = readOptions(options, rest);
  for (const mission of missions)
    if (known.missions[mission] === undefined) problems.push(`there is no mission "${mission}"`);
  const allowed = [
    ...command.options.map(({ flag }) => flag),
    ...missions.flatMap((one) => known.missions[one] ?? []),
  ];
  for (const flag of flags)
    if (!allowed.includes(flag))
      problems.push(`ssc ${[name, ...missions].join(' ')} has no option --${flag}`);
  if (name === 'mission' && missions.length === 0) problems.push('ssc mission names no mission');
  return problems;
}

/** What stands on a command line: names, flags whether they are known or not, and what is wrong with their values. */
function readOptions(
  options: KnownCommand['options'],
  words: readonly string[],
): { missions: string[]; flags: string[]; problems: string[] } {
  const missions: string[] = [];
  const flags: string[] = [];
  const problems: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const [word = '', joined] = (words[index] ?? '').split('=', 2);
    if (!word.startsWith('--')) {
      missions.push(word);
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
  return { missions, flags, problems };
}
