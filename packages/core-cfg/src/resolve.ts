import { generateQuorumSet, type RatedValidator } from './auto-quorum.ts';
import type { NodeConfig } from './node-config.generated.ts';
import type { Quality, QuorumSetTable } from './node-config.ts';
import { NodeNames, unknownSelf } from './node-names.ts';
import type { PathStep, Report } from './problem.ts';
import {
  defaultThresholdPercent,
  memberCount,
  type QuorumSet,
  thresholdOfPercent,
} from './quorum-set.ts';
import { whileParsing } from './read-tables.ts';

/** A validator of `[[VALIDATORS]]`, or the node itself, with its key and quality found. */
export interface ResolvedValidator extends RatedValidator {
  readonly name: string;
  readonly hasHistory: boolean;
  readonly path: readonly PathStep[];
}

/** Who is who in a configuration. */
export interface ResolvedNodes {
  /** The node's own public key; undefined without a NODE_SEED: core then draws one. */
  readonly self: string | undefined;
  readonly names: NodeNames;
  /** The listed validators and, where core adds it, the node itself. */
  readonly validators: readonly ResolvedValidator[];
  /** What the node listens to; undefined when it could not be read. */
  readonly quorumSet: QuorumSet | undefined;
  /** What core makes of the validators; undefined when they could not be read. */
  readonly generated: QuorumSet | undefined;
}

/** Follows aliases and generates the quorum set, in core's order. */
export function resolveNodes(config: NodeConfig, report: Report): ResolvedNodes {
  let sound = true;
  const noting: Report = (finding) => {
    if (finding.core !== undefined) sound = false;
    report(finding);
  };
  const names = new NodeNames(noting);
  const self = config.NODE_SEED === undefined ? undefined : names.parseSeed(config.NODE_SEED);
  config.NODE_NAMES?.forEach((name, i) => {
    names.parse(name, ['NODE_NAMES', i]);
  });
  const listed = resolveValidators(config, names, noting);
  const added = addSelf(config, self, noting);
  const validators = added === undefined ? listed : [...listed, added];
  const generated = sound ? generateQuorumSet(validators) : undefined;
  const manual =
    config.QUORUM_SET === undefined
      ? undefined
      : resolveGroup(config.QUORUM_SET, ['QUORUM_SET'], names, noting);
  config.PREFERRED_PEER_KEYS?.forEach((key, i) => {
    names.parse(key, ['PREFERRED_PEER_KEYS', i]);
  });
  config.SURVEYOR_KEYS?.forEach((key, i) => {
    names.parse(key, ['SURVEYOR_KEYS', i]);
  });
  const quorumSet = config.QUORUM_SET === undefined ? generated : manual;
  return { self, names, validators, quorumSet: sound ? quorumSet : undefined, generated };
}

/** False for an entry of which a part was missing or could not be read; that has been reported. */
const isWhole = <Entry extends object>(entry: Entry, keys: readonly (keyof Entry)[]): boolean =>
  keys.every((key) => entry[key] !== undefined);

function resolveValidators(
  config: NodeConfig,
  names: NodeNames,
  report: Report,
): ResolvedValidator[] {
  const qualityOf = new Map<string, Quality>();
  config.HOME_DOMAINS?.forEach((entry, i) => {
    if (!isWhole(entry, ['HOME_DOMAIN', 'QUALITY'])) return;
    const { HOME_DOMAIN, QUALITY } = entry;
    if (qualityOf.has(HOME_DOMAIN)) {
      report({
        code: 'SSC_CFG_DUPLICATE_NAME',
        path: ['HOME_DOMAINS', i, 'HOME_DOMAIN'],
        message: `the home domain "${HOME_DOMAIN}" is listed twice`,
        core: { message: `Malformed HOME_DOMAINS: duplicate '${HOME_DOMAIN}'` },
      });
    } else qualityOf.set(HOME_DOMAIN, QUALITY);
  });
  return (config.VALIDATORS ?? []).flatMap((entry, index) => {
    if (!isWhole(entry, ['NAME', 'HOME_DOMAIN', 'PUBLIC_KEY'])) return [];
    const path = ['VALIDATORS', index];
    const publicKey = names.parse(entry.PUBLIC_KEY, [...path, 'PUBLIC_KEY']);
    if (publicKey !== undefined) names.add(publicKey, entry.NAME, [...path, 'NAME']);
    const inherited = qualityOf.get(entry.HOME_DOMAIN);
    const quality = inherited ?? entry.QUALITY;
    if (inherited !== undefined && entry.QUALITY !== undefined) {
      report({
        code: 'SSC_CFG_CONTRADICTION',
        path: [...path, 'QUALITY'],
        message: `"${entry.NAME}" has a quality, and so has its home domain "${entry.HOME_DOMAIN}" in HOME_DOMAINS`,
        suggestion: 'leave one of them out',
        core: {
          message: `malformed VALIDATORS entry '${entry.NAME}': quality already defined in home domain '${entry.HOME_DOMAIN}'`,
        },
      });
    }
    if (quality === undefined) {
      report({
        code: 'SSC_CFG_MISSING_KEY',
        path,
        at: 'key',
        needs: ['HOME_DOMAINS'],
        message: `"${entry.NAME}" has no quality: neither QUALITY nor an entry of HOME_DOMAINS for "${entry.HOME_DOMAIN}"`,
        core: { message: `malformed VALIDATORS entry '${entry.NAME}' (missing quality)` },
      });
    }
    if (quality === undefined || publicKey === undefined) return [];
    const { NAME: name, HOME_DOMAIN: homeDomain } = entry;
    const hasHistory = entry.HISTORY !== undefined && entry.HISTORY !== '';
    return [{ name, publicKey, homeDomain, quality, hasHistory, path }];
  });
}

const selfNeeds = [
  'NODE_IS_VALIDATOR',
  'NODE_HOME_DOMAIN',
  'QUORUM_SET',
  'VALIDATORS',
  'HOME_DOMAINS',
];

/** A validator counts itself, unless its quorum set is written by hand and no validators are listed. */
function addSelf(
  config: NodeConfig,
  self: string | undefined,
  report: Report,
): ResolvedValidator | undefined {
  const byHand = config.QUORUM_SET !== undefined && config.VALIDATORS === undefined;
  if (config.NODE_IS_VALIDATOR !== true || byHand) return undefined;
  const homeDomain = config.NODE_HOME_DOMAIN ?? '';
  if (homeDomain === '') {
    report({
      code: 'SSC_CFG_MISSING_KEY',
      path: ['NODE_HOME_DOMAIN'],
      needs: selfNeeds,
      message:
        config.VALIDATORS === undefined
          ? 'a validator without QUORUM_SET belongs to a home domain, and NODE_HOME_DOMAIN is not set'
          : 'a validator that lists VALIDATORS belongs to a home domain, and NODE_HOME_DOMAIN is not set',
      suggestion: 'set NODE_HOME_DOMAIN with its entry in HOME_DOMAINS, or write a QUORUM_SET',
      core: { message: 'NODE_HOME_DOMAIN must be set' },
    });
    return undefined;
  }
  const entry = config.HOME_DOMAINS?.find((domain) => domain.HOME_DOMAIN === homeDomain);
  if (entry === undefined) {
    report({
      code: 'SSC_CFG_MISSING_KEY',
      path: ['NODE_HOME_DOMAIN'],
      needs: selfNeeds,
      message: `NODE_HOME_DOMAIN is "${homeDomain}", and HOME_DOMAINS has no such entry`,
      allowed:
        config.HOME_DOMAINS?.map((domain) => domain.HOME_DOMAIN).join(', ') ||
        'HOME_DOMAINS is empty',
      core: {
        message: `Validator configured with NODE_HOME_DOMAIN='${homeDomain}' but there is no matching HOME_DOMAINS`,
      },
    });
    return undefined;
  }
  return {
    name: 'self',
    publicKey: self ?? unknownSelf,
    homeDomain,
    quality: entry.QUALITY,
    hasHistory: false,
    path: ['NODE_SEED'],
  };
}

function resolveGroup(
  table: QuorumSetTable,
  path: readonly string[],
  names: NodeNames,
  report: Report,
): QuorumSet {
  const { THRESHOLD_PERCENT, VALIDATORS = [], ...groups } = table;
  const suffix = whileParsing(path);
  const validators = VALIDATORS.flatMap(
    (name, i) => names.parse(name, [...path, 'VALIDATORS', i], suffix) ?? [],
  );
  const innerSets = Object.entries(groups as Record<string, QuorumSetTable>).map(([name, group]) =>
    resolveGroup(group, [...path, name], names, report),
  );
  const set = { threshold: 0, validators, innerSets };
  const count = VALIDATORS.length + innerSets.length;
  if (count === 0) {
    report({
      code: 'SSC_CFG_QUORUM_EMPTY',
      path,
      at: 'key',
      needs: ['QUORUM_SET'],
      message: `${path.join('.')} names no node and no group`,
      suggestion: 'list its nodes in VALIDATORS',
      core: { message: `invalid quorum set definition${suffix}` },
    });
  }
  return {
    ...set,
    threshold: thresholdOfPercent(
      Math.max(count, memberCount(set)),
      THRESHOLD_PERCENT ?? defaultThresholdPercent,
    ),
  };
}
