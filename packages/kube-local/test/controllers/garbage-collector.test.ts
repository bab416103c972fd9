import { expect, test } from 'vitest';
import { type Fields, inCluster, isGone, ns, type TestCluster } from '../in-cluster.ts';

/** Makes a ConfigMap that some others own. */
async function make(
  { post }: TestCluster,
  name: string,
  owners: readonly Fields[] = [],
  more: object = {},
): Promise<Fields> {
  const ownerReferences = owners.map(({ metadata }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: metadata.name,
    uid: metadata.uid,
    ...more,
  }));
  return post(`${ns}/configmaps`, { metadata: { name, ownerReferences } });
}
const at = (name: string): string => `${ns}/configmaps/${name}`;
const ownerNames = (object: Fields): string[] =>
  (object.metadata.ownerReferences ?? []).map((owner: Fields) => owner.name);

test('what nobody holds any more goes, and what another owner holds forgets the one that went', async () => {
  await inCluster(async (cluster) => {
    const { call, get, until } = cluster;
    const [a, b] = [await make(cluster, 'a'), await make(cluster, 'b')];
    await make(cluster, 'of-a', [a]);
    await make(cluster, 'of-both', [a, b]);
    await call('DELETE', at('a'));
    await until(at('of-a'), isGone, 5);
    await until(at('of-both'), (object) => ownerNames(object).join() === 'b', 5);
    await call('DELETE', at('b'));
    await until(at('of-both'), isGone, 5);
    expect((await get(`${ns}/configmaps`)).items).toHaveLength(1);
  });
});

test('an owner that never was holds nothing, nor does one of another name or kind than the reference says', async () => {
  await inCluster(async (cluster) => {
    const a = await make(cluster, 'a');
    const { metadata } = a;
    await make(cluster, 'b', [{ metadata: { name: 'a', uid: 'none' } }]);
    await make(cluster, 'c', [{ metadata: { ...metadata, name: 'other' } }]);
    await make(cluster, 'd', [a], { kind: 'Secret' });
    for (const name of ['b', 'c', 'd']) await cluster.until(at(name), isGone, 5);
  });
});

test('in the foreground an owner goes last, after those that block it, down the whole tree', async () => {
  await inCluster(async (cluster) => {
    const { call, get, until, clock } = cluster;
    const block = { blockOwnerDeletion: true };
    const a = await make(cluster, 'a');
    const b = await make(cluster, 'b', [a], block);
    await make(cluster, 'c', [b], block);
    // Held by a finalizer that nobody removes so far.
    const held = { op: 'add', path: '/metadata/finalizers', value: ['test/held'] };
    await call('PATCH', at('c'), [held], 'application/json-patch+json');
    await call('DELETE', at('a'), { propagationPolicy: 'Foreground' });
    await clock.sleep(10_000);
    expect((await get(at('a'))).metadata.finalizers).toEqual(['foregroundDeletion']);
    expect((await get(at('b'))).metadata.finalizers).toEqual(['foregroundDeletion']);
    const free = { op: 'remove', path: '/metadata/finalizers' };
    await call('PATCH', at('c'), [free], 'application/json-patch+json');
    for (const name of ['c', 'b', 'a']) await until(at(name), isGone, 5);
  });
});

test('dependents that do not block go too, and nobody waits for them', async () => {
  await inCluster(async (cluster) => {
    const a = await make(cluster, 'a');
    await make(cluster, 'b', [a]);
    await cluster.call('DELETE', at('a'), { propagationPolicy: 'Foreground' });
    for (const name of ['a', 'b']) await cluster.until(at(name), isGone, 5);
  });
});

test('orphans stay, without the owner that went', async () => {
  await inCluster(async (cluster) => {
    const [a, b] = [await make(cluster, 'a'), await make(cluster, 'b')];
    await make(cluster, 'of-a', [a]);
    await make(cluster, 'of-both', [a, b]);
    await cluster.call('DELETE', at('a'), { propagationPolicy: 'Orphan' });
    await cluster.until(at('a'), isGone, 5);
    await cluster.clock.sleep(10_000);
    expect(ownerNames(await cluster.get(at('of-a')))).toEqual([]);
    expect(ownerNames(await cluster.get(at('of-both')))).toEqual(['b']);
  });
});
