import { permissionsFor } from '@ssc/formation';
import { stringify } from 'yaml';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

const apiGroup = 'rbac.authorization.k8s.io';

/** Prints the Role that a run needs, and who gets it: a user, or a service account that is made as well. */
export async function renderRbac(
  { options: { namespace, access = 'auto', user } }: Input<typeof optionsOf.renderRbac>,
  host: Host,
): Promise<number> {
  const metadata = { name: 'ssc', namespace, labels: { 'app.kubernetes.io/name': 'ssc' } };
  const objects = [
    ...(user === undefined ? [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata }] : []),
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'Role',
      metadata,
      rules: permissionsFor(access).map(({ group, resource, verbs }) => ({
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
