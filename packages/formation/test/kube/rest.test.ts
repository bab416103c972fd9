import type { V1ConfigMap } from '@kubernetes/client-node';
import { createRandom, createVirtualClock } from '@ssc/clock';
import { renderError, type SscError } from '@ssc/errors';
import { MockAgent } from 'undici';
import { describe, expect, test } from 'vitest';
import { createBudget, createKubeApi, type KubeApi, kinds } from '../../src/index.ts';
import { createLocalCluster } from './local-cluster.ts';

const namespace = 'default';
const configMap = (name: string, more: Partial<V1ConfigMap> = {}): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { a: 'b' } },
  data: { k: 'v' },
  ...more,
});
const ref = (name: string) => ({ kind: kinds.configMap, namespace, name });
const textOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then((value) => `accepted: ${JSON.stringify(value)}`, renderError);

/** Runs on a cluster of its own; gives what `act` gives and the virtual seconds it took. */
async function on<T>(
  options: Parameters<typeof createLocalCluster>[0],
  act: (
    kube: KubeApi,
    seconds: () => number,
    cluster: ReturnType<typeof createLocalCluster>['cluster'],
  ) => Promise<T>,
): Promise<T> {
  const { clock, kube, cluster } = createLocalCluster(options);
  const start = clock.now();
  return clock.run(() => act(kube, () => (clock.now() - start) / 1000, cluster));
}

describe('objects', () => {
  test('are created, read, listed, patched and deleted as plain JSON', async () => {
    await on({}, async (kube) => {
      const created = await kube.create(namespace, configMap('one'));
      expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/u);
      await kube.create(namespace, configMap('two', { metadata: { name: 'two' } }));
      expect((await kube.read<V1ConfigMap>(ref('one')))?.data).toEqual({ k: 'v' });
      expect(await kube.read(ref('three'))).toBeUndefined();
      const { items } = await kube.list<V1ConfigMap>({
        kind: kinds.configMap,
        namespace,
        labelSelector: 'a=b',
      });
      expect(items.map((item) => item.metadata?.name)).toEqual(['one']);
      expect((await kube.patch<V1ConfigMap>(ref('one'), { data: { l: 'w' } })).data).toEqual({
        k: 'v',
        l: 'w',
      });
      expect(
        (await kube.patch<V1ConfigMap>(ref('one'), [{ op: 'remove', path: '/data/k' }])).data,
      ).toEqual({ l: 'w' });
      expect(await kube.delete(ref('one'), { propagationPolicy: 'Background' })).toBe(true);
      expect(await kube.delete(ref('one'), { propagationPolicy: 'Background' })).toBe(false);
      expect(kube.calls).toEqual({ create: 2, get: 2, list: 1, patch: 2, delete: 2 });
    });
  });

  test('a list longer than a page is read whole', async () => {
    await on({}, async (kube) => {
      await Promise.all(
        Array.from({ length: 620 }, (_, i) => kube.create(namespace, configMap(`c${i}`))),
      );
      const { items } = await kube.list({ kind: kinds.configMap, namespace, labelSelector: 'a=b' });
      expect(items).toHaveLength(620);
      expect(kube.calls['list']).toBe(2);
    });
  });
});

test('a watch that nobody wants any more before it begins ends at once', async () => {
  await on({}, async (kube) => {
    const query = { kind: kinds.configMap, namespace, resourceVersion: '1' };
    const watching = kube.watch(query, () => {}, AbortSignal.abort(new Error('not wanted')));
    await expect(watching).rejects.toMatchObject({ cause: { message: 'not wanted' } });
  });
});

describe('what the API server refuses', () => {
  test('is told with its own reason and message', async () => {
    await on({}, async (kube) => {
      await kube.create(namespace, configMap('one'));
      expect(await textOf(kube.create(namespace, configMap('one')))).toMatchInlineSnapshot(`
        "✖ SSC_KUBE_REFUSED  the API server refused to create ConfigMap default/one: AlreadyExists   (definite: nothing was changed)
          Answered    configmaps "one" already exists"
      `);
      expect(
        await textOf(kube.create(namespace, { ...configMap('two'), dta: {} } as V1ConfigMap)),
      ).toContain(
        'SSC_KUBE_REFUSED  the API server refused to create ConfigMap default/two: BadRequest   (definite: nothing was changed)\n  Answered    ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"',
      );
      expect(
        await textOf(
          kube.delete(ref('one'), { propagationPolicy: 'Background', resourceVersion: '1' }),
        ),
      ).toContain('refused to delete ConfigMap default/one: Conflict');
      expect(await textOf(kube.log({ namespace, pod: 'none', container: 'c' }))).toContain(
        'SSC_KUBE_REFUSED  the API server refused to give the log of c in Pod default/none: NotFound',
      );
    });
  });
});

describe('what goes wrong on the way', () => {
  test('429 is waited out as long as the server says', async () => {
    const faults = {
      api: [
        { fault: { kind: 'status', code: 429, retryAfterSeconds: 7 }, verb: 'create', times: 2 },
      ],
    } as const;
    await on({ faults }, async (kube, seconds) => {
      expect((await kube.create(namespace, configMap('one'))).metadata?.name).toBe('one');
      expect(Math.round(seconds())).toBe(14);
      expect(kube.calls['create']).toBe(3);
    });
  });

  test('a server that asks for an hour is asked again sooner, and then believed', async () => {
    const fault = { kind: 'status', code: 503, retryAfterSeconds: 3600 } as const;
    await on({ faults: { api: [{ fault }] } }, async (kube, seconds) => {
      expect(await textOf(kube.read(ref('one')))).toContain(
        'SSC_KUBE_REFUSED  the API server refused to get ConfigMap default/one: ServiceUnavailable',
      );
      expect(Math.round(seconds())).toBe(150);
    });
  });

  test('rights that were there before are waited for: a server that starts again has not read its roles', async () => {
    await on({}, async (kube, seconds, cluster) => {
      await kube.create(namespace, configMap('one'));
      const fault = { kind: 'status', code: 403 } as const;
      cluster.faults.api({ fault, verb: 'create', times: 2 });
      const start = seconds();
      expect((await kube.create(namespace, configMap('two'))).metadata?.name).toBe('two');
      expect(kube.calls['create']).toBe(4);
      expect(seconds()).toBeGreaterThan(start);
    });
  });

  test('rights that never were there, or do not come back, are told as lacking', async () => {
    await on({}, async (kube, _seconds, cluster) => {
      await kube.read(ref('one'));
      cluster.faults.api({ fault: { kind: 'status', code: 403 } });
      expect(await textOf(kube.create(namespace, configMap('one')))).toMatchInlineSnapshot(`
        "✖ SSC_KUBE_REFUSED  the API server refused to create ConfigMap default/one: Forbidden   (definite: nothing was changed)
          Answered    User "system:serviceaccount:default:ssc" cannot do this: a fault took its rights away
          ssc doctor says which permissions are missing, and ssc render rbac prints the Role that has them."
      `);
      expect(await textOf(kube.read(ref('one')))).toMatchInlineSnapshot(`
        "✖ SSC_KUBE_REFUSED  the API server refused to get ConfigMap default/one: Forbidden   (definite: nothing was changed)
          Answered    User "system:serviceaccount:default:ssc" cannot do this: a fault took its rights away
          ssc doctor says which permissions are missing, and ssc render rbac prints the Role that has them."
      `);
      expect(kube.calls).toEqual({ create: 1, get: 7 });
    });
  });

  test('500 and cut connections are tried again for what can be done twice', async () => {
    const faults = {
      api: [
        { fault: { kind: 'status', code: 500 }, verb: 'get', times: 2 },
        { fault: { kind: 'reset', when: 'before' }, verb: 'list', times: 1 },
        { fault: { kind: 'reset', when: 'after' }, verb: 'delete', times: 1 },
      ],
    } as const;
    await on({ faults }, async (kube) => {
      await kube.create(namespace, configMap('one'));
      expect((await kube.read(ref('one')))?.metadata?.name).toBe('one');
      expect(
        (await kube.list({ kind: kinds.configMap, namespace, labelSelector: 'a=b' })).items,
      ).toHaveLength(1);
      // The first delete took effect and its answer was lost: the second finds nothing, which is as good.
      expect(await kube.delete(ref('one'), { propagationPolicy: 'Background' })).toBe(false);
    });
  });

  test('a create whose answer was lost is recognised as ours by its owner, and only then', async () => {
    const owned = (name: string, uid: string) =>
      configMap(name, {
        metadata: {
          name,
          ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'anchor', uid }],
        },
      });
    const reset = { kind: 'reset', when: 'after' } as const;
    // Call 1 makes the anchor, call 2 is the create in question.
    await on({ faults: { api: [{ fault: reset, call: 2 }] } }, async (kube) => {
      const anchor = (await kube.create(namespace, configMap('anchor'))).metadata?.uid ?? '';
      expect((await kube.create(namespace, owned('one', anchor))).metadata?.name).toBe('one');
      expect(kube.calls).toMatchObject({ create: 3, get: 1 });
      expect(await textOf(kube.create(namespace, owned('one', anchor)))).toContain('AlreadyExists');
    });
    await on({ faults: { api: [{ fault: reset, call: 1 }] } }, async (kube) => {
      expect(await textOf(kube.create(namespace, configMap('one')))).toContain('AlreadyExists');
    });
  });

  test('a collision with another writer is tried again where nothing depends on what it wrote', async () => {
    const conflict = { kind: 'status', code: 409 } as const;
    const faults = {
      api: [
        { fault: conflict, verb: 'create', times: 1 },
        { fault: conflict, verb: 'patch', times: 2 },
      ],
    };
    await on({ faults }, async (kube) => {
      const { metadata } = await kube.create(namespace, configMap('one'));
      expect((await kube.patch<V1ConfigMap>(ref('one'), { data: { l: 'w' } })).data).toEqual({
        k: 'v',
        l: 'w',
      });
      const { resourceVersion = '' } = metadata ?? {};
      // A condition of ours that no longer holds is the answer.
      const calls = kube.calls['patch'];
      expect(await textOf(kube.patch(ref('one'), { metadata: { resourceVersion } }))).toContain(
        'refused to patch ConfigMap default/one: Conflict',
      );
      expect(kube.calls['patch']).toBe((calls ?? 0) + 1);
      const options = { propagationPolicy: 'Background', resourceVersion } as const;
      expect(await textOf(kube.delete(ref('one'), options))).toContain('Conflict');
      expect(kube.calls['delete']).toBe(1);
    });
  });

  test('a JSON patch is not sent twice', async () => {
    const faults = {
      api: [{ fault: { kind: 'reset', when: 'after' }, verb: 'patch', times: 1 }],
    } as const;
    await on({ faults }, async (kube) => {
      await kube.create(namespace, configMap('one'));
      expect(
        await textOf(kube.patch(ref('one'), [{ op: 'add', path: '/data/x', value: 'y' }])),
      ).toMatchInlineSnapshot(`
        "✖ SSC_KUBE_UNREACHABLE  the API server gave no reply to patch ConfigMap default/one   (indefinite: it may have happened)
          Server    http://kube.invalid
          because  read ECONNRESET"
      `);
      expect((await kube.read<V1ConfigMap>(ref('one')))?.data).toEqual({ k: 'v', x: 'y' });
    });
  });

  test('a server that is silent, or always busy, is given up by name', async () => {
    await on(
      { faults: { api: [{ fault: { kind: 'silence', when: 'before' } }] } },
      async (kube, seconds) => {
        expect(await textOf(kube.read(ref('one')))).toMatchInlineSnapshot(`
        "✖ SSC_KUBE_UNREACHABLE  the API server gave no reply to get ConfigMap default/one
          Server    http://kube.invalid
          because  no reply within 30s"
      `);
        expect(Math.round(seconds())).toBeGreaterThan(180);
      },
    );
    await on(
      { faults: { api: [{ fault: { kind: 'status', code: 503, retryAfterSeconds: 1 } }] } },
      async (kube) => {
        expect(await textOf(kube.create(namespace, configMap('one')))).toContain(
          'SSC_KUBE_REFUSED  the API server refused to create ConfigMap default/one: ServiceUnavailable',
        );
      },
    );
  });

  test('an answer that is no Status is quoted', async () => {
    const clock = createVirtualClock({ start: 0 });
    const agent = new MockAgent();
    agent.disableNetConnect();
    agent
      .get('http://proxy.test')
      .intercept({ path: /.*/u })
      .reply(403, '<html>Log in first</html>');
    const random = createRandom('1');
    const kube = createKubeApi({
      access: { dispatcher: agent, baseUrl: 'http://proxy.test' },
      clock,
      random,
      budget: createBudget(clock),
    });
    const error = await kube.read(ref('one')).catch((e: SscError) => e);
    expect(renderError(error)).toMatchInlineSnapshot(`
      "✖ SSC_KUBE_REFUSED  the API server refused to get ConfigMap default/one: HTTP 403   (definite: nothing was changed)
        Answered    <html>Log in first</html>"
    `);
  });
});
