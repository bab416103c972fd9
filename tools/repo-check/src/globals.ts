import type { Node } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { type FreeName, freeNames } from './free-names.ts';
import { type Module, memberName, walk } from './source.ts';

const clock = 'time comes from a Clock of @ssc/clock, given as an argument';
const chance = 'chance comes from a Random of @ssc/clock, given as an argument';
const network = 'the network comes as an argument: a Dispatcher, a Net';
const root = 'only the composition root, apps/ssc-cli, touches it';
const turns = 'it takes turns that the virtual clock does not see';

/** Globals that reach the outside world, and what stands in their place. */
const bannedNames: Readonly<Record<string, string>> = {
  setTimeout: clock,
  setInterval: clock,
  setImmediate: clock,
  clearTimeout: clock,
  clearInterval: clock,
  clearImmediate: clock,
  performance: clock,
  fetch: network,
  WebSocket: network,
  EventSource: network,
  crypto: `${chance}; hashes come from node:crypto`,
  process: root,
  console: root,
  globalThis: 'it is a back door to all other globals',
  global: 'it is a back door to all other globals',
  require: 'modules are imported',
  MessageChannel: turns,
  BroadcastChannel: turns,
  CompressionStream: turns,
  DecompressionStream: turns,
};

/** Members of globals that are otherwise harmless. */
const bannedMembers: Readonly<Record<string, string>> = {
  'Date.now': clock,
  'Math.random': chance,
  'AbortSignal.timeout': clock,
};

/** Names that a module of Node.js offers beside harmless ones. */
const bannedImports: Readonly<
  Record<string, { readonly names: RegExp; readonly instead: string }>
> = {
  'node:crypto': {
    names:
      /^(random\w*|getRandomValues|webcrypto|subtle|generateKey(Pair)?|generatePrime|scrypt|pbkdf2|hkdf|argon2|default|\*)$/,
    instead: `${chance}; of node:crypto take what is sure and done at once, by name`,
  },
  'node:zlib': {
    names: /^(?!\w+Sync$|constants$|crc32$)/,
    instead: `${turns}; take the functions that end in Sync, by name`,
  },
};

/** Methods that use the machine's language unless told another: how many arguments name one. */
const localeMethods: Readonly<Record<string, number>> = {
  localeCompare: 2,
  toLocaleString: 1,
  toLocaleDateString: 1,
  toLocaleTimeString: 1,
  toLocaleLowerCase: 1,
  toLocaleUpperCase: 1,
};

/**
 * Finds what reaches for time, chance, the network, the process or the console by itself, so that a run would not be the same
 * twice. Names that the module declares, such as a parameter called `fetch`, are its own affair.
 */
export function checkGlobals(module: Module): Finding[] {
  const findings: Finding[] = [];
  const add = (node: { readonly start: number }, what: string, instead: string): void => {
    findings.push({
      path: module.path,
      line: module.lineOf(node),
      message: `${what} is not used in packages: ${instead}`,
    });
  };
  for (const use of freeNames(module.program)) {
    const banned = bannedUse(use);
    if (banned !== undefined) add(use.node, ...banned);
  }
  walk(module.program, (node) => {
    const banned = localeDefault(node);
    if (banned !== undefined)
      add(node, banned, 'the result depends on the machine’s language; name a locale');
  });
  for (const { specifier, names, typeOnly, line } of module.imports) {
    const rule = bannedImports[specifier];
    if (typeOnly || rule === undefined) continue;
    for (const name of names.filter((one) => rule.names.test(one)))
      findings.push({
        path: module.path,
        line,
        message: `${name} of ${specifier} is not used in packages: ${rule.instead}`,
      });
  }
  return findings;
}

/** What is used and what stands in its place, if it is banned. */
function bannedUse({ name, around }: FreeName): [string, string] | undefined {
  const instead = Object.hasOwn(bannedNames, name) ? bannedNames[name] : undefined;
  if (instead !== undefined) return [name, instead];
  const [parent] = around;
  const member = parent?.type === 'MemberExpression' ? memberName(parent) : undefined;
  const path = `${name}.${member}`;
  if (Object.hasOwn(bannedMembers, path)) return [path, bannedMembers[path] ?? ''];
  if (name === 'Date' && !isPureDate(parent, member)) return ['Date without an instant', clock];
  return undefined;
}

/** `new Date(ms)`, `Date.UTC`, `Date.parse` and `x instanceof Date` ask no clock. */
function isPureDate(parent: Node | undefined, member: string | undefined): boolean {
  if (parent?.type === 'NewExpression') return parent.arguments.length > 0;
  if (parent?.type === 'BinaryExpression') return parent.operator === 'instanceof';
  return member === 'UTC' || member === 'parse';
}

/** A call that takes the machine's language because it names none. */
function localeDefault(node: Node): string | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
  const { callee } = node;
  if (callee.type !== 'MemberExpression') return undefined;
  const name = memberName(callee);
  if (name === undefined) return undefined;
  const named = node.arguments.length;
  if (callee.object.type === 'Identifier' && callee.object.name === 'Intl')
    return named === 0 ? `Intl.${name} without a locale` : undefined;
  const needed = Object.hasOwn(localeMethods, name) ? localeMethods[name] : undefined;
  return needed !== undefined && named < needed ? `${name} without a locale` : undefined;
}
