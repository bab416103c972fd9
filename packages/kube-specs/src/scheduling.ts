import type {
  V1Affinity,
  V1NodeSelectorRequirement,
  V1PodSpec,
  V1Toleration,
} from '@kubernetes/client-node';
import { usageError } from '@ssc/errors';
import { managedByLabel, runLabel } from './labels.ts';

/** A label of the cluster's nodes: one that is there, or one with that value. */
export interface NodeLabel {
  readonly key: string;
  readonly value?: string;
}

/** A taint that pods put up with: of any value and effect, or of those. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Which nodes of the cluster the pods of a run go to. */
export interface Scheduling {
  /** All of these must be so. */
  readonly requireNodeLabels?: readonly NodeLabel[];
  /** None of these may be so. */
  readonly avoidNodeLabels?: readonly NodeLabel[];
  readonly tolerateTaints?: readonly Taint[];
  /** Spreads the pods of the run evenly over the nodes, as far as there is room. @default true */
  readonly spread?: boolean;
  /** Shares no node with pods of other runs of ssc, of whatever namespace. Other workloads are not kept away. @default false */
  readonly dedicatedNodes?: boolean;
  /** Asks what consolidates and scales nodes (cluster-autoscaler, Karpenter) to leave the pods where they are. @default true */
  readonly keepInPlace?: boolean;
}

// A key is a name of at most 63 characters behind an optional DNS name (apimachinery: util/validation, IsQualifiedName).
const keyPattern =
  /^(?=[^/]{1,253}\/|[^/]+$)([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/u;
const valuePattern = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/u;

/**
 * A node label as it is typed: `key`, or `key:value`, of which the value is all after the first colon.
 * What cannot be one: SSC_SCHEDULING (usage).
 */
export const parseNodeLabel = (text: string): NodeLabel => parseKeyValue(text, 'a node label');

/** A taint as it is typed: `key` for any value, or `key:value`; of any effect. SSC_SCHEDULING (usage). */
export const parseTaint = (text: string): Taint => parseKeyValue(text, 'a taint');

function parseKeyValue(text: string, what: string): NodeLabel {
  const colon = text.indexOf(':');
  const key = colon < 0 ? text : text.slice(0, colon);
  const value = colon < 0 ? undefined : text.slice(colon + 1);
  if (!keyPattern.test(key) || (value !== undefined && !valuePattern.test(value)))
    throw usageError('SSC_SCHEDULING', `${what} is KEY or KEY:VALUE, got "${text}"`, {
      hint: 'A key is at most 63 of A-Z, a-z, 0-9, "-", "_" and ".", with a domain and "/" before it if need be; a value is of the same.',
    });
  return { key, ...(value !== undefined && { value }) };
}

/** The fields of a pod that say where it goes. The selector is that of the pods to spread, and includes the run. */
export function toPlacementFields(
  { run, scheduling = {} }: { readonly run: string; readonly scheduling?: Scheduling },
  selector: Readonly<Record<string, string>>,
): Pick<V1PodSpec, 'affinity' | 'tolerations' | 'topologySpreadConstraints'> {
  const affinity = toAffinity(run, scheduling);
  const tolerations = (scheduling.tolerateTaints ?? []).map(toToleration);
  return {
    ...(affinity !== undefined && { affinity }),
    ...(tolerations.length > 0 && { tolerations }),
    ...((scheduling.spread ?? true) && {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: hostLabel,
          // A run on one node is better than none.
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { ...selector } },
        },
      ],
    }),
  };
}

/** The annotations of a pod that ask for it to be left in place. */
export const placementAnnotations = (scheduling: Scheduling = {}): Record<string, string> =>
  (scheduling.keepInPlace ?? true)
    ? {
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
        'karpenter.sh/do-not-disrupt': 'true',
      }
    : {};

const hostLabel = 'kubernetes.io/hostname';

function toAffinity(run: string, scheduling: Scheduling): V1Affinity | undefined {
  const matchExpressions: V1NodeSelectorRequirement[] = [
    ...(scheduling.requireNodeLabels ?? []).map(({ key, value }) =>
      value === undefined ? { key, operator: 'Exists' } : { key, operator: 'In', values: [value] },
    ),
    ...(scheduling.avoidNodeLabels ?? []).map(({ key, value }) =>
      value === undefined
        ? { key, operator: 'DoesNotExist' }
        : { key, operator: 'NotIn', values: [value] },
    ),
  ];
  const isDedicated = scheduling.dedicatedNodes ?? false;
  if (matchExpressions.length === 0 && !isDedicated) return undefined;
  return {
    ...(matchExpressions.length > 0 && {
      nodeAffinity: {
        // One term: terms are alternatives, its expressions all hold together.
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions }],
        },
      },
    }),
    ...(isDedicated && {
      podAntiAffinity: {
        // The scheduler keeps this both ways: later pods of other runs are kept off these nodes too.
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            topologyKey: hostLabel,
            namespaceSelector: {},
            labelSelector: {
              matchLabels: { [managedByLabel]: 'ssc' },
              matchExpressions: [
                { key: runLabel, operator: 'Exists' },
                { key: runLabel, operator: 'NotIn', values: [run] },
              ],
            },
          },
        ],
      },
    }),
  };
}

const toToleration = ({ key, value, effect }: Taint): V1Toleration => ({
  key,
  ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
  ...(effect !== undefined && { effect }),
});
