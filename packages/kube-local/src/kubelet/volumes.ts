import { createVolume, type Files, type Mount, resolvePath } from '@ssc/process';
import { kinds } from '../api/kinds.ts';
import { toUnits } from '../api/quantity.ts';
import type { Store } from '../api/store.ts';
import type { ConfigMap, Secret } from '../types/objects.ts';
import type { ConfigMapSource, Container, DownwardFile, Pod, VolumeSource } from '../types/pod.ts';
import { podField, resourceField } from './environment.ts';

/** A volume that cannot be set up yet: shown in the event FailedMount. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

type Content = Record<string, Uint8Array | string>;

/** A volume that a pod is to have. */
export interface VolumeRequest {
  readonly namespace: string;
  readonly pod: string;
  /** The volume's name in the pod. */
  readonly name: string;
  /** An emptyDir, a claim, or the files of objects such as ConfigMaps. */
  readonly kind: 'empty-dir' | 'claim' | 'objects';
  /** Bytes that it may hold, where the pod says. */
  readonly sizeLimit?: number;
}

/** Makes a volume, empty. A claim is asked for once, an emptyDir once for each pod and again when its memory was lost. */
export type MakeVolume = (request: VolumeRequest) => Files;

/** Volumes in memory. */
export const memoryVolume: MakeVolume = ({ sizeLimit }) =>
  createVolume(sizeLimit === undefined ? {} : { sizeLimit });

/** The volumes of one pod, by name. */
export interface PodVolumes {
  /** Makes those that are not there yet. Throws a MountError. */
  setUp(pod: Pod): void;
  /** Loses what does not survive a reboot of the machine: volumes in memory. */
  dropMemory(pod: Pod): void;
  mountsOf(container: Container): Mount[];
}

/** Makes the volumes of a pod; claims are shared by name through `claims`. */
export function createPodVolumes(
  store: Store,
  claims: Map<string, Files>,
  hostIp: string,
  makeVolume: MakeVolume,
): PodVolumes {
  const volumes = new Map<string, { files: Files; readOnly: boolean }>();

  function make(pod: Pod, source: VolumeSource): { files: Files; readOnly: boolean } {
    const { emptyDir, persistentVolumeClaim: claim } = source;
    const asked = {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      name: source.name,
    };
    if (emptyDir !== undefined) {
      const limit = emptyDir.sizeLimit;
      const files = makeVolume({
        ...asked,
        kind: 'empty-dir',
        ...(limit !== undefined && { sizeLimit: toUnits(limit) }),
      });
      return { files, readOnly: false };
    }
    if (claim !== undefined)
      return {
        files: claimed(pod, claim.claimName, () => makeVolume({ ...asked, kind: 'claim' })),
        readOnly: claim.readOnly === true,
      };
    const content = contentOf(store, pod, source, hostIp);
    const files = makeVolume({ ...asked, kind: 'objects' });
    for (const [path, bytes] of Object.entries(content)) {
      files.makeFolder(resolvePath(`${path}/..`));
      files.write(resolvePath(path), bytes);
    }
    return { files, readOnly: true };
  }

  function claimed(pod: Pod, name: string, make: () => Files): Files {
    const found = store.get(kinds.persistentVolumeClaim, pod.metadata.namespace ?? '', name);
    if (found === undefined) throw new MountError(`persistentvolumeclaim "${name}" not found`);
    const volume = claims.get(found.metadata.uid) ?? make();
    claims.set(found.metadata.uid, volume);
    return volume;
  }

  return {
    setUp(pod) {
      for (const source of pod.spec.volumes ?? [])
        if (!volumes.has(source.name)) {
          try {
            volumes.set(source.name, make(pod, source));
          } catch (error) {
            if (!(error instanceof MountError)) throw error;
            throw new MountError(
              `MountVolume.SetUp failed for volume "${source.name}" : ${error.message}`,
            );
          }
        }
    },
    dropMemory(pod) {
      for (const source of pod.spec.volumes ?? [])
        if (source.emptyDir?.medium === 'Memory') volumes.delete(source.name);
    },
    mountsOf: (container) =>
      (container.volumeMounts ?? []).flatMap((mount) => {
        const volume = volumes.get(mount.name);
        if (volume === undefined) return [];
        return [
          {
            path: mount.mountPath,
            files: volume.files,
            readOnly: volume.readOnly || mount.readOnly === true,
            ...(mount.subPath !== undefined && { subPath: mount.subPath }),
          },
        ];
      }),
  };
}

function contentOf(store: Store, pod: Pod, source: VolumeSource, hostIp: string): Content {
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
