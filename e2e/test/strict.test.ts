import { type KubeObject, kinds, planNetwork } from '@ssc/formation';
import {
  type NetworkPlan,
  resourceProfiles,
  toAnchor,
  toDataId,
  toFuse,
  toRunObjects,
  toSubAnchor,
} from '@ssc/kube-specs';
import { catalog, readParams } from '@ssc/missions';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { openApi } from '../src/api.ts';
import { tell } from '../src/tally.ts';
import '../src/provided.ts';

const cluster = inject('cluster');
const run = 'ssc-1a2b3c';
const uids = [
  '00000000-0000-4000-8000-000000000001',
  '00000000-0000-4000-8000-000000000002',
] as const;
const content = {
  mission: 'Any',
  who: 'ada@build-7',
  startedAt: '2026-11-23T08:00:00Z',
  version: '0.0.0',
  holder: '',
  journal: '',
  asked: '',
  plan: '',
};

/** Plans beyond those of the missions: what a set can be told, at least once each. */
function variants(namespace: string): Readonly<Record<string, NetworkPlan>> {
  const set = (name: string, more: Partial<NetworkPlan['sets'][number]>) => ({
    name,
    image: 'stellar/stellar-core:27.1.0',
    nodes: [{ config: 'NODE_IS_VALIDATOR = false\n' }],
    running: true,
    dataId: toDataId({ run, set: name }, 1),
    data: { kind: 'empty-dir', medium: 'disk' } as const,
    preparation: { newDb: true, newHist: ['local'] },
    waitForConsensus: false,
    resources: resourceProfiles.small,
    ...more,
  });
  const plan = { run, mission: 'Any', namespace, history: { image: 'nginx:1.28', port: 8080 } };
  return {
    'claims, and a set that waits': {
      ...plan,
      network: 1,
      user: 'image',
      imagePullPolicy: 'Always',
      imagePullSecrets: ['registry'],
      sets: [
        set('oldNodes', {
          data: { kind: 'claim', sizeMiB: 1024, storageClass: 'fast' },
          resources: resourceProfiles['parallel-catchup'],
        }),
        set('watchers', { running: false, history: false, waitForConsensus: true }),
      ],
    },
    'memory, and catchup': {
      ...plan,
      sets: [
        set('core', {
          data: { kind: 'empty-dir', medium: 'memory', sizeLimitMiB: 64 },
          preparation: { newDb: true, newHist: [], catchup: 'current/0' },
        }),
      ],
    },
    'a file too large to share a ConfigMap': {
      ...plan,
      sets: [
        set('core', {
          nodes: [0, 1, 2].map((i) => ({ config: `# ${i}${'x'.repeat(600_000)}\n` })),
        }),
      ],
    },
  };
}

const anchors = (namespace: string): readonly KubeObject[] => [
  toFuse({ run, mission: 'Any', namespace, burnSeconds: 900 }),
  toAnchor({ run, namespace, content }, uids[0]),
  toSubAnchor({ run, network: 1, namespace, content }, uids[1]),
];

describe.skipIf('reason' in cluster)(
  'a real API server takes, strictly and without a warning,',
  () => {
    if ('reason' in cluster) return;
    const api = openApi(cluster.kubeconfig);
    afterAll(() => api.close());

    test('every object that is made', async () => {
      await api.inNamespace(async (namespace) => {
        const objects = new Map<string, readonly KubeObject[]>([['every run', anchors(namespace)]]);
        for (const mission of Object.values(catalog)) {
          const { plan } = planNetwork({
            run,
            mission: mission.name,
            namespace,
            sets: mission.network(readParams(mission.params, {})),
            images: {
              core: 'stellar/stellar-core:27.1.0',
              old: 'stellar/stellar-core:26.0.0',
              history: 'nginx:1.28',
            },
            clusterSettings: {
              postgres: { image: 'postgres:17', password: 'only-a-test' },
              delay: { image: 'stellar/sdf-netdelay:latest' },
            },
            seed: '1',
          });
          objects.set(mission.name, toRunObjects(plan, uids[1]).all);
        }
        for (const [name, plan] of Object.entries(variants(namespace)))
          objects.set(name, toRunObjects(plan, uids[1]).all);

        let count = 0;
        for (const [owner, made] of objects)
          for (const object of made) {
            const { status, body, headers } = await api.send(
              'POST',
              `${pathOf(object, namespace)}?fieldValidation=Strict&dryRun=All`,
              object,
            );
            const answer = status === 201 ? headers['warning'] : body.message;
            expect([owner, object.kind, object.metadata?.name, status, answer]).toEqual([
              owner,
              object.kind,
              object.metadata?.name,
              201,
              undefined,
            ]);
            count += 1;
          }
        tell({ objects: count });
      });
    });
  },
);

function pathOf({ apiVersion, kind }: KubeObject, namespace: string): string {
  const found = Object.values(kinds).find(
    (one) => one.apiVersion === apiVersion && one.kind === kind,
  );
  const group = apiVersion?.includes('/') === true ? 'apis' : 'api';
  return `/${group}/${apiVersion}/namespaces/${namespace}/${found?.plural}`;
}
