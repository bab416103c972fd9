import type { V1ConfigMap } from '@kubernetes/client-node';
import { SscError, usageError } from '@ssc/errors';
import { runLabels } from '../labels.ts';
import { anchorName, fuseName } from '../names.ts';
import { ownedByAnchor, ownedByFuse } from './owner.ts';

/** What an anchor says about its run. */
export interface AnchorContent {
  /** The mission's name as it was written. */
  readonly mission: string;
  /** Who started it. @example "ada@build-7" */
  readonly who: string;
  /** When, RFC 3339 in UTC. */
  readonly startedAt: string;
  /** The version of ssc. */
  readonly version: string;
  /** The driver that may act; empty when none does. Changed by compare-and-set only. */
  readonly holder: string;
  /** What was finished, one JSON value a line. */
  readonly journal: string;
  /** What the run was asked for, as JSON, so that another driver can plan it again. No secret is in it. */
  readonly asked: string;
  /** A hash of the plan of its first network: another driver must come to the same one. */
  readonly plan: string;
}

/** What an anchor is made from. */
export interface AnchorPlan {
  readonly run: string;
  /** Which network it is for: that of network 0 is the run's own. @default 0 */
  readonly network?: number;
  readonly namespace: string;
  readonly content: AnchorContent;
}

/** The run's anchor: owned by the fuse, owns the rest. */
export const toAnchor = (plan: AnchorPlan, fuseUid: string): V1ConfigMap => ({
  ...anchor({ ...plan, network: 0 }),
  metadata: {
    ...anchor({ ...plan, network: 0 }).metadata,
    ownerReferences: ownedByFuse(fuseName(plan.run), fuseUid),
  },
});

/** The anchor of a further network of the run: owned by the run's own, so that one network can go by itself. */
export function toSubAnchor(plan: AnchorPlan, anchorUid: string): V1ConfigMap {
  if (plan.network === undefined || plan.network === 0)
    throw usageError('SSC_PLAN_INVALID', "network 0 has the run's own anchor, not a further one");
  const made = anchor(plan);
  return {
    ...made,
    metadata: {
      ...made.metadata,
      ownerReferences: ownedByAnchor(anchorName(plan.run), anchorUid),
    },
  };
}

const anchor = ({ run, network, namespace, content }: AnchorPlan): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: anchorName(run, network),
    namespace,
    labels: runLabels(run, content.mission, 'anchor'),
  },
  data: { ...content },
});

const keys = ['mission', 'who', 'startedAt', 'version', 'holder', 'journal'] as const;

/** Reads an anchor back; one without all of its keys is refused (SSC_ANCHOR, broken): it is not ours to act on. */
export function parseAnchor(configMap: V1ConfigMap): AnchorContent {
  const data = configMap.data ?? {};
  const missing = keys.filter((key) => data[key] === undefined);
  if (missing.length > 0)
    throw new SscError({
      problem: { code: 'SSC_ANCHOR' },
      verdict: 'broken',
      summary: `ConfigMap "${configMap.metadata?.name ?? ''}" is not an anchor of ssc: it has no ${missing.map((key) => `"${key}"`).join(', ')}`,
    });
  const text = (key: (typeof keys)[number]): string => data[key] ?? '';
  return {
    mission: text('mission'),
    who: text('who'),
    startedAt: text('startedAt'),
    version: text('version'),
    holder: text('holder'),
    journal: text('journal'),
    // Those that an earlier version made have neither.
    asked: data['asked'] ?? '',
    plan: data['plan'] ?? '',
  };
}

/** A merge patch of an anchor that holds only while the anchor is as it was read. */
export interface AnchorPatch {
  readonly metadata: { readonly resourceVersion: string };
  readonly data: { readonly holder?: string; readonly journal?: string };
}

/**
 * The merge patch by which a driver takes the anchor, or writes its journal: the server refuses it (409 Conflict) when
 * anybody changed the anchor since it was read.
 */
export const toAnchorPatch = (
  resourceVersion: string,
  changes: AnchorPatch['data'],
): AnchorPatch => ({ metadata: { resourceVersion }, data: changes });
