import type { NodeConfig } from './node-config.generated.ts';
import type { Report } from './problem.ts';
import type { CoreBuild } from './raw-value.ts';
import { type ResolvedNodes, resolveNodes } from './resolve.ts';
import { checkPairs } from './rules-keys.ts';
import { checkQuorum } from './rules-quorum.ts';
import { checkArchiveNames, checkCreate, checkRun } from './rules-start.ts';
import { warn } from './rules-warnings.ts';

/** What checking rules needs besides the settings. */
export interface RuleContext {
  readonly build: CoreBuild;
  readonly report: Report;
}

/** What several keys mean together, in the order in which core comes to it. */
export function checkRules(config: NodeConfig, { build, report }: RuleContext): ResolvedNodes {
  checkPairs(config, report);
  checkArchiveNames(config, report);
  const nodes = resolveNodes(config, report);
  checkQuorum(config, nodes, report);
  checkCreate(config, build, report);
  checkRun(config, report);
  warn(config, build, report);
  return nodes;
}
