import type { V1ConfigMap } from '@kubernetes/client-node';
import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/index.ts';
import { createReflector } from '../../src/kube/reflector.ts';
import { createLocalCluster } from './local-cluster.ts';

const namespace = 'default';
const query = { kind: kinds.configMap, namespace, labelSelector: 'a=b' };
const configMap = (name: string, value = 'v'): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { a: 'b' } },
  data: { k: value },
});

/** A cluster with a reflector that has listed once. */
async function watching(
  options: Parameters<typeof createLocalCluster>[0],
  act: (
    world: ReturnType<typeof createLocalCluster> & {
      readonly reflector: ReturnType<typeof createReflector<V1ConfigMap>>;
      readonly names: () => string;
    },
  ) => Promise<void>,
): Promise<void> {
  const world = createLocalCluster(options);
  await world.clock.run(async () => {
    await world.kube.create(namespace, configMap('first'));
    const reflector = createReflector<V1ConfigMap>(world.kube, world.clock, query);
    await reflector.ready;
    await world.clock.sleep(100); // the watch is on its way
    const names = () =>
      [...reflector.items].map(([name, item]) => `${name}=${item.data?.['k']}`).join(' ');
    await act({ ...world, reflector, names });
    reflector.stop();
  });
}

describe('a reflector', () => {
  test('lists once and then hears of each change', async () => {
    await watching({}, async ({ kube, clock, names, reflector }) => {
      let changes = 0;
      const forget = reflector.onChange(() => {
        changes += 1;
      });
      await kube.create(namespace, configMap('second'));
      await kube.create(namespace, { ...configMap('other'), metadata: { name: 'other' } });
      await kube.patch({ kind: kinds.configMap, namespace, name: 'first' }, { data: { k: 'w' } });
      await clock.sleep(1000);
      expect(names()).toBe('first=w second=v');
      await kube.delete(
        { kind: kinds.configMap, namespace, name: 'first' },
        { propagationPolicy: 'Background' },
      );
      await clock.sleep(1000);
      expect(names()).toBe('second=v');
      expect(changes).toBe(3);
      forget();
      expect(kube.calls).toMatchObject({ list: 1, watch: 1 });
    });
  });

  test('goes on from where it was after a watch was cut', async () => {
    await watching({}, async ({ kube, clock, cluster, names }) => {
      cluster.faults.dropWatches();
      await kube.create(namespace, configMap('second'));
      await clock.sleep(5000);
      expect(names()).toBe('first=v second=v');
      expect(kube.calls).toMatchObject({ list: 1, watch: 2 });
    });
  });

  test('lists anew when its version is too old (410)', async () => {
    await watching({ historyLimit: 5 }, async ({ kube, clock, cluster, names, reflector }) => {
      cluster.faults.api({ fault: { kind: 'reset', when: 'before' }, verb: 'watch', times: 2 });
      cluster.faults.dropWatches();
      for (let i = 0; i < 10; i++) await kube.create(namespace, configMap(`c${i}`));
      await kube.delete(
        { kind: kinds.configMap, namespace, name: 'first' },
        { propagationPolicy: 'Background' },
      );
      await clock.sleep(30_000);
      expect(names()).toBe(Array.from({ length: 10 }, (_, i) => `c${i}=v`).join(' '));
      expect(kube.calls['list']).toBeGreaterThanOrEqual(2);
      expect(reflector.trouble).toBeUndefined();
    });
  });

  test('notices a watch that died in silence', async () => {
    await watching({}, async ({ kube, clock, cluster, names }) => {
      cluster.faults.api({ fault: { kind: 'silence', when: 'before' }, verb: 'watch', times: 1 });
      cluster.faults.dropWatches();
      await clock.sleep(1000);
      await kube.create(namespace, configMap('second'));
      await clock.sleep(60_000);
      expect(names()).toBe('first=v');
      await clock.sleep(120_000);
      expect(names()).toBe('first=v second=v');
    });
  });

  test('asks again at once when somebody must know, unless something was heard lately', async () => {
    await watching({}, async ({ kube, clock, cluster, names, reflector }) => {
      cluster.faults.api({ fault: { kind: 'silence', when: 'before' }, verb: 'watch', times: 1 });
      cluster.faults.dropWatches();
      await clock.sleep(1000);
      await kube.create(namespace, configMap('second'));
      await clock.sleep(25_000);
      expect(names()).toBe('first=v');
      await reflector.refresh();
      expect(names()).toBe('first=v second=v');
      const lists = kube.calls['list'];
      await reflector.refresh();
      expect(kube.calls['list']).toBe(lists);
    });
  });

  test('lists anew now and then, however well the watch seems to do', async () => {
    await watching({}, async ({ kube, clock }) => {
      const before = kube.calls['list'] ?? 0;
      await clock.sleep(3_600_000);
      expect((kube.calls['list'] ?? 0) - before).toBe(5);
    });
  });

  test('survives a restart of the API server', async () => {
    await watching({}, async ({ kube, clock, cluster, names }) => {
      cluster.faults.api({ fault: { kind: 'reset', when: 'before' } });
      cluster.faults.dropWatches();
      await clock.sleep(120_000);
      cluster.faults.clearApi();
      await kube.create(namespace, configMap('second'));
      await clock.sleep(40_000);
      expect(names()).toBe('first=v second=v');
    });
  });

  test('tells its trouble while the server refuses, and recovers', async () => {
    await watching({}, async ({ clock, cluster, reflector }) => {
      cluster.faults.api({ fault: { kind: 'status', code: 500 } });
      cluster.faults.dropWatches();
      await clock.sleep(5000);
      expect(renderError(reflector.trouble)).toContain(
        'SSC_KUBE_REFUSED  the API server refused to watch configmaps of default',
      );
      cluster.faults.clearApi();
      await clock.sleep(60_000);
      expect(reflector.trouble).toBeUndefined();
    });
  });

  test('a first list that is refused rejects `ready`', async () => {
    const { clock, kube } = createLocalCluster();
    await clock.run(async () => {
      const reflector = createReflector(kube, clock, { ...query, labelSelector: '=?=' });
      await expect(reflector.ready).rejects.toThrow(
        'the API server refused to list configmaps of default: BadRequest',
      );
    });
  });
});
