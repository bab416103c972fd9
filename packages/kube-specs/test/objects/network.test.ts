import { kindOf, validateObject } from '@ssc/kube-schema';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import {
  type AnchorContent,
  type NetworkPlan,
  resourceProfiles,
  toAnchor,
  toDataId,
  toFuse,
  toRunObjects,
  toSubAnchor,
} from '../../src/index.ts';
import { coreSet, networkPlan, runName } from '../plan.fixture.ts';

const [fuseUid, anchorUid] = [
  '00000000-0000-4000-8000-000000000001',
  '00000000-0000-4000-8000-000000000002',
];
const content: AnchorContent = {
  mission: 'SimplePayment',
  who: 'ada@build-7',
  startedAt: '2026-11-23T08:00:00Z',
  version: '0.0.0',
  holder: 'driver-1',
  journal: '',
  asked: '',
  plan: '',
};
const { run, mission, namespace } = networkPlan();

interface KubernetesObject {
  apiVersion?: string;
  kind?: string;
}

const cases: Record<string, readonly KubernetesObject[]> = {
  'a run with one network of three nodes': [
    toFuse({ run, mission, namespace, burnSeconds: 600 }),
    toAnchor({ run, namespace, content }, fuseUid),
    ...toRunObjects(networkPlan(), anchorUid).all,
  ],
  'a second network with claims and a waiting set': [
    toSubAnchor({ run, network: 1, namespace, content }, anchorUid),
    ...toRunObjects(
      networkPlan({
        network: 1,
        user: 'image',
        imagePullPolicy: 'Always',
        imagePullSecrets: ['registry'],
        sets: [
          coreSet({
            name: 'oldNodes',
            data: { kind: 'claim', sizeMiB: 1024, storageClass: 'fast' },
            dataId: toDataId({ run: runName, network: 1, set: 'oldNodes' }, 3),
            resources: resourceProfiles['parallel-catchup'],
          }),
          coreSet({
            name: 'watchers',
            nodes: [{ config: 'NODE_IS_VALIDATOR = false\n' }],
            running: false,
            data: { kind: 'empty-dir', medium: 'memory', sizeLimitMiB: 64 },
            preparation: { newDb: true, newHist: [], catchup: 'current/0' },
            waitForConsensus: true,
            history: false,
          }),
        ],
      }),
      anchorUid,
    ).all,
  ],
};

describe.each(Object.entries(cases))('%s', (title, objects) => {
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
    for (const object of objects) {
      const { apiVersion = '', kind = '' } = object;
      expect(kindOf(apiVersion, kind)).toBeDefined();
      expect(validateObject(apiVersion, kind, object)).toEqual([]);
    }
  });
});

// The server does not look into a StatefulSet's pod template: what is wrong there shows only when pods are made.
test('the pods of all sets are what the API server takes', () => {
  for (const objects of Object.values(cases))
    for (const object of objects) {
      if (object.kind !== 'StatefulSet') continue;
      const { metadata, spec } =
        (object as ReturnType<typeof toRunObjects>['statefulSets'][number]).spec?.template ?? {};
      const claims =
        (object as ReturnType<typeof toRunObjects>['statefulSets'][number]).spec
          ?.volumeClaimTemplates ?? [];
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: 'a' },
        spec: {
          ...spec,
          volumes: [
            ...(spec?.volumes ?? []),
            ...claims.map((claim) => ({
              name: claim.metadata?.name,
              persistentVolumeClaim: { claimName: 'data-a-0' },
            })),
          ],
        },
      };
      expect(validateObject('v1', 'Pod', pod)).toEqual([]);
    }
});

const plans: NetworkPlan[] = [networkPlan(), networkPlan({ network: 3 })];

test('every object carries the run, is owned by the anchor, and every selector includes the run', () => {
  for (const plan of plans) {
    const { all, service, statefulSets } = toRunObjects(plan, anchorUid);
    for (const object of all) {
      expect(object.metadata?.labels).toMatchObject({
        'app.kubernetes.io/managed-by': 'ssc',
        'ssc.stellar.org/run': runName,
        'ssc.stellar.org/mission': 'SimplePayment',
      });
      expect(object.metadata?.ownerReferences).toMatchObject([
        { kind: 'ConfigMap', uid: anchorUid },
      ]);
    }
    const selectors = [
      service.spec?.selector,
      ...statefulSets.map((set) => set.spec?.selector.matchLabels),
    ];
    for (const selector of selectors)
      expect(selector).toMatchObject({ 'ssc.stellar.org/run': runName });
    for (const set of statefulSets)
      expect(set.spec?.template.metadata?.labels).toMatchObject(
        set.spec?.selector.matchLabels ?? {},
      );
  }
});

test('the strict check sees a misspelt field, a wrong type and a value that cannot be', () => {
  const refused = (change: (set: Record<string, never>) => void): string[] => {
    const [set] = toRunObjects(networkPlan(), anchorUid).statefulSets;
    const copy = structuredClone(set) as unknown as Record<string, never>;
    change(copy);
    return validateObject('apps/v1', 'StatefulSet', copy).map((v) => `${v.field}: ${v.message}`);
  };
  type Loose = { spec: { [key: string]: unknown; template: { spec: { containers: unknown[] } } } };
  const spec = (set: unknown): Loose['spec'] => (set as Loose).spec;
  expect([
    refused((set) => Object.assign(spec(set), { replica: 3 })),
    refused((set) => Object.assign(spec(set), { replicas: '3' })),
    refused((set) => Object.assign(spec(set).template.spec.containers[1] as object, { img: 'x' })),
    refused((set) => Object.assign(spec(set), { selector: { matchLabels: { a: 'b' } } })),
  ]).toMatchInlineSnapshot(`
    [
      [
        "spec.replica: unknown field "spec.replica"",
      ],
      [
        "spec.replicas: json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32",
      ],
      [
        "spec.template.spec.containers[1].img: unknown field "spec.template.spec.containers[1].img"",
      ],
      [
        "spec.template.metadata.labels: Invalid value: map[string]string{"app.kubernetes.io/managed-by":"ssc", "ssc.stellar.org/core-set":"core", "ssc.stellar.org/mission":"SimplePayment", "ssc.stellar.org/network":"ssc-1a2b3c", "ssc.stellar.org/role":"core", "ssc.stellar.org/run":"ssc-1a2b3c"}: \`selector\` does not match template \`labels\`",
      ],
    ]
  `);
});

test('what serves an archive is the user that writes it: the files that stellar-core compresses are for nobody else', () => {
  const usersOf = (plan: NetworkPlan): unknown[] =>
    toRunObjects(plan, anchorUid).statefulSets.flatMap((set) => {
      const pod = set.spec?.template.spec;
      const users = ['stellar-core', 'history'].map((name) => {
        const own = pod?.containers.find((one) => one.name === name)?.securityContext?.runAsUser;
        return own ?? pod?.securityContext?.runAsUser ?? "the image's";
      });
      return [users];
    });
  expect(usersOf(networkPlan())).toEqual([[10_001, 10_001]]);
  expect(usersOf(networkPlan({ user: 1234 }))).toEqual([[1234, 1234]]);
  // Both images start as root. nginx's own processes would be another user's, unless it is told.
  const asRoot = networkPlan({ user: 'image' });
  expect(usersOf(asRoot)).toEqual([["the image's", "the image's"]]);
  const nginx = (plan: NetworkPlan): string => JSON.stringify(toRunObjects(plan, anchorUid).all);
  expect(nginx(asRoot)).toContain('user root;');
  expect(nginx(networkPlan())).not.toContain('user root;');
});
