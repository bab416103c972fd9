/** Short flags (also joined, as in `-sf`) and long ones, and what is left. */
export interface Arguments {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
  /** A flag that the program does not have. */
  readonly unknown: string | undefined;
}

/** Takes an argument list apart; names of one letter are short flags. */
export function parseArguments(
  argv: readonly string[],
  known: { readonly flags: readonly string[]; readonly values?: readonly string[] },
): Arguments {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  let unknown: string | undefined;
  const takes = known.values ?? [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--') {
      rest.push(...argv.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) {
      const [name = '', value] = word.slice(2).split(/=(.*)/su);
      if (takes.includes(name)) values.set(name, value ?? argv[++i] ?? '');
      else if (known.flags.includes(name)) flags.add(name);
      else unknown ??= word;
    } else if (word.startsWith('-') && word !== '-') {
      for (let j = 1; j < word.length; j++) {
        const letter = word[j] ?? '';
        if (takes.includes(letter)) {
          values.set(letter, word.slice(j + 1) || (argv[++i] ?? ''));
          break;
        }
        if (known.flags.includes(letter)) flags.add(letter);
        else unknown ??= `-${letter}`;
      }
    } else rest.push(word);
  }
  return { flags, values, rest, unknown };
}
