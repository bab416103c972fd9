import { describe, expect, test } from 'vitest';
import { renderFinding } from '../src/finding.ts';
import { checkGlobals } from '../src/globals.ts';
import { parseModule } from '../src/source.ts';

const check = (text: string): string[] =>
  checkGlobals(parseModule({ path: 'packages/tx/src/pay.ts', text })).map(renderFinding);

test('each banned thing is named with its line and with what stands in its place', () => {
  expect(
    check(
      [
        'const a = Date.now();',
        'const b = new Date();',
        'setTimeout(() => {}, 1);',
        'const c = Math.random();',
        "import { createHash, randomUUID } from 'node:crypto';",
        'const d = await fetch("http://x");',
        'const e = process.env;',
        'console.log(e);',
        'const f = crypto.randomUUID();',
        'AbortSignal.timeout(5);',
        "import { gunzip, gunzipSync } from 'node:zlib';",
        '"a".localeCompare("b");',
        'new Intl.NumberFormat();',
        '(5).toLocaleString();',
        'globalThis.fetch("http://x");',
      ].join('\n'),
    ),
  ).toMatchInlineSnapshot(`
    [
      "packages/tx/src/pay.ts:1: Date.now is not used in packages: time comes from a Clock of @ssc/clock, given as an argument",
      "packages/tx/src/pay.ts:2: Date without an instant is not used in packages: time comes from a Clock of @ssc/clock, given as an argument",
      "packages/tx/src/pay.ts:3: setTimeout is not used in packages: time comes from a Clock of @ssc/clock, given as an argument",
      "packages/tx/src/pay.ts:4: Math.random is not used in packages: chance comes from a Random of @ssc/clock, given as an argument",
      "packages/tx/src/pay.ts:6: fetch is not used in packages: the network comes as an argument: a Dispatcher, a Net",
      "packages/tx/src/pay.ts:7: process is not used in packages: only the composition root, apps/ssc-cli, touches it",
      "packages/tx/src/pay.ts:8: console is not used in packages: only the composition root, apps/ssc-cli, touches it",
      "packages/tx/src/pay.ts:9: crypto is not used in packages: chance comes from a Random of @ssc/clock, given as an argument; hashes come from node:crypto",
      "packages/tx/src/pay.ts:10: AbortSignal.timeout is not used in packages: time comes from a Clock of @ssc/clock, given as an argument",
      "packages/tx/src/pay.ts:15: globalThis is not used in packages: it is a back door to all other globals",
      "packages/tx/src/pay.ts:12: localeCompare without a locale is not used in packages: the result depends on the machine’s language; name a locale",
      "packages/tx/src/pay.ts:13: Intl.NumberFormat without a locale is not used in packages: the result depends on the machine’s language; name a locale",
      "packages/tx/src/pay.ts:14: toLocaleString without a locale is not used in packages: the result depends on the machine’s language; name a locale",
      "packages/tx/src/pay.ts:5: randomUUID of node:crypto is not used in packages: chance comes from a Random of @ssc/clock, given as an argument; of node:crypto take what is sure and done at once, by name",
      "packages/tx/src/pay.ts:11: gunzip of node:zlib is not used in packages: it takes turns that the virtual clock does not see; take the functions that end in Sync, by name",
    ]
  `);
});

describe('hidden uses are found', () => {
  test.each([
    ['Date as a value', 'const now = Date; now();'],
    ['Date called', 'const text = Date();'],
    ['a computed member', 'const now = Date["now"]();'],
    ['a shorthand property', 'const seams = { fetch };'],
    ['a default of a parameter', 'function f(now = Date.now) { return now; }'],
    ['a cast', 'const p = (process as { env: object }).env;'],
    ['an optional call', 'fetch?.("x");'],
    ['a name declared in another block', '{ const fetch = 1; fetch; } fetch("x");'],
    [
      'a name declared in another function',
      'function f(console: object) { return console; } console.log(f);',
    ],
    ['a template', 'const t = `a$'.concat('{Math.random()}`;')],
    ['a decorated or static block', 'class A { static { setImmediate(() => {}); } }'],
    ['a class field', 'class A { now = Date.now; }'],
    ['an export', 'export default process;'],
    ['all of node:crypto', "import * as crypto from 'node:crypto';"],
    ['a re-export', "export { randomBytes } from 'node:crypto';"],
  ])('%s', (_name, text) => {
    expect(check(text)).toHaveLength(1);
  });
});

describe('what only looks alike is left alone', () => {
  test.each([
    ['a parameter', 'const get = (fetch: (url: string) => void) => fetch("x");'],
    [
      'a destructured parameter',
      'function f({ process, console: log }: any) { return [process, log]; }',
    ],
    ['a variable', 'const process = start(); process.kill();'],
    ['an import', "import { fetch } from 'undici'; fetch('x');"],
    ['a loop variable', 'for (const process of all) process.kill();'],
    ['a caught value', 'try { f(); } catch (process) { g(process); }'],
    ['a function’s own name', 'const f = function fetch() { return fetch; };'],
    ['a declaration further down', 'fetch(); function fetch() {}'],
    ['a property', 'const x = pod.process; const y = { console: 1, fetch() {} };'],
    ['a class member', 'class A { fetch = 1; process() {} get console() { return 1; } }'],
    ['a type', 'type F = typeof fetch; let p: NodeJS.Process; function f(x: typeof process) {}'],
    ['a label', 'process: for (;;) break process;'],
    ['a date of an instant', 'new Date(0); Date.UTC(2026, 1); Date.parse("x"); x instanceof Date;'],
    ['hashing', "import { createHash } from 'node:crypto'; createHash('sha256');"],
    ['types of node:crypto', "import type { webcrypto } from 'node:crypto';"],
    ['synchronous compression', "import { constants, gunzipSync } from 'node:zlib';"],
    [
      'a named locale',
      '"a".localeCompare("b", "en"); new Intl.NumberFormat("en"); (5).toLocaleString("en");',
    ],
    ['text', 'const s = "Date.now()"; // Math.random()'],
    ['a property called like a method of Object', 'constructor; toString; hasOwnProperty;'],
  ])('%s', (_name, text) => {
    expect(check(text)).toEqual([]);
  });
});

test('a file that is no TypeScript is an error with its place', () => {
  expect(() => check('const ok = 1;\nconst = 2;')).toThrowErrorMatchingInlineSnapshot(
    `[Error: packages/tx/src/pay.ts:2: Unexpected token]`,
  );
});
