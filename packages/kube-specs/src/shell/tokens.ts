import type { Part, Word } from './ast.ts';
import { word } from './build.ts';
import { namePattern } from './print.ts';
import { shellError } from './problem.ts';

/** A word or a sign of shell text. */
export interface Token {
  readonly kind: 'word' | '&&' | '||' | ';' | '{' | '}' | '>' | '>>' | '<' | 'end';
  /** Where in the text it begins. */
  readonly position: number;
  /** Of a word. */
  readonly word: Word;
  /** The text of a word without quotes or variables; undefined for others. */
  readonly bare: string | undefined;
}

const bareCharacter = /[A-Za-z0-9_./:,@%+=-]/u;

/** The words and signs of a text, and its end. Throws SSC_SHELL_SYNTAX. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const sign = (kind: Exclude<Token['kind'], 'word'>, length: number): void => {
    tokens.push({ kind, position: at, word: [], bare: undefined });
    at += length;
  };
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const one = text[at] as string;
    if (one === ' ' || one === '\t') at++;
    else if (one === '\n' || one === ';') sign(';', 1);
    else if (two === '&&' || two === '||' || two === '>>') sign(two, 2);
    else if (one === '>' || one === '<') sign(one, 1);
    else if ((one === '{' || one === '}') && /^(?:[\s;]|$)/u.test(text.slice(at + 1, at + 2)))
      sign(one, 1);
    else {
      const read = readWord(text, at);
      tokens.push({ kind: 'word', position: at, word: read.word, bare: read.bare });
      at = read.end;
    }
  }
  sign('end', 0);
  return tokens;
}

/** A word from there on: bare characters, quoted texts and variables, joined. */
function readWord(
  text: string,
  start: number,
): { readonly word: Word; readonly bare: string | undefined; readonly end: number } {
  const parts: Part[] = [];
  let at = start;
  let isBare = true;
  for (;;) {
    const one = text[at] ?? '';
    if (bareCharacter.test(one)) {
      parts.push({ text: one });
      at++;
    } else if (one === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw shellError(text, at, 'a closing single quote');
      parts.push({ text: text.slice(at + 1, end) });
      [at, isBare] = [end + 1, false];
    } else if (one === '"') {
      at = readQuoted(text, at, parts);
      isBare = false;
    } else if (one === '$') {
      at = readVariable(text, at, parts);
      isBare = false;
    } else break;
  }
  const next = text[at];
  if (at === start || (next !== undefined && !/[\s;>&|]/u.test(next)))
    throw shellError(text, at, 'a word; other characters stand in quotes');
  const joined = word(...parts);
  const [only] = joined;
  const bare = isBare && only !== undefined && 'text' in only ? only.text : undefined;
  return { word: joined, bare, end: at };
}

function readQuoted(text: string, start: number, parts: Part[]): number {
  let at = start + 1;
  while (text[at] !== '"') {
    const one = text[at];
    if (one === undefined) throw shellError(text, start, 'a closing double quote');
    const next = text[at + 1] ?? '';
    if (one === '\\' && '\\"$`'.includes(next) && next !== '') {
      parts.push({ text: next });
      at += 2;
    } else if (one === '$') at = readVariable(text, at, parts);
    else if (one === '`') throw shellError(text, at, 'no backquote');
    else {
      parts.push({ text: one });
      at++;
    }
  }
  return at + 1;
}

function readVariable(text: string, start: number, parts: Part[]): number {
  const end = text.indexOf('}', start);
  const name = text[start + 1] === '{' && end > 0 ? text.slice(start + 2, end) : '';
  if (!namePattern.test(name))
    throw shellError(text, start, 'a variable: a dollar sign and its name in braces');
  parts.push({ variable: name });
  return end + 1;
}
