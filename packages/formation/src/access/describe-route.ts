import type { KubeObject } from '../kube/api.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface IngressLike extends KubeObject {
  readonly spec?: { readonly ingressClassName?: string };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

interface RouteLike extends KubeObject {
  readonly status?: {
    readonly parents?: readonly {
      readonly parentRef: { readonly namespace?: string; readonly name: string };
      readonly controllerName: string;
      readonly conditions?: readonly Condition[];
    }[];
  };
}

/** What an Ingress or HTTPRoute says about itself, in a line. */
export function describeRoute(object: KubeObject | undefined, kind: 'ingress' | 'gateway'): string {
  if (object === undefined) return 'is not there, or cannot be read';
  return kind === 'ingress'
    ? describeIngress(object as IngressLike)
    : describeHttpRoute(object as RouteLike);
}

function describeIngress({ spec, status }: IngressLike): string {
  const name = spec?.ingressClassName;
  const named = name === undefined ? 'no class, and the cluster has no default' : `class ${name}`;
  const addresses = (status?.loadBalancer?.ingress ?? []).map((at) => at.ip ?? at.hostname ?? '');
  return addresses.length === 0
    ? `${named}; no controller has given it an address`
    : `${name === undefined ? 'no class' : named}; address ${addresses.join(', ')}`;
}

function describeHttpRoute({ status }: RouteLike): string {
  const parents = status?.parents ?? [];
  if (parents.length === 0) return 'no Gateway has looked at it';
  return parents
    .map(({ parentRef, conditions = [] }) => {
      const said = conditions.map(
        ({ type, status: is, reason, message }) =>
          `${type}=${is}${is === 'True' ? '' : ` (${reason ?? ''}: ${message ?? ''})`}`,
      );
      return `Gateway ${parentRef.namespace ?? ''}/${parentRef.name}: ${said.join(', ') || 'says nothing'}`;
    })
    .join('; ');
}
