import { flagOf } from '@ssc/missions';
import { cac } from 'cac';

/** What the parser must know of an option to tell its value from an argument. */
export interface WordOption {
  /** Without dashes: `keep-for`, or a letter. */
  readonly flag: string;
  readonly takes: 'nothing' | 'one' | 'many';
}

/** An option as it stands on the command line. */
export interface WordGiven {
  readonly flag: string;
  /** As it was typed. @example "--keep-for" */
  readonly typed: string;
  /** The value as it was typed; undefined where there is none. */
  readonly text: string | undefined;
}

/** A command line in its parts. Texts stay as they were typed: `007` is no number here. */
export interface Words {
  readonly args: readonly string[];
  readonly given: readonly WordGiven[];
}

/**
 * Tells options, their values and arguments apart, by cac. It refuses nothing: unknown options are given like others.
 * `command` is what they stand behind, for cac's own words.
 */
export function splitWords(
  words: readonly string[],
  known: readonly WordOption[],
  command = 'run',
): Words {
  const guarded = guardWords(words, new Map(known.map((one) => [one.flag, one.takes])));
  const cli = cac('ssc');
  const row = cli.command(`${command.replaceAll(' ', '-')} [...args]`).allowUnknownOptions();
  // A switch too: told that it is one, cac takes the text of `--keep=maybe` for an argument.
  for (const { flag } of known) row.option(`--${flag} [value]`, '');
  cli.parse(['node', 'ssc', command.replaceAll(' ', '-'), ...guarded.words], { run: false });
  const { '--': behind, ...options } = cli.options as Readonly<Record<string, unknown>>;
  return {
    args: [...cli.args.map(unguard), ...((behind ?? []) as readonly string[])],
    given: Object.entries(options).flatMap(([key, found]) => {
      const flag = flagOf(key);
      if (found === false) return [{ flag: `no-${flag}`, typed: `--no-${flag}`, text: undefined }];
      const typed = guarded.typed.get(flag) ?? `--${flag}`;
      return [found].flat().map((value) => ({
        flag,
        typed,
        text: value === bare ? undefined : unguard(String(value)),
      }));
    }),
  };
}

// cac turns whatever looks like a number into one (`007` into 7), `''` into 0, `-5` into an option and, of `--seed --keep`, one
// into the value of the other. A NUL in front of every text stops that, and each option says itself whether it has a value.
const guard = '\0';
const bare = `${guard}${guard}`;
const unguard = (text: string): string => (text.startsWith(guard) ? text.slice(1) : text);

/** The words so that cac takes nothing for anything else, and how each option was typed. */
function guardWords(
  words: readonly string[],
  takes: ReadonlyMap<string, WordOption['takes']>,
): { readonly words: readonly string[]; readonly typed: ReadonlyMap<string, string> } {
  const out: string[] = [];
  const typed = new Map<string, string>();
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      out.push('--', ...rest);
      break;
    }
    const option = splitOption(word, takes);
    if (option === undefined) {
      out.push(`${guard}${word}`);
      continue;
    }
    const { flag } = option;
    typed.set(flag, word.startsWith('--') ? `--${flag}` : `-${flag}`);
    const values = option.text === undefined ? takeValues(rest, takes.get(flag)) : [option.text];
    // `--no-keep` is for cac itself, which has it as `keep: false`.
    if (values === undefined) out.push(flag.startsWith('no-') ? `--${flag}` : `--${flag}=${bare}`);
    else out.push(`--${flag}=${guard}${values.join(',')}`);
  }
  return { words: out, typed };
}

/** `--seed=7`, `-k file`, `-kfile`; undefined for an argument. */
function splitOption(
  word: string,
  takes: ReadonlyMap<string, WordOption['takes']>,
): { readonly flag: string; readonly text?: string } | undefined {
  if (word === '-' || !word.startsWith('-')) return undefined;
  const [, letter = '', behind = ''] = /^-([^-])=?(.*)$/su.exec(word) ?? [];
  if (behind !== '' && (takes.get(letter) ?? 'nothing') !== 'nothing')
    return { flag: letter, text: behind };
  const [, flag = '', equals, text = ''] = /^--?([^=]*)(=?)(.*)$/su.exec(word) ?? [];
  return equals === '' ? { flag } : { flag, text };
}

/** The words that are an option's value: those of a list go up to the next option. Another option is no value. */
function takeValues(
  rest: string[],
  takes: WordOption['takes'] = 'nothing',
): readonly string[] | undefined {
  if (takes === 'nothing') return undefined;
  const values: string[] = [];
  const isValue = (word: string): boolean => !word.startsWith(takes === 'one' ? '--' : '-');
  for (let word = rest[0]; word !== undefined && isValue(word); word = rest[0]) {
    values.push(word);
    rest.shift();
    if (takes === 'one') break;
  }
  // Nothing is an empty text, which no option takes.
  return values;
}
