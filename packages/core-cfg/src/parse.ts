import { parse, TomlError } from 'smol-toml';
import { checkRules } from './check-rules.ts';
import { configError } from './config-error.ts';
import { locateToml } from './locate.ts';
import type { NodeConfig } from './node-config.generated.ts';
import { type ConfigProblem, type Finding, formatPath, toProblem } from './problem.ts';
import type { QuorumSet } from './quorum-set.ts';
import type { CoreBuild } from './raw-value.ts';
import { readConfig } from './read-config.ts';

/** What a configuration is checked for. */
export interface ParseOptions {
  /**
   * The build that will read it. `production` refuses the keys that only builds with tests know, and warns about every
   * other testing key.
   *
   * @default 'test'
   */
  readonly build?: CoreBuild;
}

/** A configuration that was read, and everything that is wrong with it. */
export interface ParsedNodeConfig {
  /** The settings; undefined when core would not even load the file. */
  readonly config: NodeConfig | undefined;
  /**
   * What the node listens to, aliases followed; undefined with `config`. `unknownSelf` stands in it for this node itself
   * when the text has no seed: core draws a key at its start, or reads it from another file.
   */
  readonly quorumSet: QuorumSet | undefined;
  /** The node's own public key; undefined without a usable NODE_SEED. */
  readonly publicKey: string | undefined;
  /** All of them, in the order of the text. */
  readonly problems: readonly ConfigProblem[];
  /** Those that core refuses, in the order in which it meets them: it stops at the first that its command reaches. */
  readonly stops: readonly ConfigProblem[];
}

/** Reads a TOML configuration and finds all problems at once. It never throws. */
export function parseNodeConfig(text: string, options: ParseOptions = {}): ParsedNodeConfig {
  const build = options.build ?? 'test';
  const { raw, problems: syntax } = readToml(text);
  const findings = new Findings(syntax.length > 0);
  const report = (finding: Finding): void => {
    findings.add(finding);
  };
  const config = readConfig(raw, { source: 'toml', build, report });
  const nodes = checkRules(config, { build, report });
  const told = [...syntax, ...placed(findings.all, text)];
  const stops = told.filter((problem) => problem.severity === 'refused');
  const loads = !stops.some((problem) => problem.core?.stage === 'load');
  return {
    config: loads ? config : undefined,
    quorumSet: loads ? nodes.quorumSet : undefined,
    publicKey: nodes.self,
    problems: told.toSorted(inOrderOfText),
    stops,
  };
}

/** What stands nowhere in the text comes last. */
const inOrderOfText = (a: ConfigProblem, b: ConfigProblem): number =>
  (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER) ||
  (a.column ?? 0) - (b.column ?? 0);

/** What checks find, without what only follows from another finding. */
class Findings {
  readonly all: Finding[] = [];
  /** Keys with a problem, and keys that a misspelt one was meant to be. */
  readonly #broken = new Set<string>();
  readonly #anyMayBeMissing: boolean;

  constructor(anyMayBeMissing: boolean) {
    this.#anyMayBeMissing = anyMayBeMissing;
  }

  add(finding: Finding): void {
    const { needs = [], path, core, meant } = finding;
    if (needs.length > 0 && this.#anyMayBeMissing) return;
    if (needs.some((name) => this.#broken.has(name))) return;
    this.all.push(finding);
    if (core !== undefined && (core.stage ?? 'load') === 'load') {
      this.#broken.add(String(path[0]));
      this.#broken.add(formatPath(path.slice(0, 2)));
    }
    if (meant !== undefined) this.#broken.add(meant);
  }
}

/**
 * The settings of a TOML configuration that core starts with.
 *
 * @throws SscError SSC_CONFIG_INVALID with all problems when core refuses it.
 */
export function readNodeConfig(text: string, options: ParseOptions = {}): NodeConfig {
  const { config, problems } = parseNodeConfig(text, options);
  if (config === undefined || problems.some((problem) => problem.severity === 'refused')) {
    throw configError('the configuration', problems);
  }
  return config;
}

function placed(findings: readonly Finding[], text: string): ConfigProblem[] {
  if (findings.length === 0) return [];
  const places = locateToml(text);
  return findings.map((finding) => {
    const { at, path, code, needs = [] } = finding;
    const own = at === 'key' ? places.key(path) : (places.value(path) ?? places.key(path));
    // A key that is not there contradicts one that is.
    const others = code === 'SSC_CFG_CONTRADICTION' || code === 'SSC_CFG_POOR_VALUE' ? needs : [];
    const other = others.map((name) => places.value([name])).find((place) => place !== undefined);
    return toProblem(finding, own ?? other);
  });
}

/** So many syntax errors are shown; a file with more is no TOML. */
const enough = 20;

/** Lines with a syntax error are blanked one after the other, so that one mistake does not hide the next. */
function readToml(text: string): { readonly raw: object; readonly problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  let lines: string[] | undefined;
  for (;;) {
    try {
      return { raw: parse(lines?.join('\n') ?? text, { integersAsBigInt: true }), problems };
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      lines ??= text.split('\n');
      const { line, column } = error;
      problems.push(syntaxProblem(error, lines[line - 1] ?? ''));
      if (problems.length >= enough || (lines[line - 1] ?? '').trim() === '') {
        return { raw: {}, problems };
      }
      blank(lines, line - 1, column);
    }
  }
}

/** Takes a line out, and with the header of a table all of its keys: they would fall to the table before. */
function blank(lines: string[], at: number, column: number): void {
  const isHeader = (line: string | undefined): boolean => /^\s*\[/u.test(line ?? '');
  const wasHeader = isHeader(lines[at]);
  lines[at] = ' '.repeat(Math.max(0, column - 1));
  if (!wasHeader) return;
  for (let i = at + 1; i < lines.length && !isHeader(lines[i]); i++) lines[i] = '';
}

function syntaxProblem(error: TomlError, line: string): ConfigProblem {
  const [sentence = 'this is no TOML'] = error.message
    .replace(/^Invalid TOML document: /u, '')
    .split('\n');
  const duplicate = /redefin|duplicate|already/iu.test(sentence);
  const header = /^\s*\[{1,2}([^\]]*)\]/u.exec(line)?.[1]?.trim();
  const key = /^\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=/u.exec(line);
  const name = key?.[1] ?? key?.[2] ?? key?.[3];
  const message =
    duplicate && header !== undefined
      ? `the table [${header}] is written twice`
      : duplicate && name !== undefined
        ? `"${name}" is written twice`
        : sentence;
  const words =
    duplicate && header !== undefined
      ? `Redefinition of table ${header}`
      : coreSyntaxWords(sentence, line, duplicate ? name : undefined);
  const finding: Finding = {
    code: duplicate ? 'SSC_CFG_DUPLICATE_KEY' : 'SSC_CFG_SYNTAX',
    path: duplicate && name !== undefined ? [name] : [],
    message,
    core: { message: `${words} at line ${error.line}` },
  };
  return toProblem(finding, { line: error.line, column: error.column });
}

/** How core's own TOML reader says it, where we know. Source: stellar-core, lib/cpptoml.h. */
function coreSyntaxWords(sentence: string, line: string, duplicate: string | undefined): string {
  if (duplicate !== undefined) return `Key ${duplicate} already present`;
  const bare = /^\s*([\w-]+(?:[ \t]+[\w-]+)+)[ \t]*(?:=|$)/u.exec(line)?.[1];
  return bare === undefined ? sentence : `Bare key ${bare} cannot contain whitespace`;
}
