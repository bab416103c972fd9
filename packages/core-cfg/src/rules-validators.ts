import type { NodeConfig } from './node-config.generated.ts';
import type { Quality } from './node-config.ts';
import type { Report } from './problem.ts';
import type { ResolvedValidator } from './resolve.ts';

/** What a quorum set depends on: when one of these could not be read, nothing is said about the whole. */
export const quorumNeeds = [
  'QUORUM_SET',
  'VALIDATORS',
  'HOME_DOMAINS',
  'NODE_SEED',
  'NODE_NAMES',
  'NODE_IS_VALIDATOR',
  'NODE_HOME_DOMAIN',
  'UNSAFE_QUORUM',
  'FAILURE_SAFETY',
];

/** Whether core takes the listed validators. Source: stellar-core, src/main/Config.cpp. */
export function checkValidators(
  config: NodeConfig,
  validators: readonly ResolvedValidator[],
  report: Report,
): void {
  const relaxed = config.SKIP_HIGH_CRITICAL_VALIDATOR_CHECKS_FOR_TESTING === true;
  const isHigh = (quality: Quality): boolean => quality === 'HIGH' || quality === 'CRITICAL';
  for (const one of validators) {
    if (relaxed || one.hasHistory || one.name === 'self' || !isHigh(one.quality)) continue;
    report({
      code: 'SSC_CFG_MISSING_KEY',
      path: [...one.path],
      at: 'key',
      needs: ['HOME_DOMAINS', 'SKIP_HIGH_CRITICAL_VALIDATOR_CHECKS_FOR_TESTING'],
      message: `"${one.name}" is of quality ${one.quality} and has no HISTORY`,
      suggestion: 'give it a get command, or its home domain a lower quality',
      core: {
        message: `malformed VALIDATORS entry '${one.name}' (critical and high quality must have an archive)`,
      },
    });
  }
  const domains = Map.groupBy(validators, (one) => one.homeDomain);
  for (const [domain, members] of domains) {
    const [first] = members;
    if (first === undefined) continue;
    const other = members.find((one) => one.quality !== first.quality);
    if (other !== undefined) {
      report({
        code: 'SSC_CFG_CONTRADICTION',
        path: [...other.path, 'QUALITY'],
        needs: quorumNeeds,
        message: `"${first.name}" is of quality ${first.quality} and "${other.name}" of quality ${other.quality}, and both belong to "${domain}"`,
        suggestion: 'give the quality once, in HOME_DOMAINS',
        core: { message: `Validators '${first.name}' and '${other.name}' must have same quality` },
      });
    }
    if (!relaxed && isHigh(first.quality) && members.length < 3) {
      report({
        code: 'SSC_CFG_QUORUM_UNSAFE',
        path: first.path[0] === 'NODE_SEED' ? ['NODE_HOME_DOMAIN'] : [...first.path],
        at: 'key',
        needs: quorumNeeds,
        message: `the home domain "${domain}" is of quality ${first.quality} and has ${members.length === 1 ? 'one validator' : `${members.length} validators`}`,
        allowed: 'at least 3',
        suggestion: 'lower its quality',
        core: {
          message: `Critical and High quality validators for '${domain}' must have redundancy of at least 3`,
        },
      });
    }
  }
  const isValidator = config.NODE_IS_VALIDATOR === true && config.QUORUM_SET === undefined;
  if (isValidator && validators.length > 0 && validators.every((one) => one.quality === 'LOW')) {
    report({
      code: 'SSC_CFG_QUORUM_UNSAFE',
      path: [config.HOME_DOMAINS === undefined ? 'VALIDATORS' : 'HOME_DOMAINS'],
      at: 'key',
      needs: quorumNeeds,
      message: 'all validators are of quality LOW',
      allowed: 'at least one of a higher quality',
      core: { message: 'At least one validator must have a quality level higher than LOW' },
    });
  }
  checkTwice(validators, report);
}

function checkTwice(validators: readonly ResolvedValidator[], report: Report): void {
  const seen = new Set<string>();
  for (const one of validators) {
    if (seen.has(one.publicKey)) {
      const listed = validators.find((other) => other.publicKey === one.publicKey) ?? one;
      report({
        code: 'SSC_CFG_DUPLICATE_NAME',
        path: [...listed.path],
        at: 'key',
        needs: quorumNeeds,
        message:
          one.name === 'self'
            ? `"${listed.name}" is this node itself, and core adds a validator to its own list`
            : `"${one.name}" has the key of "${listed.name}"`,
        suggestion: 'leave the entry out',
        core: { message: `Duplicate validator entry for '${one.publicKey}'` },
      });
    }
    seen.add(one.publicKey);
  }
}
