import { rmSync } from 'node:fs';
import process from 'node:process';
import { renderError } from '@ssc/errors';
import type { CoreSet } from '@ssc/formation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { asDriver } from '../src/as-driver.ts';
import { processesOf, signalTo } from '../src/components.ts';
import { withNetwork } from '../src/formation.ts';
import { placeOf } from '../src/place.ts';
import { callMission, readResult } from '../src/ssc.ts';

const { kubeconfig, images } = placeOf();
const { faulty } = images;
let api: RealApi;
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

/** What goes wrong, and what the run must say of it. */
interface Trouble {
  readonly cause: string;
  /** In whose place another image stands. */
  readonly images?: Partial<typeof images>;
  /** Labels of the namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Done before the run starts. */
  prepare?(namespace: string): Promise<unknown>;
  /** @default SimplePayment */
  readonly mission?: readonly [name: string, ...options: string[]];
  /** Done when the run has ended. */
  afterwards?(): void;
  /** Whether it can be made here. @default true */
  readonly isPossible?: boolean;
  /** Done when the nodes answer. */
  meanwhile?(namespace: string, pod: string): Promise<unknown>;
  readonly code: string;
  /** Parts of the text that a user reads. */
  readonly says: readonly (string | RegExp)[];
  /** The longest time from the command to its end. */
  readonly withinSeconds: number;
}

/** A pod that reserves nearly all of the machine's processors. */
async function reserveProcessors(namespace: string): Promise<void> {
  const { body } = await api.send('GET', '/api/v1/nodes');
  const [node] = body.items;
  const millis = Number(node.status.allocatable.cpu) * 1000 - 60;
  await api.send('POST', `/api/v1/namespaces/${namespace}/pods`, {
    metadata: { name: 'hog' },
    spec: {
      containers: [
        {
          name: 'hog',
          image: images.core,
          command: ['sleep', '600'],
          resources: { requests: { cpu: `${millis}m` } },
        },
      ],
      terminationGracePeriodSeconds: 0,
    },
  });
  await eventually(
    20_000,
    async () => (await api.send('GET', `/api/v1/namespaces/${namespace}/pods/hog`)).body,
    (pod) => pod.spec.nodeName !== undefined,
  );
}

const rows: readonly Trouble[] = [
  {
    cause: 'the image of stellar-core is not there',
    images: { core: 'no-such-core:1' },
    code: 'SSC_IMAGE_NOT_PULLED',
    says: [
      /the cluster cannot pull "no-such-core:1" for core-\d/u,
      /Reason +(ErrImagePull|ImagePullBackOff)/u,
    ],
    withinSeconds: 25,
  },
  {
    cause: 'the image of nginx is not there',
    images: { history: 'no-such-nginx:1' },
    code: 'SSC_IMAGE_NOT_PULLED',
    says: ['the cluster cannot pull "no-such-nginx:1" for core-', /Container +history/u],
    withinSeconds: 30,
  },
  {
    cause: 'no machine has room',
    prepare: reserveProcessors,
    code: 'SSC_POD_UNSCHEDULABLE',
    says: [
      'the cluster has no room for pod',
      'Insufficient cpu',
      /Asks for +cpu 110m \(stellar-core 100m \+ history 10m\), memory 288Mi/u,
    ],
    withinSeconds: 50,
  },
  {
    cause: 'a policy of the namespace refuses pods',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    mission: ['SimplePayment', '--core-user', 'image'],
    code: 'SSC_POD_NOT_CREATED',
    says: [
      /the cluster does not create pod ssc-\w+-core-\d/u,
      /Event +FailedCreate: .*violates PodSecurity "restricted:latest"/u,
    ],
    withinSeconds: 30,
  },
  {
    cause: 'somebody deletes a pod',
    meanwhile: (namespace, pod) =>
      api.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${pod}`),
    code: 'SSC_POD_REPLACED',
    says: [/pod ssc-\w+-core-1 of core-1 is being deleted, which nobody asked for/u],
    withinSeconds: 60,
  },
  {
    cause: 'a pod is evicted',
    meanwhile: (namespace, pod) =>
      api.send('POST', `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: pod },
      }),
    code: 'SSC_POD_EVICTED',
    says: ['of core-1 was evicted', /Reason +EvictionByEvictionAPI/u],
    withinSeconds: 60,
  },
  {
    cause: 'the machine is lost',
    // Long enough for the cluster to miss the machine.
    mission: ['LoadGeneration', '--txs', '6000', '--accounts', '200'],
    isPossible: processesOf('kubelet', kubeconfig).length > 0,
    meanwhile: async () => expect(signalTo('kubelet', kubeconfig, 'SIGSTOP')).toBe(1),
    afterwards: () => void signalTo('kubelet', kubeconfig, 'SIGCONT'),
    code: 'SSC_POD_NODE_LOST',
    says: [/the machine of pod ssc-\w+-core-\d was lost/u, /Reason +NodeNotReady/u],
    withinSeconds: 150,
  },
  ...(faulty === undefined
    ? []
    : [
        {
          cause: 'the admin port listens elsewhere',
          images: { core: faulty.elsewhere },
          code: 'SSC_NODE_NOT_READY',
          says: [/core-\d has started, and has failed its probe/u, 'Readiness probe failed'],
          withinSeconds: 120,
        },
        {
          cause: 'the preparation fails',
          images: { core: faulty.preparation },
          code: 'SSC_PREPARATION_FAILED',
          says: [/the preparation of core-\d ended with exit code 1/u, 'disk quota exceeded'],
          withinSeconds: 25,
        },
        {
          cause: 'stellar-core crashes',
          images: { core: faulty.crash },
          code: 'SSC_NODE_ENDED',
          says: [
            /container stellar-core of core-\d ended with exit code 134, which nobody asked for/u,
            "terminate called after throwing an instance of 'std::runtime_error'",
          ],
          withinSeconds: 45,
        },
        {
          cause: 'stellar-core takes more memory than it may',
          images: { core: faulty.memory },
          code: 'SSC_NODE_OUT_OF_MEMORY',
          says: [
            /container stellar-core of core-\d was killed for using more memory than its limit/u,
          ],
          withinSeconds: 45,
        },
      ]),
];

describe('a run ends as broken, early, and says why', () => {
  test.each(rows.filter(({ isPossible = true }) => isPossible))('$cause: $code', async (row) => {
    await api.inNamespace(async (namespace) => {
      await row.prepare?.(namespace);
      const driver = await asDriver(api, namespace);
      const place = { kubeconfig: driver, images: { ...images, ...row.images }, namespace };
      const [mission, ...options] = row.mission ?? ['SimplePayment'];
      const call = callMission(mission, place, ...options);
      if (row.meanwhile !== undefined) {
        await eventually(
          40_000,
          async () => call.output(),
          (output) => output.includes('nodes answer'),
        );
        const pods = await api.kube.list({ kind: podKind, namespace });
        await row.meanwhile(namespace, pods.items[1]?.metadata?.name ?? '');
      }
      const { code, output, seconds } = await call.ended.finally(() => row.afterwards?.());
      const told = output.slice(Math.max(0, output.indexOf('✖ SSC_')));
      process.stdout.write(`\n${row.cause}, after ${seconds.toFixed(1)} s:\n${told}`);
      const { verdict, error } = readResult(call.folder);
      expect({ code, verdict, error: error?.code }).toEqual({
        code: 3,
        verdict: 'broken',
        error: row.code,
      });
      for (const part of row.says) {
        if (typeof part === 'string') expect(told).toContain(part);
        else expect(told).toMatch(part);
      }
      expect(seconds).toBeLessThan(row.withinSeconds);
      await eventually(
        40_000,
        () => api.objectsIn(namespace),
        (objects) => objects.every((object) => !object.includes('ssc-')),
      );
      rmSync(call.folder, { recursive: true });
    }, row.labels);
  });

  // Before anything is made, quotas are compared with what a network needs: this one comes later.
  test('a quota refuses pods that are to come: SSC_POD_NOT_CREATED', () =>
    api.inNamespace(async (namespace) => {
      const network = { api, namespace, images, sets: { core: { nodes: 1 } } };
      await withNetwork(network, async (formation) => {
        await formation.bringUp();
        await api.send('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, {
          metadata: { name: 'late' },
          spec: { hard: { pods: '0' } },
        });
        const startedAt = performance.now();
        const text = await (formation.sets['core'] as CoreSet)
          .change({ data: 'fresh' })
          .then(() => 'changed', renderError);
        const seconds = (performance.now() - startedAt) / 1000;
        process.stdout.write(`\na quota refuses pods, after ${seconds.toFixed(1)} s:\n${text}\n`);
        expect(text).toMatch(
          /SSC_POD_NOT_CREATED {2}the cluster does not create pod ssc-\w+-core-0/u,
        );
        expect(text).toMatch(/Event +FailedCreate: .* exceeded quota: late, requested: pods=1/u);
        expect(seconds).toBeLessThan(50);
      });
    }));
});

const podKind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };
