import { permissions } from '@ssc/formation';
import { stringify } from 'yaml';
import { readOptions } from '../command-line.ts';
import type { Host } from '../host.ts';
import { rbacOptions } from '../option-table.ts';
import type { Found } from '../parse-command.ts';

const apiGroup = 'rbac.authorization.k8s.io';

/** Prints the Role that a run needs, and who gets it: a user, or a service account that is made as well. */
export async function renderRbac(found: Found, host: Host): Promise<number> {
  const { options } = readOptions(rbacOptions, {}, found.options);
  const text = (flag: string): string | undefined =>
    typeof options[flag] === 'string' ? options[flag] : undefined;
  const namespace = text('namespace') ?? 'default';
  const user = text('user');
  const metadata = { name: 'ssc', namespace, labels: { 'app.kubernetes.io/name': 'ssc' } };
  const objects = [
    ...(user === undefined ? [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata }] : []),
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'Role',
      metadata,
      rules: permissions.map(({ group, resource, verbs }) => ({
        apiGroups: [group],
        resources: [resource],
        verbs,
      })),
    },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name: metadata.name },
      subjects: [
        user === undefined
          ? { kind: 'ServiceAccount', name: metadata.name, namespace }
          : { apiGroup, kind: 'User', name: user },
      ],
    },
  ];
  for (const object of objects)
    host.out(`---\n${stringify(object, { aliasDuplicateObjects: false })}`);
  return 0;
}
