import { createVolume, type Files, type Mount, resolvePath } from '@ssc/process';
import { kinds } from '../api/kinds.ts';
import { toUnits } from '../api/quantity.ts';
import type { Store } from '../api/store.ts';
import type { Container, Pod, VolumeSource } from '../types/pod.ts';
import { contentOf, MountError } from './volume-content.ts';

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
export const createPodVolumes = (
  store: Store,
  claims: Map<string, Files>,
  hostIp: string,
  makeVolume: MakeVolume,
): PodVolumes => new VolumesOfPod(store, claims, hostIp, makeVolume);

interface Volume {
  readonly files: Files;
  readonly readOnly: boolean;
}

class VolumesOfPod implements PodVolumes {
  readonly #store: Store;
  readonly #claims: Map<string, Files>;
  readonly #hostIp: string;
  readonly #makeVolume: MakeVolume;
  readonly #volumes = new Map<string, Volume>();

  constructor(store: Store, claims: Map<string, Files>, hostIp: string, makeVolume: MakeVolume) {
    this.#store = store;
    this.#claims = claims;
    this.#hostIp = hostIp;
    this.#makeVolume = makeVolume;
  }

  setUp(pod: Pod): void {
    for (const source of pod.spec.volumes ?? []) {
      if (this.#volumes.has(source.name)) continue;
      try {
        this.#volumes.set(source.name, this.#make(pod, source));
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        throw new MountError(
          `MountVolume.SetUp failed for volume "${source.name}" : ${error.message}`,
        );
      }
    }
  }

  dropMemory(pod: Pod): void {
    for (const source of pod.spec.volumes ?? [])
      if (source.emptyDir?.medium === 'Memory') this.#volumes.delete(source.name);
  }

  mountsOf(container: Container): Mount[] {
    return (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly, subPath }) => {
      const volume = this.#volumes.get(name);
      if (volume === undefined) return [];
      return [
        {
          path: mountPath,
          files: volume.files,
          readOnly: volume.readOnly || readOnly === true,
          ...(subPath !== undefined && { subPath }),
        },
      ];
    });
  }

  #make(pod: Pod, source: VolumeSource): Volume {
    const { name, emptyDir, persistentVolumeClaim: claim } = source;
    const asked = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, name };
    if (emptyDir !== undefined) {
      const limit = emptyDir.sizeLimit;
      const sizeLimit = limit === undefined ? {} : { sizeLimit: toUnits(limit) };
      return {
        files: this.#makeVolume({ ...asked, kind: 'empty-dir', ...sizeLimit }),
        readOnly: false,
      };
    }
    if (claim !== undefined)
      return {
        files: this.#claimed(claim.claimName, { ...asked, kind: 'claim' }),
        readOnly: claim.readOnly === true,
      };
    const content = contentOf(this.#store, pod, source, this.#hostIp);
    const files = this.#makeVolume({ ...asked, kind: 'objects' });
    for (const [path, bytes] of Object.entries(content)) {
      files.makeFolder(resolvePath(`${path}/..`));
      files.write(resolvePath(path), bytes);
    }
    return { files, readOnly: true };
  }

  /** The volume of a claim, made when the first pod asks for it. */
  #claimed(name: string, asked: VolumeRequest): Files {
    const found = this.#store.get(kinds.persistentVolumeClaim, asked.namespace, name);
    if (found === undefined) throw new MountError(`persistentvolumeclaim "${name}" not found`);
    const { uid } = found.metadata;
    const volume = this.#claims.get(uid) ?? this.#makeVolume(asked);
    this.#claims.set(uid, volume);
    return volume;
  }
}
