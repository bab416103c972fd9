import { checkRules } from './check-rules.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { ParseOptions } from './parse.ts';
import { type ConfigProblem, type Finding, toProblem } from './problem.ts';
import { readConfig } from './read-config.ts';

/** Everything that is wrong with settings that are no text yet: what `parseNodeConfig` finds, without places. */
export function findProblems(
  config: NodeConfig,
  { build = 'test' }: ParseOptions = {},
): ConfigProblem[] {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
  };
  checkRules(readConfig(config, { source: 'value', build, report }), { build, report });
  return findings.map((finding) => toProblem(finding, undefined));
}
