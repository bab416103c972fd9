import type { Shell, Word } from './ast.ts';
import { word } from './build.ts';
import { namePattern, reservedWords } from './print.ts';
import { shellError } from './problem.ts';
import { type Token, tokenize } from './tokens.ts';

/** Reads shell text of the grammar; anything else is refused with its place (SSC_SHELL_SYNTAX, broken). */
export const parseShell = (text: string): Shell => new Parser(text).read();

/** Reads the grammar by recursive descent, a method for each of its forms. */
class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  /** The whole text. */
  read(): Shell {
    return this.#sequence(() => this.#peek().kind === 'end');
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? (this.#tokens.at(-1) as Token);
  }

  #take(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #refuse(expected: string): Error {
    return shellError(this.#text, this.#peek().position, expected);
  }

  #isKeyword(name: string): boolean {
    return this.#peek().kind === 'word' && this.#peek().bare === name;
  }

  #keyword(name: string): void {
    if (!this.#isKeyword(name)) throw this.#refuse(`"${name}"`);
    this.#at += 1;
  }

  /** The word that must come next. */
  #word(what: string): Word {
    if (this.#peek().kind !== 'word') throw this.#refuse(what);
    return this.#take().word;
  }

  #skipSeparators(): void {
    while (this.#peek().kind === ';') this.#at += 1;
  }

  /** Steps up to one of these words, or a sign that ends them. */
  #until(...names: string[]): Shell {
    return this.#sequence(
      () =>
        names.some((name) => this.#isKeyword(name)) ||
        this.#peek().kind === 'end' ||
        this.#peek().kind === '}',
    );
  }

  #sequence(isEnd: () => boolean): Shell {
    const steps: Shell[] = [];
    this.#skipSeparators();
    while (!isEnd()) {
      steps.push(this.#chain());
      if (!isEnd() && this.#peek().kind !== ';') throw this.#refuse('the end of a command');
      this.#skipSeparators();
    }
    const [first, second] = steps;
    if (first === undefined) throw this.#refuse('a command');
    return second === undefined ? first : { kind: 'sequence', steps };
  }

  #chain(): Shell {
    const first = this.#step();
    const sign = this.#peek().kind;
    if (sign !== '&&' && sign !== '||') return first;
    const steps = [first];
    while (this.#peek().kind === sign) {
      this.#at += 1;
      while (this.#peek().kind === ';' && this.#text[this.#peek().position] === '\n') this.#at += 1;
      steps.push(this.#step());
    }
    if (this.#peek().kind === '&&' || this.#peek().kind === '||')
      throw this.#refuse(`"${sign}" or braces`);
    return { kind: sign === '&&' ? 'and' : 'or', steps };
  }

  #step(): Shell {
    if (this.#peek().kind === '{') return this.#braces();
    if (this.#isKeyword('if')) return this.#if();
    if (this.#isKeyword('while')) return this.#while();
    if (this.#isKeyword('export')) return this.#export();
    return this.#run();
  }

  #braces(): Shell {
    this.#at += 1;
    const inner = this.#until();
    if (this.#peek().kind !== '}') throw this.#refuse('"}"');
    this.#at += 1;
    return inner;
  }

  #if(): Shell {
    this.#keyword('if');
    const condition = this.#until('then');
    this.#keyword('then');
    const yes = this.#until('else', 'fi');
    const no = this.#isKeyword('else') ? this.#else() : undefined;
    this.#keyword('fi');
    // biome-ignore lint/suspicious/noThenProperty: the grammar's own word; a statement is never awaited.
    return { kind: 'if', condition, then: yes, ...(no !== undefined && { else: no }) };
  }

  #else(): Shell {
    this.#keyword('else');
    return this.#until('fi');
  }

  #while(): Shell {
    this.#keyword('while');
    if (this.#isKeyword('read')) return this.#eachLine();
    const condition = this.#until('do');
    return { kind: 'while', condition, body: this.#body() };
  }

  #eachLine(): Shell {
    this.#keyword('read');
    this.#keyword('-r');
    const variables: string[] = [];
    while (this.#peek().kind === 'word') {
      const name = this.#peek().bare ?? '';
      if (!namePattern.test(name)) throw this.#refuse("a variable's name");
      variables.push(name);
      this.#at += 1;
    }
    if (variables.length === 0) throw this.#refuse("a variable's name");
    this.#skipSeparators();
    const body = this.#body();
    if (this.#peek().kind !== '<') throw this.#refuse('"<" and the file that is read');
    this.#at += 1;
    return { kind: 'each-line', file: this.#word('a file'), variables, body };
  }

  /** What a loop does each time. */
  #body(): Shell {
    this.#keyword('do');
    const body = this.#until('done');
    this.#keyword('done');
    return body;
  }

  #export(): Shell {
    this.#keyword('export');
    const { kind, word: parts } = this.#peek();
    const [first, ...rest] = parts;
    const found = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(
      kind === 'word' && first !== undefined && 'text' in first ? first.text : '',
    );
    if (found === null) throw this.#refuse('NAME=value');
    this.#at += 1;
    return { kind: 'export', name: found[1] ?? '', value: word(found[2] ?? '', ...rest) };
  }

  #run(): Shell {
    const { kind, bare } = this.#peek();
    if (kind !== 'word') throw this.#refuse('a command');
    if (bare !== undefined && (reservedWords.has(bare) || bare.includes('=')))
      throw this.#refuse('a program');
    const words: Word[] = [];
    while (this.#peek().kind === 'word') words.push(this.#take().word);
    if (this.#peek().kind !== '>' && this.#peek().kind !== '>>') return { kind: 'run', words };
    const append = this.#take().kind === '>>';
    return { kind: 'run', words, output: { to: this.#word('a file'), append } };
  }
}
