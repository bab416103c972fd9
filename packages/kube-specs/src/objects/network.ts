import type { V1ConfigMap, V1Service, V1StatefulSet } from '@kubernetes/client-node';
import { checkPlan } from '../check-plan.ts';
import {
  coreSetAnnotation,
  coreSetLabel,
  networkLabels,
  networkSelector,
  setSelector,
} from '../labels.ts';
import { anchorName, type SetRef, serviceName, setObjectName, toSlug } from '../names.ts';
import { renderNginxConfig } from '../nginx.ts';
import { corePorts, type NetworkPlan, type SetPlan } from '../plan.ts';
import { packConfigs, toConfigMap } from './configs.ts';
import { ownedByAnchor } from './owner.ts';
import { createPrepareCommands, type PodSources, toClaims, toPodSpec } from './pod.ts';

/** All objects of one network below its anchor. */
export interface NetworkObjects {
  readonly service: V1Service;
  readonly configMaps: readonly V1ConfigMap[];
  /** In the order of the plan's sets. */
  readonly statefulSets: readonly V1StatefulSet[];
  /** Everything, in an order in which it can be created one by one. */
  readonly all: readonly (V1Service | V1ConfigMap | V1StatefulSet)[];
}

/** The objects of a network, owned by its anchor. A plan that cannot become objects is refused (SSC_PLAN_INVALID). */
export function toRunObjects(plan: NetworkPlan, anchorUid: string): NetworkObjects {
  checkPlan(plan);
  const service = toService(plan, anchorUid);
  const historyConfig = toHistoryConfig(plan, anchorUid);
  const packed = packConfigs(plan, plan.sets, anchorUid);
  const configMaps = [historyConfig, ...packed.configMaps];
  const prepareCommandOf = createPrepareCommands();
  const statefulSets = plan.sets.map((set) =>
    toStatefulSet(plan, set, anchorUid, {
      config: packed.volumeOf(set),
      historyConfig: historyConfig.metadata?.name ?? '',
      prepareCommand: prepareCommandOf(set.preparation),
    }),
  );
  return { service, configMaps, statefulSets, all: [service, ...configMaps, ...statefulSets] };
}

/** The objects of one set alone, with ConfigMaps of its own: for a set that changes while the others go on. */
export function toSetObjects(
  plan: NetworkPlan,
  set: SetPlan,
  anchorUid: string,
): Pick<NetworkObjects, 'configMaps'> & { readonly statefulSet: V1StatefulSet } {
  checkPlan({ ...plan, sets: [set] });
  const historyConfig = toHistoryConfig(plan, anchorUid);
  const packed = packConfigs(plan, [set], anchorUid);
  return {
    configMaps: [historyConfig, ...packed.configMaps],
    statefulSet: toStatefulSet(plan, set, anchorUid, {
      config: packed.volumeOf(set),
      historyConfig: historyConfig.metadata?.name ?? '',
      prepareCommand: createPrepareCommands()(set.preparation),
    }),
  };
}

/** How a set is referred to in names and labels. */
export const setRef = (plan: NetworkPlan, set: string): SetRef => ({
  run: plan.run,
  ...(plan.network !== undefined && { network: plan.network }),
  set,
});

function toService(plan: NetworkPlan, anchorUid: string): V1Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: serviceName(plan.run, plan.network),
      namespace: plan.namespace,
      labels: networkLabels(plan.run, plan.network, plan.mission, 'peers'),
      ownerReferences: ownedByAnchor(anchorName(plan.run, plan.network), anchorUid),
    },
    spec: {
      clusterIP: 'None',
      // Peers must find each other before any is ready, else they wait for each other for ever.
      publishNotReadyAddresses: true,
      selector: networkSelector(plan.run, plan.network),
      ports: [
        { name: 'peer', port: corePorts.peer },
        { name: 'http', port: corePorts.http },
        { name: 'history', port: plan.history.port },
      ],
    },
  };
}

const toHistoryConfig = (plan: NetworkPlan, anchorUid: string): V1ConfigMap =>
  toConfigMap(plan, new Map([['nginx.conf', renderNginxConfig(plan.history.port)]]), anchorUid);

function toStatefulSet(
  plan: NetworkPlan,
  set: SetPlan,
  anchorUid: string,
  sources: PodSources,
): V1StatefulSet {
  const ref = setRef(plan, set.name);
  const labels = {
    ...networkLabels(plan.run, plan.network, plan.mission, 'core'),
    [coreSetLabel]: toSlug(set.name),
  };
  const annotations = { [coreSetAnnotation]: set.name };
  const claims = toClaims(set);
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name: setObjectName(ref),
      namespace: plan.namespace,
      labels,
      annotations,
      ownerReferences: ownedByAnchor(anchorName(plan.run, plan.network), anchorUid),
    },
    spec: {
      serviceName: serviceName(plan.run, plan.network),
      replicas: set.running ? set.nodes.length : 0,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: setSelector(ref) },
      template: { metadata: { labels, annotations }, spec: toPodSpec(plan, set, sources) },
      ...(claims.length > 0 && {
        volumeClaimTemplates: claims.map((claim) => ({
          ...claim,
          metadata: { ...claim.metadata, labels },
        })),
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
      }),
    },
  };
}
