import { kinds } from '../api/kinds.ts';
import type { Cluster } from '../controllers/cluster.ts';

export const controllerName = 'ssc.stellar.org/kube-local';
/** The class of the controller's Gateways. */
export const gatewayClass = 'kube-local';

/** Makes the class of Ingresses and the Gateways that the controller takes, with their namespaces. */
export function createEntryObjects(
  { store, registry }: Cluster,
  ingressClass: string,
  gateways: readonly { readonly namespace: string; readonly name: string }[],
): void {
  registry.create(kinds.ingressClass, '', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: ingressClass,
      annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
    },
    spec: { controller: controllerName },
  });
  for (const { namespace, name } of gateways) {
    if (store.get(kinds.namespace, '', namespace) === undefined)
      registry.create(kinds.namespace, '', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      });
    registry.create(kinds.gateway, namespace, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name },
      spec: {
        gatewayClassName: gatewayClass,
        listeners: [
          {
            name: 'http',
            port: 80,
            protocol: 'HTTP',
            allowedRoutes: { namespaces: { from: 'All' } },
          },
        ],
      },
    });
  }
}
