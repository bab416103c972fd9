import { parse, TomlError } from 'smol-toml';
import { checkRules } from './check-rules.ts';
import { configError } from './config-error.ts';
import { locate } from './locate.ts';
import type { NodeConfig } from './node-config.ts';
import { type ConfigProblem, type Finding, toProblem } from './problem.ts';
import type { QuorumSet } from './quorum-set.ts';
import { type CoreBuild, readConfig } from './read-config.ts';
import { resolveNodes } from './resolve.ts';

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
  /** What the node listens to, aliases followed; undefined with `config`. */
  readonly quorumSet: QuorumSet | undefined;
  /** The node's own public key; undefined without a usable NODE_SEED. */
  readonly publicKey: string | undefined;
  /** All of them, in the order of the text. */
  readonly problems: readonly ConfigProblem[];
}

/** Reads a TOML configuration and finds all problems at once. It never throws. */
export function parseNodeConfig(text: string, options: ParseOptions = {}): ParsedNodeConfig {
  const build = options.build ?? 'test';
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
  };
  const { raw, problems: syntax } = readToml(text);
  const config = readConfig(raw, { source: 'toml', build, report });
  // A key that could not be read may be the one that another key needs: what they mean together stays unchecked.
  const legible = syntax.length === 0 && findings.every((finding) => finding.core === undefined);
  const nodes = legible ? resolveNodes(config, report) : undefined;
  if (nodes !== undefined) checkRules(config, nodes, { build, report });
  const problems = [...syntax, ...placed(findings, text)];
  const loads = !problems.some((problem) => problem.core?.stage === 'load');
  return {
    config: loads ? config : undefined,
    quorumSet: loads ? nodes?.quorumSet : undefined,
    publicKey: nodes?.self,
    problems,
  };
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
  const places = locate(text);
  return findings
    .map((finding) =>
      toProblem(
        finding,
        finding.at === 'key'
          ? places.key(finding.path)
          : (places.value(finding.path) ?? places.key(finding.path)),
      ),
    )
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** So many syntax errors are shown; a file with more is no TOML. */
const enough = 20;

/** Lines with a syntax error are blanked one after the other, so that one mistake does not hide the next. */
function readToml(text: string): { readonly raw: object; readonly problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const lines = text.split('\n');
  for (;;) {
    try {
      return { raw: parse(lines.join('\n'), { integersAsBigInt: true }), problems };
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      const { line, column } = error;
      problems.push(syntaxProblem(error));
      if (problems.length >= enough || (lines[line - 1] ?? '').trim() === '') {
        return { raw: {}, problems };
      }
      lines[line - 1] = ' '.repeat(Math.max(0, column - 1));
    }
  }
}

function syntaxProblem(error: TomlError): ConfigProblem {
  const [sentence = 'this is no TOML'] = error.message
    .replace(/^Invalid TOML document: /u, '')
    .split('\n');
  return toProblem(
    {
      code: 'SSC_CFG_SYNTAX',
      path: [],
      message: sentence,
      core: { message: `${sentence} at line ${error.line}` },
    },
    { line: error.line, column: error.column },
  );
}
