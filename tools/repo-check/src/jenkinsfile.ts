import type { Finding } from './finding.ts';

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
  readonly missions: readonly string[];
}

/** Checks that a pipeline calls ./ssc and ./test only, with commands, flags and missions that exist, and names its provider. */
export function checkJenkinsfile(path: string, text: string, known: Known): Finding[] {
  return shellCommands(text).flatMap(({ line, words }) =>
    problemsOf(words, known).map((message) => ({ path, line, message })),
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

function problemsOf([program, ...words]: readonly string[], known: Known): string[] {
  if (program === './test') return [];
  if (program !== './ssc') return [`"${program}" is called; a pipeline calls ./ssc and ./test`];
  const [name = '', ...rest] = words;
  if (name === '--version' || name === '--help') return [];
  const command = known.commands.find((one) => one.name === name);
  if (command === undefined) return [`there is no command "ssc ${name}"`];
  const { missions, flags, problems } = readOptions(command, rest);
  for (const mission of missions)
    if (!known.missions.includes(mission)) problems.push(`there is no mission "${mission}"`);
  if (name === 'mission' && missions.length === 0) problems.push('ssc mission names no mission');
  if (name === 'mission' && !flags.has('provider'))
    problems.push(
      'ssc mission does not say --provider, so that what is simulated could be mistaken',
    );
  return problems;
}

function readOptions(
  command: KnownCommand,
  words: readonly string[],
): { missions: string[]; flags: Set<string>; problems: string[] } {
  const missions: string[] = [];
  const flags = new Set<string>();
  const problems: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const [word = '', joined] = (words[index] ?? '').split('=', 2);
    if (!word.startsWith('--')) {
      missions.push(word);
      continue;
    }
    const option = command.options.find(({ flag }) => flag === word.slice(2));
    if (option === undefined) {
      problems.push(`ssc ${command.name} has no option ${word}`);
      continue;
    }
    flags.add(option.flag);
    if (option.value === undefined) continue;
    if (joined === undefined) index += 1;
    const value = joined ?? words[index];
    if (value === undefined) problems.push(`${word} has no value`);
    else if (option.choices !== undefined && !option.choices.includes(value))
      problems.push(`${word} is "${value}"; it is one of ${option.choices.join(', ')}`);
  }
  return { missions, flags, problems };
}
