import { parseArgs } from 'node:util';

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

/** Tells options, their values and arguments apart. It refuses nothing: unknown options are given like others. */
export function splitWords(words: readonly string[], known: readonly WordOption[]): Words {
  const takes = new Map(known.map((one) => [one.flag, one.takes]));
  const { tokens } = parseArgs({
    args: words.map((word, i) => (lacksValue(word, words[i + 1], takes) ? `${word}=` : word)),
    options: Object.fromEntries(
      known.map(({ flag, takes: value }) => {
        const type = value === 'nothing' ? ('boolean' as const) : ('string' as const);
        return flag.length === 1 ? [`letter-${flag}`, { type, short: flag }] : [flag, { type }];
      }),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const args: string[] = [];
  const given: { flag: string; typed: string; text: string | undefined }[] = [];
  // A list takes the words behind it, up to the next option.
  let isOpen = false;
  for (const token of tokens) {
    const last = given.at(-1);
    if (token.kind === 'positional') {
      if (isOpen && last !== undefined) last.text = `${last.text},${token.value}`;
      else args.push(token.value);
      continue;
    }
    isOpen = false;
    if (token.kind === 'option-terminator') continue;
    const typed = token.rawName;
    const flag = typed.replace(/^--?/u, '');
    const text = typed.startsWith('--') ? token.value : token.value?.replace(/^=/u, '');
    given.push({ flag, typed, text });
    isOpen = takes.get(flag) === 'many' && token.inlineValue === false;
  }
  return { args, given };
}

/** `--seed --keep`: another option is no value; one that begins with two dashes is given by `--seed=--x`. */
const lacksValue = (
  word: string,
  next: string | undefined,
  takes: ReadonlyMap<string, WordOption['takes']>,
): boolean =>
  next?.startsWith('--') === true &&
  word.startsWith('-') &&
  (takes.get(word.replace(/^--?/u, '')) ?? 'nothing') !== 'nothing';
