import type { Part, Shell, Word } from './ast.ts';
import { word } from './build.ts';
import { namePattern, reservedWords } from './print.ts';
import { shellError } from './problem.ts';

interface Token {
  readonly kind: 'word' | '&&' | '||' | ';' | '{' | '}' | '>' | '>>' | '<' | 'end';
  readonly position: number;
  /** Of a word. */
  readonly word: Word;
  /** The text of a word without quotes or variables; undefined for others. */
  readonly bare: string | undefined;
}

/** Reads shell text of the grammar; anything else is refused with its place (SSC_SHELL_SYNTAX, broken). */
export function parseShell(text: string): Shell {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): Token => tokens[at] ?? (tokens.at(-1) as Token);
  const take = (): Token => {
    const token = peek();
    at++;
    return token;
  };
  const refuse = (expected: string): Error => shellError(text, peek().position, expected);
  const isKeyword = (name: string): boolean => peek().kind === 'word' && peek().bare === name;
  const keyword = (name: string): void => {
    if (!isKeyword(name)) throw refuse(`"${name}"`);
    at++;
  };
  const skipSeparators = (): void => {
    while (peek().kind === ';') at++;
  };

  /** Steps up to one of the words or signs that end them. */
  const sequence = (isEnd: () => boolean): Shell => {
    const steps: Shell[] = [];
    skipSeparators();
    while (!isEnd()) {
      steps.push(chain());
      if (!isEnd() && peek().kind !== ';') throw refuse('the end of a command');
      skipSeparators();
    }
    const [first, second] = steps;
    if (first === undefined) throw refuse('a command');
    return second === undefined ? first : { kind: 'sequence', steps };
  };

  const chain = (): Shell => {
    const steps = [step()];
    const sign = peek().kind;
    if (sign !== '&&' && sign !== '||') return steps[0] as Shell;
    while (peek().kind === sign) {
      at++;
      while (peek().kind === ';' && text[peek().position] === '\n') at++;
      steps.push(step());
    }
    if (peek().kind === '&&' || peek().kind === '||') throw refuse(`"${sign}" or braces`);
    return { kind: sign === '&&' ? 'and' : 'or', steps };
  };

  const step = (): Shell => {
    if (peek().kind === '{') {
      at++;
      const inner = sequence(() => peek().kind === '}' || peek().kind === 'end');
      if (peek().kind !== '}') throw refuse('"}"');
      at++;
      return inner;
    }
    if (isKeyword('if')) return branch();
    if (isKeyword('while')) return looping();
    if (isKeyword('export')) return exporting();
    return running();
  };

  const until =
    (...names: string[]) =>
    (): boolean =>
      names.some(isKeyword) || peek().kind === 'end' || peek().kind === '}';

  const otherwise = (): Shell => {
    keyword('else');
    return sequence(until('fi'));
  };

  const branch = (): Shell => {
    keyword('if');
    const condition = sequence(until('then'));
    keyword('then');
    const yes = sequence(until('else', 'fi'));
    const no = isKeyword('else') ? otherwise() : undefined;
    keyword('fi');
    // biome-ignore lint/suspicious/noThenProperty: the grammar's own word; a statement is never awaited.
    return { kind: 'if', condition, then: yes, ...(no !== undefined && { else: no }) };
  };

  const looping = (): Shell => {
    keyword('while');
    if (isKeyword('read')) return reading();
    const condition = sequence(until('do'));
    keyword('do');
    const body = sequence(until('done'));
    keyword('done');
    return { kind: 'while', condition, body };
  };

  const reading = (): Shell => {
    keyword('read');
    keyword('-r');
    const variables: string[] = [];
    while (peek().kind === 'word') {
      const name = peek().bare ?? '';
      if (!namePattern.test(name)) throw refuse("a variable's name");
      variables.push(name);
      at++;
    }
    if (variables.length === 0) throw refuse("a variable's name");
    skipSeparators();
    keyword('do');
    const body = sequence(until('done'));
    keyword('done');
    if (peek().kind !== '<') throw refuse('"<" and the file that is read');
    at++;
    if (peek().kind !== 'word') throw refuse('a file');
    return { kind: 'each-line', file: take().word, variables, body };
  };

  const exporting = (): Shell => {
    keyword('export');
    const [first, ...rest] = peek().word;
    const found = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(
      peek().kind === 'word' && first !== undefined && 'text' in first ? first.text : '',
    );
    if (found === null) throw refuse('NAME=value');
    at++;
    return { kind: 'export', name: found[1] ?? '', value: word(found[2] ?? '', ...rest) };
  };

  const running = (): Shell => {
    const first = peek();
    if (first.kind !== 'word') throw refuse('a command');
    if (first.bare !== undefined && (reservedWords.has(first.bare) || first.bare.includes('=')))
      throw refuse('a program');
    const words: Word[] = [];
    while (peek().kind === 'word') words.push(take().word);
    if (peek().kind !== '>' && peek().kind !== '>>') return { kind: 'run', words };
    const append = take().kind === '>>';
    if (peek().kind !== 'word') throw refuse('a file');
    return { kind: 'run', words, output: { to: take().word, append } };
  };

  return sequence(() => peek().kind === 'end');
}

const bareCharacter = /[A-Za-z0-9_./:,@%+=-]/u;

function tokenize(text: string): Token[] {
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
