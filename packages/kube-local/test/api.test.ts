import { CoreV1Api, KubeConfig, type RequestContext } from '@kubernetes/client-node';
import { createRandom, createVirtualClock, watchAsyncResources } from '@ssc/clock';
import { type Dispatcher, fetch, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { createKubeLocal, type KubeLocal } from '../src/index.ts';
import { apps, configMap, type Fields, inCluster, isRunning, ns, pod } from './in-cluster.ts';

class LocalConfig extends KubeConfig {
  readonly kube: KubeLocal;
  constructor(kube: KubeLocal) {
    super();
    this.kube = kube;
    this.loadFromClusterAndUser(
      { name: 'l', server: 'http://kube.invalid', skipTLSVerify: true },
      { name: 'u' },
    );
  }
  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    context.setDispatcher(this.kube.dispatcher);
  }
}

/** The lines of a watch as they come. */
async function openWatch(kube: KubeLocal, path: string) {
  const response = await fetch(`http://kube.invalid${path}`, { dispatcher: kube.dispatcher });
  const events: Fields[] = [];
  let ended: unknown;
  const done = (async () => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const lines = (rest + Buffer.from(chunk as Uint8Array).toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) events.push(JSON.parse(line));
    }
  })().then(
    () => {
      ended = 'closed';
    },
    (error: unknown) => {
      ended = error;
    },
  );
  return {
    events,
    done,
    get ended() {
      return ended;
    },
    seen: () => events.map((event) => `${event.type} ${event.object.metadata?.name ?? ''}`),
  };
}

/** A request straight through the dispatcher. */
function exchange(kube: KubeLocal, method: 'GET' | 'POST', path: string, body?: object) {
  let controller: Dispatcher.DispatchController | undefined;
  const seen = {
    status: 0,
    end: undefined as string | undefined,
    abort: () => controller?.abort(new Error('enough')),
  };
  kube.dispatcher.dispatch(
    { origin: 'http://x', method, path, ...(body !== undefined && { body: JSON.stringify(body) }) },
    {
      onRequestStart(control) {
        controller = control;
      },
      onResponseStart(_, status) {
        seen.status = status;
      },
      onResponseEnd() {
        seen.end = 'end';
      },
      onResponseError(_, error) {
        seen.end = String(error);
      },
    },
  );
  return seen;
}

describe('watches', () => {
  test('what there is, then what changes; objects come into and leave the sight of a selector', async () => {
    await inCluster(async ({ kube, call, post, clock }) => {
      await post(`${ns}/secrets`, { metadata: { name: 'a', labels: { x: '1' } } });
      const all = await openWatch(kube, `${ns}/secrets?watch=true`);
      const some = await openWatch(
        kube,
        `${ns}/secrets?watch=true&labelSelector=x%3D1&resourceVersion=${kube.resourceVersion}`,
      );
      await post(`${ns}/secrets`, { metadata: { name: 'b' } });
      const patch = (name: string, x: string | null) =>
        call(
          'PATCH',
          `${ns}/secrets/${name}`,
          { metadata: { labels: { x } } },
          'application/merge-patch+json',
        );
      await patch('b', '1');
      await patch('a', null);
      await call('DELETE', `${ns}/secrets/b`);
      await clock.sleep(100);
      expect(all.seen()).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b', 'MODIFIED a', 'DELETED b']);
      expect(some.seen()).toEqual(['ADDED b', 'DELETED a', 'DELETED b']);
      const versions = all.events.map((event) => Number(event.object.metadata.resourceVersion));
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    });
  });

  test('bookmarks, and the end of the time asked for', async () => {
    await inCluster(async ({ kube, post, clock }) => {
      await post(`${ns}/secrets`, { metadata: { name: 'a' } });
      const path = `${ns}/secrets?watch=true&allowWatchBookmarks=true&timeoutSeconds=130`;
      const watch = await openWatch(kube, path);
      await clock.sleep(125_000);
      expect(watch.seen()).toEqual(['ADDED a', 'BOOKMARK ', 'BOOKMARK ']);
      expect(watch.events[1].object.metadata.resourceVersion).toBe(String(kube.resourceVersion));
      expect(watch.ended).toBeUndefined();
      await clock.sleep(10_000);
      expect(watch.ended).toBe('closed');
    });
  });

  test('from a version that is forgotten: 410', async () => {
    await inCluster(
      async ({ kube, post, clock, get }) => {
        for (let i = 0; i < 60; i++) await post(`${ns}/secrets`, { metadata: { name: `s${i}` } });
        const watch = await openWatch(kube, `${ns}/secrets?watch=true&resourceVersion=1`);
        await clock.sleep(10);
        expect(watch.events).toEqual([
          {
            type: 'ERROR',
            object: expect.objectContaining({
              code: 410,
              reason: 'Expired',
              message: expect.stringMatching(/^too old resource version: 1 \(\d+\)$/u),
            }),
          },
        ]);
        const first = await get(`${ns}/secrets?limit=5`);
        for (let i = 0; i < 60; i++) await post(`${ns}/configmaps`, configMap(`c${i}`, {}));
        const next = await get(`${ns}/secrets?limit=5&continue=${first.metadata.continue}`);
        expect(next).toMatchObject({ code: 410, reason: 'Expired' });
      },
      { historyLimit: 20 },
    );
  });

  test('pages show the list as it was at the first one', async () => {
    await inCluster(async ({ post, get, call }) => {
      for (const name of ['a', 'b', 'c', 'd']) await post(`${ns}/secrets`, { metadata: { name } });
      const first = await get(`${ns}/secrets?limit=2`);
      await call('DELETE', `${ns}/secrets/c`);
      await post(`${ns}/secrets`, { metadata: { name: 'e' } });
      const second = await get(`${ns}/secrets?limit=2&continue=${first.metadata.continue}`);
      expect(second.items.map((item: Fields) => item.metadata.name)).toEqual(['c', 'd']);
      expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
    });
  });
});

describe('the dispatcher', () => {
  test('client-node creates, reads typed lists, and gets its errors', async () => {
    await inCluster(async ({ kube }) => {
      const core = new LocalConfig(kube).makeApiClient(CoreV1Api);
      const body = { metadata: { name: 'a' }, data: { a: 'b' } };
      const made = await core.createNamespacedConfigMap({ namespace: 'default', body });
      expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date);
      await expect(
        core.createNamespacedConfigMap({ namespace: 'default', body }),
      ).rejects.toMatchObject({
        code: 409,
        body: expect.stringContaining('AlreadyExists'),
      });
      const list = await core.listNamespacedConfigMap({
        namespace: 'default',
        fieldSelector: 'metadata.name=a',
      });
      expect(list.items.map((item) => item.data)).toEqual([{ a: 'b' }]);
      expect(
        await core.deleteNamespacedConfigMap({ name: 'a', namespace: 'default' }),
      ).toMatchObject({ status: 'Success' });
    });
  });

  test('plain requests, an aborted watch, a followed log', async () => {
    await inCluster(async ({ kube, post, until, clock }) => {
      const version = await request('http://anywhere/version', { dispatcher: kube.dispatcher });
      expect(await version.body.json()).toMatchObject({ major: '1', minor: '33' });
      await post(
        `${ns}/pods`,
        pod(
          'p',
          { command: ['sh', '-c', 'echo one && sleep 5 && echo two'] },
          { restartPolicy: 'Never' },
        ),
      );
      await until(`${ns}/pods/p`, isRunning);
      const log = await fetch(`http://x${ns}/pods/p/log?follow=true`, {
        dispatcher: kube.dispatcher,
      });
      expect(await log.text()).toBe('one\ntwo\n');

      const abort = new AbortController();
      const watch = await fetch(`http://x${ns}/pods?watch=true`, {
        dispatcher: kube.dispatcher,
        signal: abort.signal,
      });
      const text = watch.text();
      clock.timer(1000, () => abort.abort(new Error('enough')));
      await expect(text).rejects.toThrow('enough');
    });
  });

  test('nothing asynchronous is made past the clock by requests, watches, logs and aborts', async () => {
    await inCluster(async ({ kube, clock, post }) => {
      await post(`${ns}/pods`, pod('p', { command: ['sh', '-c', 'echo one && sleep 5'] }));
      await clock.sleep(4000);
      const watch = watchAsyncResources();
      const made = exchange(kube, 'POST', `${ns}/configmaps`, { metadata: { name: 'a' } });
      const pods = exchange(kube, 'GET', `${ns}/pods`);
      const events = exchange(kube, 'GET', `${ns}/pods?watch=true`);
      const log = exchange(kube, 'GET', `${ns}/pods/p/log?follow=true`);
      await clock.sleep(500);
      expect([made.status, pods.status, events.status, log.status]).toEqual([201, 200, 200, 200]);
      expect([made.end, pods.end, events.end, log.end]).toEqual([
        'end',
        'end',
        undefined,
        undefined,
      ]);
      events.abort();
      log.abort();
      await clock.sleep(500);
      expect([events.end, log.end]).toEqual(['Error: enough', 'Error: enough']);
      expect(watch.stop()).toEqual([]);
    });
  });

  test('a request that is never answered is named when everybody waits', async () => {
    const clock = createVirtualClock({ start: 0 });
    const kube = createKubeLocal({
      clock,
      random: createRandom('x'),
      images: [],
      faults: { api: [{ fault: { kind: 'silence', when: 'before' }, verb: 'list' }] },
    });
    const run = clock.run(() => fetch(`http://x${ns}/pods`, { dispatcher: kube.dispatcher }));
    await expect(run).rejects.toMatchObject({
      code: 'SSC_DEADLOCK',
      facts: [['Waiting', 'main: GET /api/v1/namespaces/default/pods']],
    });
  });
});

describe('faults of the API', () => {
  test('at a call, by verb, by chance; what struck is counted', async () => {
    await inCluster(
      async ({ kube, call, get }) => {
        const busy = await call('GET', `${ns}/configmaps`);
        expect(busy).toMatchObject({
          status: 429,
          headers: { 'retry-after': '3' },
          body: { reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } },
        });
        expect((await call('GET', `${ns}/configmaps`)).status).toBe(200);
        kube.faults.api({ fault: { kind: 'status', code: 500 }, verb: 'create', times: 1 });
        expect((await call('POST', `${ns}/configmaps`, configMap('a', {}))).status).toBe(500);
        expect((await call('POST', `${ns}/configmaps`, configMap('a', {}))).status).toBe(201);
        kube.faults.api({ fault: { kind: 'reset', when: 'after' }, verb: 'create', times: 1 });
        await expect(call('POST', `${ns}/configmaps`, configMap('b', {}))).rejects.toMatchObject({
          code: 'ECONNRESET',
        });
        expect((await get(`${ns}/configmaps/b`)).kind).toBe('ConfigMap');
        kube.faults.api({ fault: { kind: 'reset', when: 'before' }, verb: 'create', times: 1 });
        await expect(call('POST', `${ns}/configmaps`, configMap('c', {}))).rejects.toMatchObject({
          code: 'ECONNRESET',
        });
        expect((await get(`${ns}/configmaps/c`)).code).toBe(404);
        expect(kube.faultsStruck).toEqual({ '429': 1, '500': 1, reset: 2 });
        expect(kube.calls).toEqual({ create: 4, get: 2, list: 2 });
      },
      {
        faults: { api: [{ fault: { kind: 'status', code: 429, retryAfterSeconds: 3 }, call: 1 }] },
      },
    );
  });

  test('streams that are cut, or fall silent', async () => {
    await inCluster(
      async ({ kube, clock, post }) => {
        const cut = await openWatch(kube, `${ns}/secrets?watch=true`);
        const mute = await openWatch(kube, `${ns}/secrets?watch=true`);
        const good = await openWatch(kube, `${ns}/secrets?watch=true`);
        await post(`${ns}/secrets`, { metadata: { name: 'a' } });
        await clock.sleep(6000);
        await post(`${ns}/secrets`, { metadata: { name: 'b' } });
        await clock.sleep(10);
        expect([cut.seen(), mute.seen(), good.seen()]).toEqual([
          ['ADDED a'],
          ['ADDED a'],
          ['ADDED a', 'ADDED b'],
        ]);
        expect(cut.ended).toMatchObject({ cause: { code: 'ECONNRESET' } });
        expect([mute.ended, good.ended]).toEqual([undefined, undefined]);
        expect(kube.faultsStruck).toEqual({ drop: 1, mute: 1 });
      },
      {
        faults: {
          api: [
            { fault: { kind: 'drop', afterMs: 5000 }, call: 1 },
            { fault: { kind: 'mute', afterMs: 5000 }, call: 2 },
          ],
        },
      },
    );
  });

  test('watches that are dropped', async () => {
    await inCluster(async ({ kube, clock }) => {
      const pods = await openWatch(kube, `${ns}/pods?watch=true`);
      const secrets = await openWatch(kube, `${ns}/secrets?watch=true`);
      kube.faults.dropWatches('pods');
      await clock.sleep(10);
      expect(pods.ended).toMatchObject({ cause: { code: 'ECONNRESET' } });
      expect(secrets.ended).toBeUndefined();
      expect(kube.faultsStruck).toEqual({});
    });
  });
});

describe('what clients look at first', () => {
  test("the cluster's time, which need not be the driver's", async () => {
    await inCluster(
      async ({ call, post, clock }) => {
        await clock.sleep(5000);
        const { headers } = await call('GET', '/version');
        expect(headers['date']).toBe('Mon, 01 Jun 2026 00:00:05 GMT');
        const made = await post(`${ns}/configmaps`, configMap('a', {}));
        expect(made.metadata.creationTimestamp).toBe('2026-06-01T00:00:05Z');
      },
      { startTime: Date.UTC(2026, 5, 1) },
    );
  });

  test('discovery', async () => {
    await inCluster(async ({ get }) => {
      const core = await get('/api/v1');
      expect(core.resources.map((entry: Fields) => entry.name)).toMatchInlineSnapshot(`
        [
          "configmaps",
          "endpoints",
          "events",
          "limitranges",
          "namespaces",
          "namespaces/status",
          "nodes",
          "nodes/status",
          "persistentvolumeclaims",
          "persistentvolumeclaims/status",
          "pods",
          "pods/log",
          "pods/portforward",
          "pods/proxy",
          "pods/status",
          "resourcequotas",
          "resourcequotas/status",
          "secrets",
          "serviceaccounts",
          "services",
          "services/status",
        ]
      `);
      expect((await get('/apis')).groups.map((group: Fields) => group.name)).toEqual([
        'apps',
        'authorization.k8s.io',
        'batch',
        'networking.k8s.io',
        'gateway.networking.k8s.io',
      ]);
      expect(
        (await get('/apis/apps/v1')).resources.find(
          (entry: Fields) => entry.name === 'statefulsets',
        ),
      ).toMatchInlineSnapshot(`
        {
          "categories": [
            "all",
          ],
          "kind": "StatefulSet",
          "name": "statefulsets",
          "namespaced": true,
          "shortNames": [
            "sts",
          ],
          "singularName": "statefulset",
          "verbs": [
            "create",
            "delete",
            "deletecollection",
            "get",
            "list",
            "patch",
            "update",
            "watch",
          ],
        }
      `);
      expect(await get('/livez')).toBe('ok');
    });
  });

  test('apply creates, then merges', async () => {
    await inCluster(async ({ call }) => {
      const type = 'application/apply-patch+yaml';
      const path = `${ns}/configmaps/a?fieldManager=me`;
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
      expect((await call('PATCH', path, { ...object, data: { a: '1' } }, type)).status).toBe(201);
      const second = await call('PATCH', path, { ...object, data: { b: '2' } }, type);
      expect(second).toMatchObject({ status: 200, body: { data: { a: '1', b: '2' } } });
      expect(
        (await call('PATCH', `${ns}/configmaps/a`, object, type)).body.message,
      ).toMatchInlineSnapshot(
        `"PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch"`,
      );
    });
  });

  test('what is not simulated is refused by name', async () => {
    await inCluster(async ({ call }) => {
      expect((await call('GET', '/apis/apps/v1/namespaces/default/deployments')).status).toBe(404);
      expect((await call('GET', '/apis/networking.k8s.io/v1/networkpolicies')).status).toBe(404);
      expect((await call('POST', `${ns}/pods/x/exec`)).status).toBe(404);
      expect((await call('POST', `${apps}/statefulsets/x/scale`, {})).status).toBe(405);
    });
  });
});
