import { normalizeQuorumSet } from './auto-quorum.ts';
import type { NodeConfig } from './node-config.generated.ts';
import { unknownSelf } from './node-names.ts';
import type { CoreLogLine, Finding, Report } from './problem.ts';
import {
  byzantineMajority,
  isVBlocking,
  memberCount,
  nodesOf,
  type QuorumSet,
  simpleMajority,
  smallestVBlocking,
} from './quorum-set.ts';
import type { ResolvedNodes } from './resolve.ts';
import { checkValidators, quorumNeeds } from './rules-validators.ts';

/** Where a problem of the whole quorum set is shown. */
const quorumPath = (config: NodeConfig): string[] => [
  config.QUORUM_SET !== undefined || config.VALIDATORS === undefined ? 'QUORUM_SET' : 'VALIDATORS',
];

/** Whether core takes the listed validators, and the quorum set it gets from them. Source: stellar-core, src/main/Config.cpp. */
export function checkQuorum(config: NodeConfig, nodes: ResolvedNodes, report: Report): void {
  checkValidators(config, nodes.validators, report);
  const { quorumSet, generated } = nodes;
  if (quorumSet === undefined) return;
  if (config.QUORUM_SET === undefined) checkArchives(config, nodes, quorumSet, report);
  else checkOverride(config, nodes, quorumSet, generated, report);
  checkSafety(config, nodes, quorumSet, report);
  warnAboutQuorum(config, nodes, quorumSet, report);
}

const nobody = 'there is neither a QUORUM_SET nor a validator in VALIDATORS';

function checkArchives(
  config: NodeConfig,
  nodes: ResolvedNodes,
  quorumSet: QuorumSet,
  report: Report,
): void {
  if (config.UNSAFE_QUORUM === true) return;
  const withArchive = nodes.validators.filter((one) => one.hasHistory).map((one) => one.publicKey);
  if (isVBlocking(quorumSet, new Set(withArchive))) return;
  const message =
    nodes.validators.length === 0
      ? nobody
      : 'a quorum can be reached without any validator that has an archive';
  report(
    unsafe(config, message, [
      { level: 'WARNING', text: 'Quorum can be reached without validators with an archive' },
      {
        level: 'ERROR',
        text: 'Potentially unsafe configuration: validators with known archives should be included in all quorums. If this is really what you want, set UNSAFE_QUORUM=true. Be sure you know what you are doing!',
      },
    ]),
  );
}

function checkOverride(
  config: NodeConfig,
  nodes: ResolvedNodes,
  quorumSet: QuorumSet,
  generated: QuorumSet | undefined,
  report: Report,
): void {
  if (nodes.validators.length === 0 || generated === undefined || config.UNSAFE_QUORUM === true) {
    return;
  }
  const same = JSON.stringify(normalizeQuorumSet(quorumSet)) === JSON.stringify(generated);
  if (same) return;
  report(
    unsafe(config, 'QUORUM_SET is another set than the one that core makes of VALIDATORS', [
      {
        level: 'ERROR',
        text: "Can't override [[VALIDATORS]] with QUORUM_SET unless you also set UNSAFE_QUORUM=true. Be sure you know what you are doing!",
      },
    ]),
  );
}

function checkSafety(
  config: NodeConfig,
  nodes: ResolvedNodes,
  quorumSet: QuorumSet,
  report: Report,
): void {
  if (nodesOf(quorumSet).length === 0) {
    report({
      code: 'SSC_CFG_QUORUM_EMPTY',
      path: [],
      needs: quorumNeeds,
      message: nobody,
      suggestion: 'every node needs one, watchers too',
      core: { message: 'no validators defined in VALIDATORS/QUORUM_SET' },
    });
    return;
  }
  const margin = marginOf(config, nodes, quorumSet);
  const fault =
    marginTooLarge(config, margin) ??
    (config.UNSAFE_QUORUM === true ? undefined : marginTooSmall(config, quorumSet, margin));
  if (fault !== undefined) report(fault);
  checkSanity(config, nodes, quorumSet, report);
}

/** How many failures a quorum set is to bear, and how many it can. */
interface Margin {
  /** The members of the set. */
  readonly count: number;
  /** How many of them must agree at least. */
  readonly minimum: number;
  /** How many failures stop it. */
  readonly blocking: number;
  /** FAILURE_SAFETY, or what core makes of the set without it. */
  readonly safety: number;
  readonly isGiven: boolean;
}

function marginOf(config: NodeConfig, nodes: ResolvedNodes, quorumSet: QuorumSet): Margin {
  const count = memberCount(quorumSet);
  const minimum = leastThreshold(config, nodes, quorumSet);
  const given = config.FAILURE_SAFETY ?? -1;
  return {
    count,
    minimum,
    blocking: smallestVBlocking(quorumSet),
    safety: given === -1 ? count - minimum : given,
    isGiven: given !== -1,
  };
}

/** What core logs of a margin, with an error in the midst of it. */
const marginLog = ({ safety, isGiven, blocking }: Margin, error: string): CoreLogLine[] => [
  ...(isGiven
    ? []
    : ([
        { level: 'INFO', text: `Assigning calculated value of ${safety} to FAILURE_SAFETY` },
      ] as const)),
  { level: 'ERROR', text: error },
  { level: 'INFO', text: ` Current QUORUM_SET breaks with ${blocking} failures` },
];

function marginTooLarge(config: NodeConfig, margin: Margin): Finding | undefined {
  const { safety, blocking, isGiven } = margin;
  if (safety < blocking) return undefined;
  return {
    code: 'SSC_CFG_QUORUM_UNSAFE',
    path: isGiven ? ['FAILURE_SAFETY'] : quorumPath(config),
    needs: quorumNeeds,
    message: `the node is to bear ${failures(safety)}, and ${failures(blocking)} stop its quorum set`,
    allowed: `FAILURE_SAFETY below ${blocking}`,
    core: {
      message: 'FAILURE_SAFETY incompatible with QUORUM_SET',
      log: marginLog(
        margin,
        'Not enough nodes / thresholds too strict in your Quorum set to ensure your desired level of FAILURE_SAFETY. Reduce FAILURE_SAFETY or fix quorum set',
      ),
    },
  };
}

/** What core bears with UNSAFE_QUORUM only. */
function marginTooSmall(
  config: NodeConfig,
  { threshold }: QuorumSet,
  margin: Margin,
): Finding | undefined {
  const { safety, count, minimum } = margin;
  if (safety === 0)
    return unsafe(
      config,
      `the quorum set of ${count} cannot bear one failure`,
      marginLog(
        margin,
        "Can't have FAILURE_SAFETY=0 unless you also set UNSAFE_QUORUM=true. Be sure you know what you are doing!",
      ),
    );
  if (threshold < minimum)
    return unsafe(
      config,
      `${threshold} of ${count} agree for the whole quorum set`,
      marginLog(
        margin,
        'Your THESHOLD_PERCENTAGE is too low. If you really want this set UNSAFE_QUORUM=true. Be sure you know what you are doing!',
      ),
      `at least ${minimum}`,
    );
  return undefined;
}

const failures = (count: number): string => (count === 1 ? 'one failure' : `${count} failures`);

/** More than two thirds, or half where all nodes belong to one organisation. */
function leastThreshold(config: NodeConfig, nodes: ResolvedNodes, quorumSet: QuorumSet): number {
  const count = memberCount(quorumSet);
  const domains = new Set(nodes.validators.map((one) => one.homeDomain));
  const oneDomain = config.QUORUM_SET === undefined && domains.size <= 1;
  return oneDomain && quorumSet.innerSets.length === 0
    ? simpleMajority(count)
    : byzantineMajority(count);
}

function unsafe(
  config: NodeConfig,
  message: string,
  log: readonly CoreLogLine[],
  allowed?: string,
): Finding {
  return {
    code: 'SSC_CFG_QUORUM_UNSAFE',
    path: quorumPath(config),
    at: 'key',
    needs: quorumNeeds,
    message,
    ...(allowed !== undefined && { allowed }),
    suggestion: 'set UNSAFE_QUORUM = true if this is a test network',
    core: { message: 'SCP unsafe', log },
  };
}

const mostNodes = 1000;

/** Source: stellar-core, src/scp/QuorumSetUtils.cpp (isQuorumSetSane). */
function checkSanity(
  config: NodeConfig,
  nodes: ResolvedNodes,
  quorumSet: QuorumSet,
  report: Report,
): void {
  const nameOf = (node: string): string => nodes.names.aliasOf(node) ?? node;
  const fault = insanityOf(quorumSet, config.UNSAFE_QUORUM === true, nameOf);
  if (fault === undefined) return;
  report({
    code: fault.code,
    path: quorumPath(config),
    at: 'key',
    needs: quorumNeeds,
    message: fault.message,
    core: {
      message: 'Invalid QUORUM_SET',
      log: [{ level: 'FATAL', text: `Invalid QUORUM_SET: ${fault.reason}` }],
    },
  });
}

interface Insanity {
  readonly code: Finding['code'];
  readonly message: string;
  readonly reason: string;
}

function insanityOf(
  quorumSet: QuorumSet,
  isUnsafe: boolean,
  nameOf: (node: string) => string,
): Insanity | undefined {
  const seen = new Set<string>();
  const visit = (set: QuorumSet): Insanity | undefined => {
    const count = memberCount(set);
    if (!isUnsafe && set.threshold < count - set.threshold + 1) {
      return {
        code: 'SSC_CFG_QUORUM_UNSAFE',
        message: `a group lets ${set.threshold} of ${count} speak for it, less than half`,
        reason: 'Threshold is lower than the v-blocking size (< 51%).',
      };
    }
    for (const node of set.validators) {
      if (seen.has(node)) {
        return {
          code: 'SSC_CFG_DUPLICATE_NAME',
          message: `the quorum set names "${nameOf(node)}" twice`,
          reason: 'Duplicate node found in quorum configuration',
        };
      }
      seen.add(node);
    }
    for (const inner of set.innerSets) {
      const found = visit(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = visit(quorumSet);
  if (found !== undefined || seen.size <= mostNodes) return found;
  return {
    code: 'SSC_CFG_OUT_OF_RANGE',
    message: `the quorum set names ${seen.size} nodes, more than ${mostNodes}`,
    reason: 'Total number of nodes in a quorum must be within 1 and 1000',
  };
}

/** What core bears with UNSAFE_QUORUM, and a network does not. */
function warnAboutQuorum(
  config: NodeConfig,
  nodes: ResolvedNodes,
  quorumSet: QuorumSet,
  report: Report,
): void {
  const count = memberCount(quorumSet);
  if (config.UNSAFE_QUORUM === true && count > 1 && 2 * quorumSet.threshold <= count) {
    report({
      code: 'SSC_CFG_QUORUM_SPLITS',
      path: quorumPath(config),
      at: 'key',
      needs: quorumNeeds,
      message: `${quorumSet.threshold} of ${count} agree for the whole quorum set: two halves may agree on different ledgers`,
      allowed: `at least ${Math.floor(count / 2) + 1}`,
    });
  }
  const self = nodes.self ?? unknownSelf;
  if (config.NODE_IS_VALIDATOR === true && !nodesOf(quorumSet).includes(self)) {
    report({
      code: 'SSC_CFG_QUORUM_WITHOUT_SELF',
      path: quorumPath(config),
      at: 'key',
      needs: quorumNeeds,
      message:
        'the validator is not in its own quorum set, so it follows the others whatever it thinks itself',
      suggestion: 'list it too, by its alias or key',
    });
  }
}
