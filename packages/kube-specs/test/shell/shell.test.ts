import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allOf,
  anyOf,
  appendTo,
  eachLine,
  exportVariable,
  hasLine,
  hasText,
  ifElse,
  inOrder,
  parseShell,
  printShell,
  quoteWord,
  run,
  type Shell,
  variable,
  type Word,
  whileTrue,
  word,
  writeTo,
} from '../../src/index.ts';
import { messageOf } from '../message.ts';

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/u);
const texts = fc.oneof(
  fc.stringMatching(/^[-a-z./={}'"$`\\ \n;&|<>#~*?!]{1,8}$/u),
  fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0')),
  fc.constantFrom('if', 'fi', 'export', 'while', 'do', 'done', 'read', '{', '}', 'A=b', '-', ''),
);
const words: fc.Arbitrary<Word> = fc
  .array(fc.oneof(texts, names.map(variable)), { maxLength: 3 })
  .map((parts) => word(...parts));
const runs = fc
  .record({
    words: fc.array(words, { minLength: 1, maxLength: 4 }),
    output: fc.option(fc.record({ to: words, append: fc.boolean() }), { nil: undefined }),
  })
  .map(
    ({ words, output }): Shell => ({
      kind: 'run',
      words,
      ...(output !== undefined && { output }),
    }),
  );
const shells: fc.Arbitrary<Shell> = fc.letrec<{ shell: Shell }>((tie) => {
  const steps = fc.array(tie('shell'), { minLength: 2, maxLength: 3 });
  return {
    shell: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      runs,
      fc.record({ kind: fc.constant('export' as const), name: names, value: words }),
      fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), steps }),
      fc.record({ kind: fc.constant('sequence' as const), steps }),
      fc.record(
        {
          kind: fc.constant('if' as const),
          condition: tie('shell'),
          // biome-ignore lint/suspicious/noThenProperty: the grammar's own word.
          then: tie('shell'),
          else: tie('shell'),
        },
        { requiredKeys: ['kind', 'condition', 'then'] },
      ),
      fc.record({
        kind: fc.constant('while' as const),
        condition: tie('shell'),
        body: tie('shell'),
      }),
      fc.record({
        kind: fc.constant('each-line' as const),
        file: words,
        variables: fc.array(names, { minLength: 1, maxLength: 3 }),
        body: tie('shell'),
      }),
    ),
  };
}).shell;

test('what was printed is read back', () => {
  fc.assert(
    fc.property(shells, (shell) => {
      expect(parseShell(printShell(shell))).toEqual(shell);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('a real shell can read what was printed', () => {
  const printed = fc.sample(shells, { seed: 2, numRuns: 60 }).map(printShell);
  for (const text of printed)
    expect(spawnSync('/bin/sh', ['-n'], { encoding: 'utf8', input: text })).toMatchObject({
      status: 0,
      stderr: '',
    });
});

test('a real shell passes exactly the words', () => {
  const some = fc.sample(fc.array(texts, { minLength: 1, maxLength: 6 }), { seed: 3, numRuns: 40 });
  for (const args of some) {
    const text = printShell(run('printf', '%s\\0', ...args));
    const output = execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8' });
    expect(output.split('\0').slice(0, -1)).toEqual(args);
  }
});

test('a real shell takes a quoted text for that text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 4 }), (args) => {
      const line = `printf '<%s>' ${args.map(quoteWord).join(' ')}`;
      const said = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
      expect(said).toBe(args.length === 0 ? '<>' : args.map((text) => `<${text}>`).join(''));
    }),
    { seed: 4, numRuns: 60 },
  );
  expect(['plain', '', '$HOME `x` "y"', "it's"].map(quoteWord)).toEqual([
    'plain',
    "''",
    '\'$HOME `x` "y"\'',
    `'it'"'"'s'`,
  ]);
});

test('a real shell puts variables in', () => {
  const text = printShell(
    allOf(
      exportVariable('GREETING', "it's $HOME"),
      run('printf', '%s', word('<', variable('GREETING'), ' "', variable('NAME'), '">')),
    ),
  );
  expect(text).toMatchInlineSnapshot(`
    "export GREETING='it'"'"'s $HOME' &&
    printf %s "<\${GREETING} \\"\${NAME}\\">""
  `);
  expect(execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8', env: { NAME: 'a  b' } })).toBe(
    '<it\'s $HOME "a  b">',
  );
});

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssc-shell-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const statusOf = (shell: Shell): number | null =>
  spawnSync('/bin/sh', ['-c', printShell(shell)], { encoding: 'utf8' }).status;

test('a real shell runs chains, branches and redirections as they are meant', () => {
  const file = join(folder, "it's a file");
  expect(statusOf(hasLine(file, 'x'))).not.toBe(0);
  expect(
    statusOf(allOf(writeTo(file, run('echo', 'one')), appendTo(file, run('echo', '-two')))),
  ).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('one\n-two\n');
  expect(statusOf(hasLine(file, '-two'))).toBe(0);
  expect(statusOf(hasLine(file, 'wo'))).toBe(1);
  expect(statusOf(hasText(file, 'wo'))).toBe(0);
  expect(statusOf(ifElse(hasLine(file, 'one'), run('exit', '3'), run('exit', '4')))).toBe(3);
  expect(statusOf(ifElse(hasLine(file, 'two'), run('exit', '3'), run('exit', '4')))).toBe(4);
  expect(statusOf(ifElse(run('false'), run('exit', '3')))).toBe(0);
  expect(statusOf(allOf(run('false'), run('exit', '5')))).toBe(1);
  expect(statusOf(anyOf(run('false'), run('exit', '6')))).toBe(6);
  expect(statusOf(inOrder(run('false'), run('exit', '7')))).toBe(7);
  expect(statusOf(allOf(anyOf(run('false'), run('true')), run('exit', '8')))).toBe(8);
});

test('a real shell goes through the lines of a file, and on while something is so', () => {
  const [list, log] = [join(folder, 'list'), join(folder, 'log')];
  const pass = eachLine(
    list,
    ['NAME', 'REST'],
    allOf(
      appendTo(log, run('printf', '%s:%s\\n', word(variable('NAME')), word(variable('REST')))),
      exportVariable('LAST', word(variable('NAME'))),
    ),
  );
  const text = inOrder(
    writeTo(list, run('printf', '%s\\n', 'one 1 a', '  two\\n  2', 'three')),
    whileTrue(run('test', word('x', variable('LAST')), '=', 'x'), pass),
    appendTo(log, run('echo', word('last ', variable('LAST')))),
  );
  expect(statusOf(text)).toBe(0);
  expect(readFileSync(log, 'utf8')).toBe('one:1 a\ntwo\\n:2\nthree:\nlast three\n');
});

test.each([
  'a && b || c',
  'cat <file',
  'echo $(date)',
  'echo `date`',
  'echo $NAME',
  'a | b',
  'a &',
  'until true; do a; done',
  'while read A; do b; done < c',
  'while read -r; do b; done < c',
  'while read -r A; do b; done',
  'while read -r A < c; do b; done',
  'while a; do b; done < c',
  'read -r A',
  'A=b c',
  'echo "open',
  'if a; then b',
  'echo *',
  '{ a; ',
  '> file',
  '',
  'export A',
  'fi',
])('"%s" is no text of ours', (text) => {
  expect(messageOf(() => parseShell(text))).toMatch(
    /^✖ SSC_SHELL_SYNTAX {2}shell text cannot be read at line \d/u,
  );
});

test('a refusal shows the place', () => {
  expect(messageOf(() => parseShell('echo one\necho $(date)'))).toMatchInlineSnapshot(`
    "✖ SSC_SHELL_SYNTAX  shell text cannot be read at line 2, column 6: expected a variable: a dollar sign and its name in braces
      Line    echo $(date)
      Only programs with arguments, > and >>, &&, ||, braces, if, while, lines of a file and export are read; && and || are not mixed without braces."
  `);
});
