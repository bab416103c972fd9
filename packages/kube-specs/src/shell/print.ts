import { assert } from '@ssc/errors';
import type { Part, Run, Shell, Word } from './ast.ts';

// POSIX shell text, laid out for people: it stands in manifests and pod descriptions. What needs quoting is quoted by one
// rule, so the text means exactly what the value says. It guards against mistakes; texts of strangers are not its business.

/** Words that mean something to a shell where a command begins. */
export const reservedWords: ReadonlySet<string> = new Set([
  ...['if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'case', 'esac', 'while', 'until', 'for'],
  ...['export', 'read', 'in', 'function', 'select', 'time'],
]);

const barePattern = /^[A-Za-z0-9_./:,@%+-]+$/u;
export const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/u;

/** The text of a shell value; `parseShell` gives the value back. */
export const printShell = (shell: Shell): string => print(shell, '');

function print(shell: Shell, indent: string): string {
  switch (shell.kind) {
    case 'run':
      return printRun(shell);
    case 'export':
      assert(namePattern.test(shell.name), `"${shell.name}" cannot be the name of a variable`);
      return `export ${shell.name}=${printWord(shell.value)}`;
    case 'and':
    case 'or':
      return shell.steps
        .map((step) => printStep(step, indent))
        .join(`${shell.kind === 'and' ? ' &&' : ' ||'}\n${indent}`);
    case 'sequence':
      return shell.steps
        .map((step) => (step.kind === 'sequence' ? braced(step, indent) : print(step, indent)))
        .join(`\n${indent}`);
    case 'while': {
      const inner = `${indent}  `;
      return `while ${print(shell.condition, inner)}; do\n${inner}${print(shell.body, inner)}\n${indent}done`;
    }
    case 'each-line': {
      assert(shell.variables.length > 0, 'a line is read into at least one variable');
      for (const name of shell.variables)
        assert(namePattern.test(name), `"${name}" cannot be the name of a variable`);
      const inner = `${indent}  `;
      return `while read -r ${shell.variables.join(' ')}; do\n${inner}${print(shell.body, inner)}\n${indent}done < ${printWord(shell.file)}`;
    }
    case 'if': {
      const inner = `${indent}  `;
      const body = (branch: Shell): string => `\n${inner}${print(branch, inner)}\n${indent}`;
      return `if ${print(shell.condition, inner)}; then${body(shell.then)}${
        shell.else === undefined ? '' : `else${body(shell.else)}`
      }fi`;
    }
  }
}

/** A step of a chain: what binds as loosely as the chain itself stands in braces. */
const printStep = (step: Shell, indent: string): string =>
  step.kind === 'and' || step.kind === 'or' || step.kind === 'sequence'
    ? braced(step, indent)
    : print(step, indent);

function braced(shell: Shell, indent: string): string {
  const inner = `${indent}  `;
  return `{\n${inner}${print(shell, inner)}\n${indent}}`;
}

function printRun({ words, output }: Run): string {
  const [program, ...args] = words;
  assert(program !== undefined, 'a shell command needs a program');
  const first = printWord(program);
  return [
    reservedWords.has(first) ? `'${first}'` : first,
    ...args.map(printWord),
    ...(output === undefined ? [] : [output.append ? '>>' : '>', printWord(output.to)]),
  ].join(' ');
}

/** One word: bare where nothing needs quoting, else in single quotes, or with variables in double. */
export function printWord(word: Word): string {
  const texts = word.flatMap((part) => ('text' in part ? [part.text] : []));
  if (texts.length === word.length) return quoteWord(texts.join(''));
  return `"${word.map(printQuoted).join('')}"`;
}

/**
 * A text as one word of a POSIX shell, for people to paste too: in single quotes nothing means anything but the single quote, which
 * stands in double ones.
 *
 * @example quoteWord("it's 5 XLM") // 'it'"'"'s 5 XLM'
 */
export function quoteWord(text: string): string {
  assert(!text.includes('\0'), 'a shell word cannot hold a zero byte');
  return barePattern.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

function printQuoted(part: Part): string {
  if ('text' in part) {
    assert(!part.text.includes('\0'), 'a shell word cannot hold a zero byte');
    return part.text.replaceAll(/[\\"$`]/gu, '\\$&');
  }
  assert(namePattern.test(part.variable), `"${part.variable}" cannot be the name of a variable`);
  return `\${${part.variable}}`;
}
