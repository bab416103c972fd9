import type { V1ConfigMap, V1Volume } from '@kubernetes/client-node';
import { usageError } from '@ssc/errors';
import { delayFileName, renderDelays } from '../delay.ts';
import { networkLabels } from '../labels.ts';
import { anchorName, configMapName, podName } from '../names.ts';
import type { NetworkPlan, RunPlan, SetPlan } from '../plan.ts';
import { ownedByAnchor } from './owner.ts';
import { hasDelays } from './pod.ts';

// A ConfigMap holds at most 1 MiB of values. Sets are packed into few, each by what is in it, so that an object that is
// there already is the right one; a set is only split when it is too large for one.
const bytesMax = 1024 * 1024;

/** The files of a set, in the order of its nodes: what each is told, and what its packets wait. */
const filesOf = (plan: NetworkPlan, set: SetPlan): [file: string, text: string][] =>
  set.nodes.flatMap((node, ordinal): [string, string][] => {
    const network = plan.network !== undefined && { network: plan.network };
    const pod = podName({ run: plan.run, ...network, set: set.name, ordinal });
    return [
      [`${pod}.cfg`, node.config],
      ...(hasDelays(set)
        ? [[delayFileName(pod), renderDelays(node.delays ?? [])] as [string, string]]
        : []),
    ];
  });

/** ConfigMaps, and where each set finds its files. */
export interface PackedConfigs {
  readonly configMaps: readonly V1ConfigMap[];
  /** The volume's source with exactly the files of that set. */
  volumeOf(set: SetPlan): Pick<V1Volume, 'configMap' | 'projected'>;
}

/** Packs the configuration files of the sets. */
export function packConfigs(
  plan: NetworkPlan,
  sets: readonly SetPlan[],
  anchorUid: string,
): PackedConfigs {
  const packs: Map<string, string>[] = [];
  const sizes: number[] = [];
  const place = (files: readonly [string, string][], bytes: number): void => {
    let at = sizes.findIndex((size) => size + bytes <= bytesMax);
    if (at < 0) at = packs.push(new Map()) - 1;
    for (const [file, text] of files) packs[at]?.set(file, text);
    sizes[at] = (sizes[at] ?? 0) + bytes;
  };
  for (const set of sets) {
    const files = filesOf(plan, set);
    const bytes = files.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    if (bytes <= bytesMax) place(files, bytes);
    else for (const file of files) place([file], checkSize(file, set));
  }
  const configMaps = packs.map((pack) => toConfigMap(plan, pack, anchorUid));
  return { configMaps, volumeOf: (set) => toSource(filesOf(plan, set), packs, configMaps) };
}

function checkSize([file, text]: readonly [string, string], set: SetPlan): number {
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax)
    throw usageError(
      'SSC_PLAN_INVALID',
      `the configuration of a node of set "${set.name}" has ${bytes} bytes, and a ConfigMap holds at most ${bytesMax}`,
      { facts: [['File', file]] },
    );
  return bytes;
}

/** An immutable ConfigMap of the network, named by what is in it. */
export function toConfigMap(
  plan: RunPlan,
  pack: ReadonlyMap<string, string>,
  anchorUid: string,
): V1ConfigMap {
  const files = [...pack].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: configMapName(plan.run, plan.network, files),
      namespace: plan.namespace,
      labels: networkLabels(plan.run, plan.network, plan.mission, 'config'),
      ownerReferences: ownedByAnchor(anchorName(plan.run, plan.network), anchorUid),
    },
    immutable: true,
    data: Object.fromEntries(files),
  };
}

function toSource(
  files: readonly [string, string][],
  packs: readonly ReadonlyMap<string, string>[],
  configMaps: readonly V1ConfigMap[],
): Pick<V1Volume, 'configMap' | 'projected'> {
  const sources = packs.flatMap((pack, i) => {
    const items = files
      .filter(([file]) => pack.has(file))
      .map(([file]) => ({ key: file, path: file }));
    return items.length === 0 ? [] : [{ name: configMaps[i]?.metadata?.name ?? '', items }];
  });
  const [first] = sources;
  return sources.length === 1 && first !== undefined
    ? { configMap: first }
    : { projected: { sources: sources.map((configMap) => ({ configMap })) } };
}
