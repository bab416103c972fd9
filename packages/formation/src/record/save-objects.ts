import type { CoreV1Event } from '@kubernetes/client-node';
import { type Dump, hideSecretData } from '@ssc/data-dump';
import { type CreatedObject, type KubeApi, type KubeObject, kinds } from '../kube/api.ts';
import { oldestFirst } from '../kube/events.ts';

/** Saves an object as it was asked for, and as it is now. */
export function saveObject(
  dump: Dump,
  kube: KubeApi,
  namespace: string,
  { asked, made }: CreatedObject,
): Promise<void>[] {
  const name = made.metadata?.name ?? '';
  const file = `${made.kind ?? 'object'}-${name}.json`.toLowerCase();
  const kind = Object.values(kinds).find((one) => one.kind === made.kind);
  const show = (object: KubeObject | undefined) => object && hideSecretData(object);
  const how = { keepsNodeSeeds: true };
  const items = [
    dump.item(`the manifest ${file}`, () =>
      dump.json(`manifests/applied/${file}`, show(asked), how),
    ),
  ];
  if (kind !== undefined)
    items.push(
      dump.item(`the object ${file}`, async () => {
        const now = show(await kube.read({ kind, namespace, name })) ?? null;
        await dump.json(`manifests/observed/${file}`, now, how);
      }),
    );
  return items;
}

/** Saves what the cluster tells of a run's objects, oldest first, one a line. */
export async function saveEvents(
  dump: Dump,
  kube: KubeApi,
  namespace: string,
  run: string,
): Promise<void> {
  const { items } = await kube.list<CoreV1Event>({ kind: kinds.event, namespace });
  const ours = items.filter(
    ({ involvedObject: { name = '' } }) => name === run || name.startsWith(`${run}-`),
  );
  const lines = oldestFirst(ours).map((event) => `${JSON.stringify(event)}\n`);
  await dump.text('kubernetes-events.jsonl', lines.join(''));
}
