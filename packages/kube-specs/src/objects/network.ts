import type {
  V1ConfigMap,
  V1Ingress,
  V1Secret,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { checkPlan } from '../check-plan.ts';
import {
  coreSetAnnotation,
  coreSetLabel,
  networkLabels,
  networkSelector,
  setSelector,
} from '../labels.ts';
import { corePorts } from '../layout.ts';
import { anchorName, type SetRef, serviceName, setObjectName, toSlug } from '../names.ts';
import { renderNginxConfig } from '../nginx.ts';
import type { NetworkPlan, SetPlan } from '../plan.ts';
import { toPostgresSecret } from '../postgres.ts';
import { type HttpRoute, toAccessObjects } from './access.ts';
import { packConfigs, toConfigMap } from './configs.ts';
import { ownedByAnchor } from './owner.ts';
import {
  createPrepareCommands,
  type PodSources,
  podAnnotations,
  toClaims,
  toPodSpec,
} from './pod.ts';

/** Any object of a network below its anchor. */
export type NetworkObject =
  | V1Service
  | V1ConfigMap
  | V1Secret
  | V1StatefulSet
  | V1Ingress
  | HttpRoute;

/** All objects of one network below its anchor. */
export interface NetworkObjects {
  readonly service: V1Service;
  readonly configMaps: readonly V1ConfigMap[];
  /** The password of postgres, if sets use one. */
  readonly secrets: readonly V1Secret[];
  /** In the order of the plan's sets. */
  readonly statefulSets: readonly V1StatefulSet[];
  /** What leads requests from outside to each pod: Services, then an Ingress or routes. */
  readonly access: readonly (V1Service | V1Ingress | HttpRoute)[];
  /** Everything, in an order in which it can be created one by one. */
  readonly all: readonly NetworkObject[];
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
  const secrets = toSecrets(plan, plan.sets, anchorUid);
  const access = toAccessObjects(plan, anchorUid);
  return {
    service,
    configMaps,
    secrets,
    statefulSets,
    access,
    all: [service, ...configMaps, ...secrets, ...statefulSets, ...access],
  };
}

/** The objects of one set alone, with ConfigMaps of its own: for a set that changes while the others go on. */
export function toSetObjects(
  plan: NetworkPlan,
  set: SetPlan,
  anchorUid: string,
): Pick<NetworkObjects, 'configMaps' | 'secrets'> & { readonly statefulSet: V1StatefulSet } {
  checkPlan({ ...plan, sets: [set] });
  const historyConfig = toHistoryConfig(plan, anchorUid);
  const packed = packConfigs(plan, [set], anchorUid);
  return {
    configMaps: [historyConfig, ...packed.configMaps],
    secrets: toSecrets(plan, [set], anchorUid),
    statefulSet: toStatefulSet(plan, set, anchorUid, {
      config: packed.volumeOf(set),
      historyConfig: historyConfig.metadata?.name ?? '',
      prepareCommand: createPrepareCommands()(set.preparation),
    }),
  };
}

function toSecrets(plan: NetworkPlan, sets: readonly SetPlan[], anchorUid: string): V1Secret[] {
  const isUsed = sets.some(({ database }) => database === 'postgres');
  const secret = isUsed ? toPostgresSecret(plan, anchorUid) : undefined;
  return secret === undefined ? [] : [secret];
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
  toConfigMap(
    plan,
    new Map([['nginx.conf', renderNginxConfig(plan.history.port, plan.user)]]),
    anchorUid,
  );

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
      template: {
        metadata: { labels, annotations: { ...annotations, ...podAnnotations(plan) } },
        spec: toPodSpec(plan, set, sources),
      },
      ...(claims.length > 0 && {
        volumeClaimTemplates: claims.map((claim) => ({
          ...claim,
          metadata: { ...claim.metadata, labels },
        })),
        persistentVolumeClaimRetentionPolicy: {
          whenDeleted: 'Delete',
          whenScaled:
            set.data.kind === 'claim' && set.data.whenScaledDown === 'deleted'
              ? 'Delete'
              : 'Retain',
        },
      }),
    },
  };
}
