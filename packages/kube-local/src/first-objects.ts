import { kinds } from './api/kinds.ts';
import { timestamp } from './api/object.ts';
import type { Registry } from './api/registry.ts';

/** A node that the cluster begins with. */
export interface NodeOptions {
  readonly name: string;
  /** @default "64" */
  readonly cpu?: string;
  /** @default "256Gi" */
  readonly memory?: string;
  /** @default 250 */
  readonly pods?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly {
    readonly key: string;
    readonly value?: string;
    readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  }[];
}

/** Makes what is in every cluster, and more namespaces. */
export function createFirstObjects(registry: Registry, namespaces: readonly string[]): void {
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system', ...namespaces])
    registry.create(kinds.namespace, '', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  registry.create(kinds.service, 'default', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  });
}

/** A machine that is ready. */
export function nodeDraft(node: NodeOptions, hostIp: string, nowMs: number) {
  const amounts = {
    cpu: node.cpu ?? '64',
    memory: node.memory ?? '256Gi',
    pods: String(node.pods ?? 250),
    'ephemeral-storage': '1Ti',
  };
  const since = timestamp(nowMs);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        ...node.labels,
      },
    },
    spec: { ...(node.taints !== undefined && { taints: node.taints }) },
    status: {
      capacity: amounts,
      allocatable: amounts,
      addresses: [
        { type: 'InternalIP', address: hostIp },
        { type: 'Hostname', address: node.name },
      ],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: since,
          lastTransitionTime: since,
        },
      ],
    },
  };
}
