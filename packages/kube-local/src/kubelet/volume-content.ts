import { kinds } from '../api/kinds.ts';
import type { Store } from '../api/store.ts';
import type { ConfigMap, Secret } from '../types/objects.ts';
import type { ConfigMapSource, DownwardFile, Pod, VolumeSource } from '../types/pod.ts';
import { podField, resourceField } from './environment.ts';

/** A volume that cannot be set up yet: shown in the event FailedMount. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** Files by path. */
type Content = Record<string, Uint8Array | string>;

/** The files of a volume that is made of objects: ConfigMaps, Secrets, fields of the pod, tokens. Throws a MountError. */
export function contentOf(store: Store, pod: Pod, source: VolumeSource, hostIp: string): Content {
  const { configMap, secret, downwardAPI, projected } = source;
  if (configMap !== undefined) return configMapContent(store, pod, configMap);
  if (secret !== undefined)
    return secretContent(store, pod, { ...secret, name: secret.secretName ?? '' });
  if (downwardAPI !== undefined) return downwardContent(pod, downwardAPI.items ?? [], hostIp);
  const content: Content = {};
  for (const part of projected?.sources ?? []) {
    if (part.configMap !== undefined)
      Object.assign(content, configMapContent(store, pod, part.configMap));
    if (part.secret !== undefined) Object.assign(content, secretContent(store, pod, part.secret));
    if (part.downwardAPI !== undefined)
      Object.assign(content, downwardContent(pod, part.downwardAPI.items ?? [], hostIp));
    if (part.serviceAccountToken !== undefined)
      content[part.serviceAccountToken.path] = `kube-local token of ${pod.metadata.name}`;
  }
  return content;
}

function configMapContent(store: Store, pod: Pod, source: ConfigMapSource): Content {
  const name = source.name ?? '';
  const map = store.get(kinds.configMap, pod.metadata.namespace ?? '', name) as
    | ConfigMap
    | undefined;
  if (map === undefined) {
    if (source.optional === true) return {};
    throw new MountError(`configmap "${name}" not found`);
  }
  const data: Content = { ...map.data };
  for (const [key, text] of Object.entries(map.binaryData ?? {}))
    data[key] = Buffer.from(text, 'base64');
  return chosen(data, source);
}

function secretContent(store: Store, pod: Pod, source: ConfigMapSource): Content {
  const name = source.name ?? '';
  const secret = store.get(kinds.secret, pod.metadata.namespace ?? '', name) as Secret | undefined;
  if (secret === undefined) {
    if (source.optional === true) return {};
    throw new MountError(`secret "${name}" not found`);
  }
  const data: Content = {};
  for (const [key, text] of Object.entries(secret.data ?? {}))
    data[key] = Buffer.from(text, 'base64');
  return chosen(data, source);
}

function chosen(data: Content, source: ConfigMapSource): Content {
  if (source.items === undefined) return data;
  const content: Content = {};
  for (const { key, path } of source.items) {
    const value = data[key];
    if (value !== undefined) content[path] = value;
    else if (source.optional !== true)
      throw new MountError(`references non-existent config key: ${key}`);
  }
  return content;
}

const downwardContent = (pod: Pod, items: readonly DownwardFile[], hostIp: string): Content =>
  Object.fromEntries(
    items.map((item) => [
      item.path,
      item.fieldRef === undefined
        ? resourceField(pod, undefined, item.resourceFieldRef ?? { resource: '' })
        : podField(pod, item.fieldRef.fieldPath, hostIp),
    ]),
  );
