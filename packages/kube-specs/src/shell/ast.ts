/** A piece of a word: text as it stands, or the value of a variable. */
export type Part = { readonly text: string } | { readonly variable: string };

/** One word: its parts joined. No parts is the empty word. */
export type Word = readonly Part[];

/** Runs a program (or the shell's own `echo` and `exit`); its output may go to a file. */
export interface Run {
  readonly kind: 'run';
  /** The program and its arguments; at least one. */
  readonly words: readonly Word[];
  /** The file that standard output replaces, or is added to. */
  readonly output?: { readonly to: Word; readonly append: boolean };
}

/** Sets a variable for what follows and for the programs that it runs. */
export interface Export {
  readonly kind: 'export';
  readonly name: string;
  readonly value: Word;
}

/** Steps of which each runs only when those before it ended with 0 (`and`) or not with 0 (`or`); at least two. */
export interface Chain {
  readonly kind: 'and' | 'or';
  readonly steps: readonly Shell[];
}

/** Steps one after another, whatever they end with; at least two. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly steps: readonly Shell[];
}

/** `then` when the condition ends with 0, else `else`; without `else` it then ends with 0. */
export interface If {
  readonly kind: 'if';
  readonly condition: Shell;
  readonly then: Shell;
  readonly else?: Shell;
}

/** The body again and again, as long as the condition ends with 0. */
export interface While {
  readonly kind: 'while';
  readonly condition: Shell;
  readonly body: Shell;
}

/**
 * The body for each line of a file, with the line's fields (separated by spaces or tabs) in variables; the last variable
 * takes the rest of the line. A last line without a line feed is not read. The programs of the body have the file as their
 * input, so none of them may read it.
 */
export interface EachLine {
  readonly kind: 'each-line';
  readonly file: Word;
  /** At least one. */
  readonly variables: readonly string[];
  readonly body: Shell;
}

/** A shell text as a value: the whole grammar that ssc writes and reads. */
export type Shell = Run | Export | Chain | Sequence | If | While | EachLine;
