import type { NodeConfig } from './node-config.ts';
import type { Report } from './problem.ts';
import type { CoreBuild } from './read-config.ts';
import type { ResolvedNodes } from './resolve.ts';

/** What checking rules needs besides the settings. */
export interface RuleContext {
  readonly build: CoreBuild;
  readonly report: Report;
}

/** What several keys mean together. */
export function checkRules(
  config: NodeConfig,
  _nodes: ResolvedNodes,
  { report }: RuleContext,
): void {
  if ((config.NETWORK_PASSPHRASE ?? '') === '') {
    report({
      code: 'SSC_CFG_MISSING_KEY',
      path: ['NETWORK_PASSPHRASE'],
      message: 'NETWORK_PASSPHRASE is not set',
      core: { stage: 'create', message: 'NETWORK_PASSPHRASE not configured' },
    });
  }
}
