import type {
  Chain,
  EachLine,
  Export,
  If,
  Part,
  Run,
  Sequence,
  Shell,
  While,
  Word,
} from './ast.ts';

/** The value of a variable, as part of a {@link word}. */
export const variable = (name: string): Part => ({ variable: name });

/** A word of texts and variables. @example word('/cfg/', variable('POD_NAME'), '.cfg') */
export function word(...parts: readonly (string | Part)[]): Word {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const text = typeof part === 'string' ? part : 'text' in part ? part.text : undefined;
    if (text === undefined) joined.push(part as Part);
    else if (last !== undefined && 'text' in last)
      joined[joined.length - 1] = { text: last.text + text };
    else if (text !== '') joined.push({ text });
  }
  return joined;
}

const toWord = (value: string | Word): Word => (typeof value === 'string' ? word(value) : value);

/** Runs a program. @example run('stellar-core', 'new-db') */
export const run = (...words: readonly [string | Word, ...(string | Word)[]]): Run => ({
  kind: 'run',
  words: words.map(toWord),
});

/** The same program with its output in a file. */
export const writeTo = (file: string | Word, command: Run): Run => ({
  ...command,
  output: { to: toWord(file), append: false },
});

/** The same program with its output at the end of a file. */
export const appendTo = (file: string | Word, command: Run): Run => ({
  ...command,
  output: { to: toWord(file), append: true },
});

/** Sets a variable. */
export const exportVariable = (name: string, value: string | Word): Export => ({
  kind: 'export',
  name,
  value: toWord(value),
});

/** All of the steps, up to the first that does not end with 0. */
export const allOf = (first: Shell, second: Shell, ...more: readonly Shell[]): Chain => ({
  kind: 'and',
  steps: [first, second, ...more],
});

/** The steps up to the first that ends with 0. */
export const anyOf = (first: Shell, second: Shell, ...more: readonly Shell[]): Chain => ({
  kind: 'or',
  steps: [first, second, ...more],
});

/** The steps one after another, whatever they end with. */
export const inOrder = (first: Shell, second: Shell, ...more: readonly Shell[]): Sequence => ({
  kind: 'sequence',
  steps: [first, second, ...more],
});

/** One thing or the other. */
export const ifElse = (condition: Shell, yes: Shell, no?: Shell): If => ({
  kind: 'if',
  condition,
  // biome-ignore lint/suspicious/noThenProperty: the grammar's own word; a statement is never awaited.
  then: yes,
  ...(no !== undefined && { else: no }),
});

/** The body as long as the condition ends with 0. */
export const whileTrue = (condition: Shell, body: Shell): While => ({
  kind: 'while',
  condition,
  body,
});

/** The body for each line of a file. @example eachLine('/cfg/peers', ['NAME', 'REST'], run('echo', word(variable('NAME')))) */
export const eachLine = (
  file: string | Word,
  variables: readonly [string, ...string[]],
  body: Shell,
): EachLine => ({ kind: 'each-line', file: toWord(file), variables, body });

/** Ends with 0 when the file has a line that is exactly that; silent when there is no such file. */
export const hasLine = (file: string | Word, line: string | Word): Run =>
  run('grep', '-qsxF', '-e', line, file);

/** Ends with 0 when the text stands somewhere in the file; silent when there is no such file. */
export const hasText = (file: string | Word, text: string | Word): Run =>
  run('grep', '-qsF', '-e', text, file);
