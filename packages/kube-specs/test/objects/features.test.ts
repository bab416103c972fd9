import { kindOf, validateObject } from '@ssc/kube-schema';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { features, type KubernetesObject } from './golden.ts';

interface Template {
  readonly spec?: {
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
    readonly template?: {
      readonly metadata?: object;
      readonly spec?: { readonly volumes?: readonly object[] };
    };
  };
}

describe.each(Object.entries(features))('%s', (title, objects) => {
  test('is the golden file', async () => {
    await expect(
      objects
        .map((object) =>
          stringify(object, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' }),
        )
        .join('---\n'),
    ).toMatchFileSnapshot(`../golden/${title}.yaml`);
  });

  test('is what the API server takes, strictly', () => {
    for (const object of objects) expect(violations(object)).toEqual([]);
  });

  // The server does not look into a StatefulSet's pod template: what is wrong there shows only when pods are made.
  test('has pods that the API server takes', () => {
    for (const object of objects as readonly Template[]) {
      const { metadata, spec } = object.spec?.template ?? {};
      if (spec === undefined) continue;
      const claims = (object.spec?.volumeClaimTemplates ?? []).map((claim) => ({
        name: claim.metadata?.name,
        persistentVolumeClaim: { claimName: 'data-a-0' },
      }));
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: 'a' },
        spec: { ...spec, volumes: [...(spec.volumes ?? []), ...claims] },
      };
      expect(violations(pod)).toEqual([]);
    }
  });
});

function violations(object: KubernetesObject): unknown[] {
  const { apiVersion = '', kind = '' } = object;
  expect(kindOf(apiVersion, kind)).toBeDefined();
  return validateObject(apiVersion, kind, object);
}
