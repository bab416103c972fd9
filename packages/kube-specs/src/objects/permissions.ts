import type { V1Role, V1RoleBinding, V1ServiceAccount } from '@kubernetes/client-node';
import { usageError } from '@ssc/errors';
import { managedByLabel, roleLabel } from '../labels.ts';

/** What may be done with resources of one API group. */
export interface PermissionRule {
  /** Empty for the core group. @example "apps" */
  readonly group: string;
  /** With subresources. @example ["pods", "pods/log"] */
  readonly resources: readonly string[];
  /** @example ["get", "list", "watch"] */
  readonly verbs: readonly string[];
}

/** The account that ssc works with in one namespace. */
export interface PermissionPlan {
  readonly namespace: string;
  /** Of the account, the role and the binding. @default "ssc" */
  readonly name?: string;
  /** What ssc does there, and no more. */
  readonly rules: readonly PermissionRule[];
  /** Annotations of the account, for clouds that lend identities by them. */
  readonly accountAnnotations?: Readonly<Record<string, string>>;
}

/** A ServiceAccount, a Role with exactly the rules, and what binds them. They belong to no run. */
export interface PermissionObjects {
  readonly serviceAccount: V1ServiceAccount;
  readonly role: V1Role;
  readonly roleBinding: V1RoleBinding;
  /** Everything, in an order in which it can be created one by one. */
  readonly all: readonly (V1ServiceAccount | V1Role | V1RoleBinding)[];
}

/**
 * The account that ssc works with. Rules of the same group and verbs become one; a wildcard, or a rule that allows
 * nothing, is refused (SSC_PERMISSIONS, usage).
 */
export function toPermissionObjects(plan: PermissionPlan): PermissionObjects {
  const name = plan.name ?? 'ssc';
  const metadata = {
    name,
    namespace: plan.namespace,
    labels: { [managedByLabel]: 'ssc', [roleLabel]: 'permission' },
  };
  const serviceAccount: V1ServiceAccount = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      ...metadata,
      ...(plan.accountAnnotations !== undefined && { annotations: { ...plan.accountAnnotations } }),
    },
    // Only the pods that ask for it are given its token.
    automountServiceAccountToken: false,
  };
  const role: V1Role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: toRules(plan.rules),
  };
  const roleBinding: V1RoleBinding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: plan.namespace }],
  };
  return { serviceAccount, role, roleBinding, all: [serviceAccount, role, roleBinding] };
}

function toRules(rules: readonly PermissionRule[]): NonNullable<V1Role['rules']> {
  if (rules.length === 0)
    throw usageError('SSC_PERMISSIONS', 'an account needs at least one rule, got none');
  // By resource first, so that a resource that stands in several rules has all its verbs in one place.
  const verbsOf = new Map<string, Set<string>>();
  for (const { group, resources, verbs } of rules) {
    const words = [group, ...resources, ...verbs];
    if (resources.length === 0 || verbs.length === 0)
      throw usageError(
        'SSC_PERMISSIONS',
        `a rule for group "${group}" allows nothing: it has ${resources.length} resources and ${verbs.length} verbs`,
      );
    if (words.some((text) => text.includes('*')))
      throw usageError(
        'SSC_PERMISSIONS',
        `a rule for group "${group}" has a wildcard; every resource and verb is named`,
      );
    for (const resource of resources) {
      const key = `${group}\0${resource}`;
      verbsOf.set(key, new Set([...(verbsOf.get(key) ?? []), ...verbs]));
    }
  }
  const merged = new Map<string, { group: string; resources: string[]; verbs: string[] }>();
  for (const [key, verbSet] of [...verbsOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [group = '', resource = ''] = key.split('\0');
    const verbs = [...verbSet].sort();
    const same = `${group}\0${verbs.join(',')}`;
    const rule = merged.get(same) ?? { group, resources: [], verbs };
    rule.resources.push(resource);
    merged.set(same, rule);
  }
  return [...merged.values()].map(({ group, resources, verbs }) => ({
    apiGroups: [group],
    resources,
    verbs,
  }));
}
