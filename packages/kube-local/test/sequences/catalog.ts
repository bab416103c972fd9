import { entrySequences } from './entry.ts';
import type { Api, Fields, Sequence } from './sequence.ts';

const map = (name: string, data: Record<string, string> = { a: '1' }, meta: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...meta },
  data,
});
const container = (more: object = {}) => ({ name: 'main', image: 'app:1', ...more });
const pod = (name: string, more: object = {}, first: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { automountServiceAccountToken: false, containers: [container(first)], ...more },
});
const set = (name: string, more: object = {}, podSpec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name },
  spec: {
    serviceName: 'net',
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { automountServiceAccountToken: false, containers: [container()], ...podSpec },
    },
    ...more,
  },
});
const fuse = (name: string, seconds: number, more: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    parallelism: 0,
    activeDeadlineSeconds: seconds,
    ttlSecondsAfterFinished: 0,
    template: { spec: { restartPolicy: 'Never', containers: [container()] } },
    ...more,
  },
});
const ownedBy = (owner: Fields, more: object = {}) => ({
  ownerReferences: [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: owner.metadata.uid,
      ...more,
    },
  ],
});
/** A pod without what its node says. */
const shape = ({ metadata, spec: { nodeName, ...spec }, status }: Fields) => ({
  metadata,
  spec,
  bound: nodeName !== undefined,
  phase: status.phase,
  qosClass: status.qosClass,
});
const eventShape = (list: Fields) =>
  [
    ...new Set<string>(
      list.items.map(
        (e: Fields) =>
          `${e.type} ${e.reason} ${e.source.component ?? ''}${e.reportingComponent} ${e.message}`,
      ),
    ),
  ].sort();
/** What is wrong with the labels, in whatever order Go's maps gave them. */
const causes = (list: Fields) => {
  const texts: string[] =
    String(list.items[0].message).match(
      /Invalid value: "[^"]*": must be no more than 63 characters/gu,
    ) ?? [];
  return [...new Set(texts.map((text) => text.replace(/-[a-z0-9]{6,10}"/u, '-HASH"')))].sort();
};
const claimShape = ({ metadata, spec, status }: Fields) => ({
  finalizers: metadata.finalizers,
  spec,
  status,
});
const gone = (reply: { status: number }) => reply.status === 404;
const lines = (events: Fields) => {
  const list = Array.isArray(events) ? events : events === '' ? [] : [events];
  return list.map((event: Fields) => ({
    type: event.type,
    name: event.object.metadata.name,
    labels: event.object.metadata.labels,
    code: event.object.code,
    message: event.object.message,
  }));
};
const anyOrder = (events: Fields) =>
  lines(events).sort((a: Fields, b: Fields) => (a.name < b.name ? -1 : 1));
const sequence = (name: string, run: (api: Api) => Promise<void>): Sequence => ({ name, run });
const strict = '?fieldValidation=Strict';

/** Manifests that are refused: each the good one with one mistake. */
export const mutations: readonly Sequence[] = (
  [
    ['a misspelt field', (m) => (m.spec.template.spec.containers[0].imagee = 'x')],
    ['a text for a number', (m) => (m.spec.replicas = '3')],
    ['a selector that the template lacks', (m) => (m.spec.selector.matchLabels = { app: 'other' })],
    ['a name in capitals', (m) => (m.metadata.name = 'Web')],
    ['a container without a name', (m) => (m.spec.template.spec.containers[0].name = '')],
    [
      'a port out of range',
      (m) => (m.spec.template.spec.containers[0].ports = [{ containerPort: 70000 }]),
    ],
    [
      'a mount without its volume',
      (m) => (m.spec.template.spec.containers[0].volumeMounts = [{ name: 'x', mountPath: '/x' }]),
    ],
    ['two containers of one name', (m) => m.spec.template.spec.containers.push(container())],
    [
      'a restart policy that a set cannot have',
      (m) => (m.spec.template.spec.restartPolicy = 'Never'),
    ],
    [
      'an amount that is none',
      (m) => (m.spec.template.spec.containers[0].resources = { limits: { memory: '1 GB' } }),
    ],
    [
      'a request above its limit',
      (m) =>
        (m.spec.template.spec.containers[0].resources = {
          limits: { cpu: '1' },
          requests: { cpu: '2' },
        }),
    ],
    ['a label that is none', (m) => (m.spec.template.metadata.labels.run = 'a b')],
    [
      'a volume without a source of its name',
      (m) =>
        (m.spec.template.spec.volumes = [
          { name: 'a', configMap: {} },
          { name: 'a', emptyDir: {} },
        ]),
    ],
    [
      'a probe of two kinds',
      (m) =>
        (m.spec.template.spec.containers[0].readinessProbe = {
          httpGet: { port: 80 },
          tcpSocket: { port: 80 },
        }),
    ],
    ['a negative number of replicas', (m) => (m.spec.replicas = -1)],
  ] satisfies [string, (manifest: Fields) => unknown][]
).map(([name, mutate]) =>
  sequence(`refused: ${name}`, async ({ post, apps }) => {
    const manifest = set('web');
    mutate(manifest);
    await post(`${apps}/statefulsets${strict}`, manifest);
  }),
);

/** What is asked of both servers. */
export const sequences: readonly Sequence[] = [
  ...mutations,
  sequence(
    'a config map: create, read, again, delete, again',
    async ({ post, get, delete: remove, core }) => {
      await post(`${core}/configmaps`, map('a'));
      await get(`${core}/configmaps/a`);
      await post(`${core}/configmaps`, map('a'));
      await remove(`${core}/configmaps/a`);
      await get(`${core}/configmaps/a`);
      await remove(`${core}/configmaps/a`);
    },
  ),
  sequence('names that the server makes', async ({ send, post, core }) => {
    await send('POST', `${core}/configmaps`, { metadata: {} });
    await post(`${core}/configmaps`, { metadata: { name: 'a.b-c' } });
    await post(`${core}/configmaps`, { metadata: { name: 'a_b' } });
    await post(`${core}/services`, {
      metadata: { name: '1a' },
      spec: { clusterIP: 'None', selector: { a: 'b' } },
    });
    await post(`${core}/configmaps`, { metadata: { name: 'x', namespace: 'other' } });
  }),
  sequence('what is not there', async ({ get, send, core }) => {
    await get('/apis/nope/v1/things');
    await get(`${core}/nope`);
    await get(`${core}/pods/nope`);
    await get(`${core}/pods/nope/log`);
    await get(`${core}/pods/nope/nope`);
    await send('POST', `${core}/configmaps/x`, map('x'));
    await send('DELETE', '/api/v1/namespaces');
    await send('PUT', `${core}/configmaps`, map('x'));
    await send('POST', '/api/v1/namespaces/not-there-at-all/configmaps', map('x'));
    await send('PATCH', `${core}/configmaps/x`, {}, 'application/merge-patch+json');
    await send('PATCH', `${core}/configmaps/x`, {}, 'application/json');
  }),
  sequence('bodies that cannot be read', async ({ send, core }) => {
    await send('POST', `${core}/configmaps`, '{');
    await send('POST', `${core}/configmaps`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
    });
    await send('POST', `${core}/configmaps`, {
      apiVersion: 'v2',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
    });
    await send('POST', `${core}/configmaps`, '[]');
  }),
  sequence('replace and conflicts', async ({ post, put, core }) => {
    const first = await post(`${core}/configmaps`, map('a'));
    const second = await put(`${core}/configmaps/a`, { ...first.body, data: { a: '2' } });
    await put(`${core}/configmaps/a`, { ...first.body, data: { a: '3' } });
    await put(`${core}/configmaps/a`, { ...map('a', { a: '4' }) });
    await put(`${core}/configmaps/a`, {
      ...map('a'),
      metadata: { name: 'a', uid: '11111111-1111-4111-8111-111111111111' },
    });
    await put(`${core}/configmaps/b`, second.body);
    await put(`${core}/configmaps/b`, map('b'));
  }),
  sequence('patches of three kinds', async ({ post, patch, core }) => {
    await post(`${core}/configmaps`, map('a', { a: '1', b: '2' }));
    await patch(`${core}/configmaps/a`, {
      data: { a: null, c: '3' },
      metadata: { labels: { x: 'y' } },
    });
    await patch(`${core}/configmaps/a`, { data: { d: '4' } }, 'strategic');
    await patch(
      `${core}/configmaps/a`,
      [
        { op: 'replace', path: '/data/b', value: '5' },
        { op: 'add', path: '/data/e', value: '6' },
      ],
      'json',
    );
    await patch(`${core}/configmaps/a`, [{ op: 'test', path: '/data/b', value: 'x' }], 'json');
    await patch(`${core}/configmaps/a`, [{ op: 'remove', path: '/data/zz' }], 'json');
    await patch(`${core}/configmaps/a`, { metadata: { resourceVersion: '1' }, data: { a: '9' } });
    await patch(`${core}/configmaps/a`, { metadata: { name: 'z' } });
    await patch(`${core}/configmaps/a`, { data: { n: 5 } });
  }),
  sequence('an immutable config map', async ({ post, patch, core }) => {
    await post(`${core}/configmaps`, { ...map('a'), immutable: true });
    await patch(`${core}/configmaps/a`, { data: { a: '2' } });
    await patch(`${core}/configmaps/a`, { immutable: false });
    await patch(`${core}/configmaps/a`, { metadata: { labels: { x: 'y' } } });
  }),
  sequence('selectors and pages', async ({ post, get, core }) => {
    for (const [name, labels] of [
      ['a', { x: '1' }],
      ['b', { x: '2', y: '1' }],
      ['c', { y: '2' }],
      ['d', {}],
    ] as const)
      await post(`${core}/secrets`, { metadata: { name, labels }, stringData: { k: name } });
    for (const selector of [
      'x=1',
      'x',
      '!x',
      'x in (1,2)',
      'x notin (1)',
      'x!=1',
      'x=1,y=1',
      'x==2,y',
    ])
      await get(`${core}/secrets?labelSelector=${encodeURIComponent(selector)}`);
    await get(`${core}/secrets?fieldSelector=metadata.name=b`);
    await get(`${core}/secrets?fieldSelector=metadata.name!=b,type=Opaque`);
    await get(`${core}/secrets?fieldSelector=data.k=b`);
    await get(`${core}/secrets?labelSelector=${encodeURIComponent('x in 1')}`);
    const first = await get(`${core}/secrets?limit=3`);
    await get(`${core}/secrets?limit=3&continue=${first.body.metadata.continue}`);
    await get(`${core}/secrets?limit=3&labelSelector=x`);
  }),
  sequence('preconditions of a delete', async ({ post, delete: remove, core }) => {
    const made = await post(`${core}/configmaps`, map('a'));
    await remove(`${core}/configmaps/a`, {
      preconditions: { uid: '11111111-1111-4111-8111-111111111111' },
    });
    await remove(`${core}/configmaps/a`, { preconditions: { resourceVersion: '1' } });
    await remove(`${core}/configmaps/a`, { propagationPolicy: 'Sideways' });
    await remove(`${core}/configmaps/a`, { dryRun: ['All'] });
    await remove(`${core}/configmaps/a`, {
      preconditions: {
        uid: made.body.metadata.uid,
        resourceVersion: made.body.metadata.resourceVersion,
      },
    });
  }),
  sequence('dry runs and strictness', async ({ post, get, patch, core }) => {
    await post(`${core}/configmaps?dryRun=All`, map('a'));
    await get(`${core}/configmaps/a`);
    await post(`${core}/configmaps?dryRun=Some`, map('a'));
    await post(`${core}/configmaps${strict}`, { ...map('a'), dota: {} });
    await post(`${core}/configmaps?fieldValidation=Loose`, map('a'));
    await post(`${core}/configmaps?fieldValidation=Ignore`, { ...map('a'), dota: {} });
    await patch(`${core}/configmaps/a${strict}`, { dota: {} });
    await post(`${core}/configmaps`, { metadata: { name: 'n' }, data: { a: 1 } });
  }),
  sequence('delete of a collection', async ({ post, get, send, core }) => {
    for (const [name, labels] of [
      ['a', { x: '1' }],
      ['b', { x: '1' }],
      ['c', {}],
    ] as const)
      await post(`${core}/secrets`, { metadata: { name, labels } });
    await send('DELETE', `${core}/secrets?labelSelector=x%3D1`);
    await get(`${core}/secrets`);
  }),
  sequence('what a pod is filled in with', async ({ post, delete: remove, core }) => {
    await post(
      `${core}/pods`,
      pod(
        'p',
        {
          schedulerName: 'nobody',
          volumes: [{ name: 'v' }, { name: 'c', configMap: { name: 'x' } }],
        },
        {
          ports: [{ containerPort: 80 }],
          resources: { limits: { cpu: '1500m', memory: '1024Mi' }, requests: { cpu: '0.5' } },
          readinessProbe: { httpGet: { port: 80 } },
          env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        },
      ),
    );
    await remove(`${core}/pods/p`);
    await post(
      `${core}/pods`,
      pod('q', {
        schedulerName: 'nobody',
        initContainers: [{ name: 'side', image: 'a/b', restartPolicy: 'Always' }],
      }),
    );
  }),
  sequence('pods that are refused', async ({ post, core }) => {
    await post(`${core}/pods`, pod('p', { restartPolicy: 'Sometimes' }));
    await post(`${core}/pods`, pod('p', { containers: [] }));
    await post(`${core}/pods`, pod('p', {}, { env: [{ name: '' }] }));
    await post(`${core}/pods`, pod('p', {}, { imagePullPolicy: 'Maybe' }));
    await post(`${core}/pods`, pod('p', { serviceAccountName: 'nobody' }));
    await post(`${core}/pods`, pod('p', { terminationGracePeriodSeconds: -1 }));
  }),
  sequence('changes of a pod', async ({ post, patch, core }) => {
    await post(`${core}/pods`, pod('p', { schedulerName: 'nobody' }));
    await patch(
      `${core}/pods/p`,
      { spec: { containers: [{ name: 'main', image: 'app:2' }] } },
      'strategic',
    );
    await patch(`${core}/pods/p`, { metadata: { labels: { a: 'b' } } });
    await patch(`${core}/pods/p`, { status: { phase: 'Running' } });
    await patch(`${core}/pods/p/status`, { status: { message: 'hello' } });
  }),
  sequence('what a stateful set is filled in with', async ({ post, get, until, apps }) => {
    await post(
      `${apps}/statefulsets`,
      set('web', {
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      }),
    );
    await until(`${apps}/statefulsets/web`, (r) => r.body.status?.observedGeneration === 1);
    await get(`${apps}/statefulsets/web/scale`);
  }),
  sequence('changes of a stateful set', async ({ post, patch, put, get, until, apps }) => {
    await post(`${apps}/statefulsets`, set('web'));
    await until(`${apps}/statefulsets/web`, (r) => r.body.status?.observedGeneration === 1);
    await patch(`${apps}/statefulsets/web`, { spec: { serviceName: 'other' } });
    await patch(`${apps}/statefulsets/web`, { spec: { selector: { matchLabels: { app: 'x' } } } });
    await patch(`${apps}/statefulsets/web`, { spec: { podManagementPolicy: 'Parallel' } });
    const scale = await get(`${apps}/statefulsets/web/scale`);
    await put(`${apps}/statefulsets/web/scale`, { ...scale.body, spec: { replicas: 0 } });
    await patch(`${apps}/statefulsets/web/scale`, { spec: { replicas: -1 } });
    await patch(
      `${apps}/statefulsets/web`,
      { spec: { template: { spec: { containers: [{ name: 'main', image: 'app:2' }] } } } },
      'strategic',
    );
    await until(`${apps}/statefulsets/web`, (r) => r.body.status?.observedGeneration === 2);
  }),
  sequence(
    'pods of a stateful set',
    async ({ post, patch, get, send, until, delete: remove, core, apps }) => {
      await post(`${core}/services`, {
        metadata: { name: 'net' },
        spec: { clusterIP: 'None', selector: { app: 'web' }, publishNotReadyAddresses: true },
      });
      await post(
        `${apps}/statefulsets`,
        set('web', { replicas: 2, podManagementPolicy: 'Parallel' }),
      );
      await until(
        `${apps}/statefulsets/web`,
        (r) => r.body.status?.readyReplicas === 2 && r.body.status?.availableReplicas === 2,
      );
      const first = await get(`${core}/pods/web-0`, shape);
      await patch(`${apps}/statefulsets/web/scale`, { spec: { replicas: 1 } });
      await until(`${core}/pods/web-1`, gone);
      await send('DELETE', `${core}/pods/web-0`, undefined, '', shape);
      await until(
        `${core}/pods/web-0`,
        (r) =>
          r.status === 200 &&
          r.body.metadata.uid !== first.body.metadata.uid &&
          r.body.status.phase === 'Running',
        shape,
      );
      await remove(`${apps}/statefulsets/web`);
      await until(`${core}/pods/web-0`, gone);
    },
  ),
  sequence('a fuse that burns down', async ({ post, until, core, batch }) => {
    const job = await post(`${batch}/jobs`, fuse('fuse', 3));
    const anchor = await post(`${core}/configmaps`, map('anchor', {}, ownedBy(job.body)));
    await post(`${core}/secrets`, { metadata: { name: 's', ...ownedBy(anchor.body) } });
    await until(`${batch}/jobs/fuse`, (r) => r.body.status?.startTime !== undefined);
    await until(`${batch}/jobs/fuse`, gone);
    await until(`${core}/configmaps/anchor`, gone);
    await until(`${core}/secrets/s`, gone);
  }),
  sequence('a fuse that is put out', async ({ post, until, delete: remove, core, batch }) => {
    const job = await post(`${batch}/jobs`, fuse('fuse', 600));
    await post(
      `${core}/configmaps`,
      map('anchor', {}, ownedBy(job.body, { controller: false, blockOwnerDeletion: false })),
    );
    await remove(`${batch}/jobs/fuse`, { propagationPolicy: 'Background' });
    await until(`${batch}/jobs/fuse`, gone);
    await until(`${core}/configmaps/anchor`, gone);
  }),
  sequence(
    'a bare delete of a job orphans',
    async ({ post, until, delete: remove, core, batch }) => {
      const job = await post(`${batch}/jobs`, fuse('fuse', 600));
      await post(`${core}/configmaps`, map('anchor', {}, ownedBy(job.body)));
      await until(`${batch}/jobs/fuse`, (r) => r.body.status?.startTime !== undefined);
      await remove(`${batch}/jobs/fuse`);
      await until(`${batch}/jobs/fuse`, gone);
      await until(
        `${core}/configmaps/anchor`,
        (r) => r.body.metadata.ownerReferences === undefined,
      );
    },
  ),
  sequence('a failed job that stays', async ({ post, until, patch, batch }) => {
    await post(`${batch}/jobs`, {
      ...fuse('f', 2),
      spec: { ...fuse('f', 2).spec, ttlSecondsAfterFinished: 600 },
    });
    await until(`${batch}/jobs/f`, (r) =>
      (r.body.status?.conditions ?? []).some((c: Fields) => c.type === 'Failed'),
    );
    await patch(`${batch}/jobs/f`, { spec: { ttlSecondsAfterFinished: 0 } });
    await until(`${batch}/jobs/f`, gone);
  }),
  sequence('a fuse that is renewed', async ({ post, patch, get, until, batch }) => {
    await post(`${batch}/jobs`, fuse('fuse', 600));
    await until(`${batch}/jobs/fuse`, (r) => r.body.status?.startTime !== undefined);
    await patch(`${batch}/jobs/fuse`, { spec: { activeDeadlineSeconds: 900 } });
    await patch(`${batch}/jobs/fuse`, { spec: { activeDeadlineSeconds: -1 } });
    await patch(`${batch}/jobs/fuse`, { spec: { completions: 3 } });
    await get(`${batch}/jobs/fuse`);
  }),
  sequence('jobs that are refused', async ({ post, batch }) => {
    await post(
      `${batch}/jobs`,
      fuse('f', 1, { template: { spec: { containers: [container()] } } }),
    );
    await post(`${batch}/jobs`, fuse('f', 1, { parallelism: -1 }));
    await post(`${batch}/jobs`, fuse('f', 1, { completionMode: 'Indexed' }));
  }),
  sequence('a job that completes', async ({ post, until, batch }) => {
    await post(`${batch}/jobs`, {
      metadata: { name: 'j' },
      spec: {
        template: {
          spec: {
            automountServiceAccountToken: false,
            restartPolicy: 'Never',
            containers: [container({ command: ['true'] })],
          },
        },
      },
    });
    await until(`${batch}/jobs/j`, (r) =>
      (r.body.status?.conditions ?? []).some((c: Fields) => c.type === 'Complete'),
    );
  }),
  sequence('foreground deletion', async ({ post, until, patch, delete: remove, core }) => {
    const a = await post(`${core}/configmaps`, map('a'));
    await post(
      `${core}/configmaps`,
      map(
        'b',
        {},
        { ...ownedBy(a.body, { blockOwnerDeletion: true }), finalizers: ['test.ssc/hold'] },
      ),
    );
    await remove(`${core}/configmaps/a`, { propagationPolicy: 'Foreground' });
    await until(`${core}/configmaps/b`, (r) => r.body.metadata.deletionTimestamp !== undefined);
    await until(`${core}/configmaps/a`, (r) => r.status === 200);
    await patch(`${core}/configmaps/b`, { metadata: { finalizers: null } });
    await until(`${core}/configmaps/a`, gone);
  }),
  sequence(
    'a late dependent of an owner that is gone',
    async ({ post, until, delete: remove, core }) => {
      const a = await post(`${core}/configmaps`, map('a'));
      await remove(`${core}/configmaps/a`);
      await post(`${core}/configmaps`, map('b', {}, ownedBy(a.body)));
      await until(`${core}/configmaps/b`, gone);
    },
  ),
  sequence('finalizers hold', async ({ post, patch, delete: remove, until, core }) => {
    await post(`${core}/configmaps`, map('a', {}, { finalizers: ['test.ssc/hold'] }));
    await remove(`${core}/configmaps/a`);
    await remove(`${core}/configmaps/a`);
    await patch(`${core}/configmaps/a`, {
      metadata: { finalizers: ['test.ssc/hold', 'test.ssc/more'] },
    });
    await patch(`${core}/configmaps/a`, { metadata: { finalizers: null } });
    await until(`${core}/configmaps/a`, gone);
  }),
  sequence('a quota', async ({ post, until, core }) => {
    await post(`${core}/resourcequotas`, {
      metadata: { name: 'q' },
      spec: { hard: { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' } },
    });
    await until(`${core}/resourcequotas/q`, (r) => r.body.status?.used?.pods === '0');
    const needs = (cpu: string) => ({
      resources: { requests: { cpu }, limits: { memory: '256Mi' } },
    });
    await post(`${core}/pods`, pod('a', { schedulerName: 'nobody' }));
    await post(`${core}/pods`, pod('b', { schedulerName: 'nobody' }, needs('700m')));
    await post(`${core}/pods`, pod('c', { schedulerName: 'nobody' }, needs('500m')));
    await post(`${core}/pods`, pod('d', { schedulerName: 'nobody' }, needs('100m')));
    await post(`${core}/pods`, pod('e', { schedulerName: 'nobody' }, needs('100m')));
    await until(`${core}/resourcequotas/q`, (r) => r.body.status?.used?.pods === '2');
  }),
  sequence('a quota stops a stateful set', async ({ post, until, core, apps, namespace }) => {
    await post(`${core}/resourcequotas`, {
      metadata: { name: 'q' },
      spec: { hard: { pods: '1' } },
    });
    await until(`${core}/resourcequotas/q`, (r) => r.body.status?.used?.pods === '0');
    await post(
      `${apps}/statefulsets`,
      set('web', { replicas: 2, podManagementPolicy: 'Parallel' }),
    );
    await until(
      `${core}/events?fieldSelector=${encodeURIComponent(`reason=FailedCreate,involvedObject.namespace=${namespace}`)}`,
      (r) => r.body.items.length > 0,
      eventShape,
    );
  }),
  sequence('a limit range', async ({ post, core }) => {
    await post(`${core}/limitranges`, {
      metadata: { name: 'l' },
      spec: {
        limits: [
          {
            type: 'Container',
            default: { memory: '128Mi' },
            defaultRequest: { cpu: '100m' },
            max: { cpu: '2', memory: '1Gi' },
          },
        ],
      },
    });
    await post(`${core}/pods`, pod('a', { schedulerName: 'nobody' }));
    await post(
      `${core}/pods`,
      pod(
        'b',
        { schedulerName: 'nobody' },
        { resources: { limits: { cpu: '4', memory: '128Mi' } } },
      ),
    );
  }),
  sequence('a limit range for whole pods, ratios and claims', async ({ post, core }) => {
    // One bound each: a real server tells of several in no order.
    const limit = (name: string, item: object) =>
      post(`${core}/limitranges`, { metadata: { name }, spec: { limits: [item] } });
    await limit('most', { type: 'Pod', max: { cpu: '1' } });
    await limit('least', { type: 'Pod', min: { memory: '100Mi' } });
    await limit('ratio', { type: 'Pod', maxLimitRequestRatio: { cpu: '2.5' } });
    await limit('each', { type: 'Container', maxLimitRequestRatio: { memory: '2' } });
    await limit('claim', {
      type: 'PersistentVolumeClaim',
      min: { storage: '10Mi' },
      max: { storage: '1Gi' },
    });
    const sized = (request: object, limit: object) => ({
      resources: { requests: request, limits: limit },
    });
    const first = sized({ cpu: '400m', memory: '64Mi' }, { cpu: '500m', memory: '128Mi' });
    const pods: readonly (readonly [string, object[], object[]?])[] = [
      ['too-small', [first]],
      ['fits', [first, first]],
      ['too-large', [first, first, first]],
      // Preparation that has ended leaves its room to what comes after it; a sidecar does not.
      ['prepared', [first, first], [first]],
      ['beside', [first, first], [{ ...first, restartPolicy: 'Always' }]],
      [
        'prepared-too-large',
        [first],
        [sized({ cpu: '1', memory: '1Gi' }, { cpu: '1100m', memory: '1Gi' })],
      ],
      ['too-wide', [sized({ cpu: '100m', memory: '100Mi' }, { cpu: '1', memory: '100Mi' })]],
      [
        'each-too-wide',
        [first, sized({ cpu: '400m', memory: '64Mi' }, { cpu: '500m', memory: '129Mi' })],
      ],
      ['no-limit', [first, { resources: { requests: { memory: '64Mi' } } }]],
    ];
    const named = (prefix: string, list: readonly object[]) =>
      list.map((more, i) => ({ ...container(more), name: `${prefix}${i}` }));
    for (const [name, containers, init = []] of pods)
      await post(
        `${core}/pods`,
        pod(name, {
          schedulerName: 'nobody',
          containers: named('c', containers),
          ...(init.length > 0 && { initContainers: named('i', init) }),
        }),
      );
    for (const storage of ['9Mi', '10Mi', '1Gi', '1025Mi'])
      await post(`${core}/persistentvolumeclaims`, {
        metadata: { name: `c-${storage.toLowerCase()}` },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      });
  }),
  sequence('services', async ({ post, patch, until, core }) => {
    await post(`${core}/services`, {
      metadata: { name: 'a' },
      spec: { selector: { app: 'x' }, ports: [{ port: 80 }] },
    });
    await patch(`${core}/services/a`, { spec: { clusterIP: '10.232.9.9' } });
    await post(`${core}/services`, { metadata: { name: 'b' }, spec: { selector: { app: 'x' } } });
    await post(`${core}/services`, {
      metadata: { name: 'c' },
      spec: { clusterIP: 'None', selector: { app: 'x' }, ports: [{ port: 1 }, { port: 2 }] },
    });
    await post(`${core}/services`, {
      metadata: { name: 'd' },
      spec: { clusterIP: 'None', selector: { app: 'x' }, publishNotReadyAddresses: true },
    });
    await until(`${core}/endpoints/d`, (r) => r.status === 200);
  }),
  sequence('a pod that no node has room for', async ({ post, until, core, namespace }) => {
    await post(`${core}/pods`, pod('p', {}, { resources: { requests: { cpu: '9999' } } }));
    await until(`${core}/pods/p`, (r) => (r.body.status?.conditions ?? []).length > 0);
    await until(
      `${core}/events?fieldSelector=${encodeURIComponent(`reason=FailedScheduling,involvedObject.namespace=${namespace}`)}`,
      (r) => r.body.items.length > 0,
      eventShape,
    );
    await post(`${core}/pods`, pod('q', { nodeSelector: { no: 'such' } }));
    await until(`${core}/pods/q`, (r) => (r.body.status?.conditions ?? []).length > 0);
  }),
  sequence('logs that are not there', async ({ post, get, core }) => {
    await post(
      `${core}/pods`,
      pod('p', { schedulerName: 'nobody', containers: [container(), container({ name: 'two' })] }),
    );
    await get(`${core}/pods/p/log`);
    await get(`${core}/pods/p/log?container=nope`);
  }),
  sequence(
    'a namespace that ends',
    async ({ namespace, core, post, patch, delete: remove, until }) => {
      await post(`${core}/configmaps`, map('a', {}, { finalizers: ['test.ssc/hold'] }));
      await remove(`/api/v1/namespaces/${namespace}`);
      await post(`${core}/configmaps`, map('b'));
      await until(`${core}/configmaps/a`, (r) => r.body.metadata.deletionTimestamp !== undefined);
      await remove('/api/v1/namespaces/default');
      await patch(`${core}/configmaps/a`, { metadata: { finalizers: null } });
    },
  ),
  sequence('claims', async ({ post, until, send, patch, core }) => {
    await post(`${core}/persistentvolumeclaims`, {
      metadata: { name: 'c' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        storageClassName: 'standard',
      },
    });
    await until(
      `${core}/persistentvolumeclaims/c`,
      (r) => r.body.status?.phase === 'Bound',
      claimShape,
    );
    await patch(`${core}/persistentvolumeclaims/c`, { spec: { storageClassName: 'other' } });
    await send('DELETE', `${core}/persistentvolumeclaims/c`, undefined, '', claimShape);
    await until(`${core}/persistentvolumeclaims/c`, gone);
    await post(`${core}/persistentvolumeclaims`, { metadata: { name: 'd' }, spec: {} });
  }),
  sequence('may I', async ({ post, namespace }) => {
    await post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace, verb: 'create', resource: 'pods' } },
    });
  }),
  sequence('secrets', async ({ post, patch, core }) => {
    await post(`${core}/secrets`, { metadata: { name: 's' }, stringData: { a: 'b' } });
    await post(`${core}/secrets`, { metadata: { name: 't' }, data: { a: 'not base64!' } });
    await post(`${core}/secrets`, { metadata: { name: 'u' }, data: { 'a/b': 'eA==' } });
    await patch(`${core}/secrets/s`, { type: 'other' });
  }),
  sequence('watches that cannot be', async ({ get, core }) => {
    await get(`${core}/configmaps?watch=true&resourceVersion=x`);
    await get(`${core}/configmaps?resourceVersion=99999999&limit=1`);
  }),
  sequence(
    'a watch from the beginning, and from a version',
    async ({ post, patch, get, delete: remove, core }) => {
      const first = await post(`${core}/secrets`, { metadata: { name: 'a', labels: { x: '1' } } });
      const from = first.body.metadata.resourceVersion;
      await post(`${core}/secrets`, { metadata: { name: 'b' } });
      await patch(`${core}/secrets/a`, { metadata: { labels: { x: '2' } } });
      await patch(`${core}/secrets/b`, { metadata: { labels: { x: '1' } } });
      await remove(`${core}/secrets/b`);
      await get(`${core}/secrets?watch=true&timeoutSeconds=1`, anyOrder);
      await get(`${core}/secrets?watch=true&timeoutSeconds=1&resourceVersion=0`, anyOrder);
      await get(`${core}/secrets?watch=true&timeoutSeconds=1&resourceVersion=${from}`, lines);
      await get(
        `${core}/secrets?watch=true&timeoutSeconds=1&resourceVersion=${from}&labelSelector=x%3D1`,
        lines,
      );
      await get(
        `${core}/secrets?watch=true&timeoutSeconds=1&resourceVersion=${from}&fieldSelector=metadata.name%3Db`,
        lines,
      );
      await get(
        `${core}/secrets?watch=true&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
      );
      await get(`${core}/secrets/a?watch=true&timeoutSeconds=1`);
    },
  ),
  sequence(
    'an update of a set, one pod after the other',
    async ({ post, patch, get, until, core, apps }) => {
      await post(`${apps}/statefulsets`, set('web', { replicas: 3 }));
      await until(
        `${apps}/statefulsets/web`,
        (r) => r.body.status?.readyReplicas === 3 && r.body.status?.availableReplicas === 3,
      );
      await patch(
        `${apps}/statefulsets/web`,
        {
          spec: {
            updateStrategy: { rollingUpdate: { partition: 1 } },
            template: { spec: { containers: [{ name: 'main', image: 'app:2' }] } },
          },
        },
        'strategic',
      );
      const images = (list: Fields) =>
        list.items.map((p: Fields) => `${p.metadata.name} ${p.spec.containers[0].image}`);
      await until(
        `${core}/pods`,
        (r) =>
          images(r.body).filter((i: string) => i.endsWith('app:2')).length === 2 &&
          r.body.items.length === 3,
        images,
      );
      await until(
        `${apps}/statefulsets/web`,
        (r) => r.body.status?.readyReplicas === 3 && r.body.status?.updatedReplicas === 2,
        (b) => b.status,
      );
      await patch(
        `${apps}/statefulsets/web`,
        { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } },
        'merge',
      );
      await until(
        `${apps}/statefulsets/web`,
        (r) =>
          r.body.status?.updatedReplicas === 3 &&
          r.body.status?.readyReplicas === 3 &&
          r.body.status?.currentReplicas === 3,
        (b) => b.status,
      );
      await get(`${core}/pods`, images);
      await get(`${apps}/controllerrevisions`, (list) =>
        list.items.map((r: Fields) => r.revision).sort(),
      );
      await patch(`${apps}/statefulsets/web/scale`, { spec: { replicas: 1 } });
      await until(`${core}/pods`, (r) => r.body.items.length === 1, images);
      await until(
        `${apps}/statefulsets/web`,
        (r) => r.body.status?.replicas === 1,
        (b) => b.status,
      );
    },
  ),
  sequence('claims of a set go with it', async ({ post, until, delete: remove, core, apps }) => {
    await post(
      `${apps}/statefulsets`,
      set('web', {
        replicas: 1,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      }),
    );
    await until(`${apps}/statefulsets/web`, (r) => r.body.status?.readyReplicas === 1);
    await until(
      `${core}/persistentvolumeclaims/data-web-0`,
      (r) => r.body.metadata?.ownerReferences !== undefined && r.body.status?.phase === 'Bound',
      ({ metadata }) => ({
        labels: metadata.labels,
        ownerReferences: metadata.ownerReferences,
        finalizers: metadata.finalizers,
      }),
    );
    await remove(`${apps}/statefulsets/web`, { propagationPolicy: 'Background' });
    await until(`${core}/persistentvolumeclaims/data-web-0`, gone);
  }),
  sequence(
    'objects of a whole run, deleted by one call',
    async ({ post, until, get, delete: remove, core, apps, batch }) => {
      const job = await post(`${batch}/jobs`, fuse('fuse', 600));
      const anchor = await post(
        `${core}/configmaps`,
        map(
          'anchor',
          { who: 'me' },
          ownedBy(job.body, { controller: false, blockOwnerDeletion: false }),
        ),
      );
      const owner = ownedBy(anchor.body, { controller: false, blockOwnerDeletion: false });
      await post(`${core}/services`, {
        metadata: { name: 'net', ...owner },
        spec: { clusterIP: 'None', selector: { app: 'web' }, publishNotReadyAddresses: true },
      });
      await post(`${core}/configmaps`, map('cfg', { a: 'b' }, owner));
      const made = set('web', { replicas: 2, podManagementPolicy: 'Parallel' });
      await post(`${apps}/statefulsets`, { ...made, metadata: { ...made.metadata, ...owner } });
      await until(`${apps}/statefulsets/web`, (r) => r.body.status?.readyReplicas === 2);
      await remove(`${batch}/jobs/fuse`, { propagationPolicy: 'Background' });
      for (const path of [
        `${apps}/statefulsets/web`,
        `${core}/services/net`,
        `${core}/configmaps/cfg`,
        `${core}/pods/web-0`,
        `${core}/pods/web-1`,
        `${core}/endpoints/net`,
      ])
        await until(path, gone);
      await get(`${apps}/controllerrevisions`, (list) => list.items.length);
    },
  ),
  sequence(
    'a set whose pods have a label that is too long',
    async ({ post, until, apps, core, namespace }) => {
      const name = 'a'.repeat(62);
      await post(
        `${apps}/statefulsets`,
        set(name, {
          replicas: 1,
          selector: { matchLabels: { app: 'x' } },
          template: { metadata: { labels: { app: 'x' } }, spec: { containers: [container()] } },
        }),
      );
      await until(
        `${core}/events?fieldSelector=${encodeURIComponent(`reason=FailedCreate,involvedObject.namespace=${namespace}`)}`,
        (r) => r.body.items.length > 0,
        causes,
      );
    },
  ),
  sequence('status of a set is not changed by its spec', async ({ post, put, until, apps }) => {
    await post(`${apps}/statefulsets`, set('web'));
    const seen = await until(
      `${apps}/statefulsets/web`,
      (r) => r.body.status?.observedGeneration === 1,
    );
    await put(`${apps}/statefulsets/web`, { ...seen.body, status: { replicas: 77 } });
    await put(`${apps}/statefulsets/web/status`, {
      ...seen.body,
      metadata: { name: 'web' },
      spec: { ...seen.body.spec, replicas: 5 },
    });
  }),
  sequence('a config map that is too large', async ({ post, core }) => {
    await post(`${core}/configmaps`, map('big', { a: 'x'.repeat(1024 * 1024 + 1) }));
    await post(
      `${core}/configmaps`,
      map('fits', { a: 'x'.repeat(1000) }, { labels: { 'not a key': 'x' } }),
    );
  }),
  ...entrySequences,
];
