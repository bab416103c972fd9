import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createHostFiles } from '@ssc/host';
import type { MakeVolume } from '@ssc/kube-local';
import type { PostgresTools } from './postgres.ts';
import type { Site } from './site.ts';

/** Volumes as folders of this machine; an emptyDir begins empty for every pod. */
export const createFolderVolumes =
  (site: () => Site, postgres: () => PostgresTools | undefined): MakeVolume =>
  ({ pod, name, kind }) => {
    const folder = site().volume(pod, name);
    const owner = postgres()?.owner;
    if (kind !== 'claim') rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // What another user needs is that user's, and the way to it is open.
    if (owner !== undefined && name === 'postgres-secret') chownSync(folder, owner.uid, owner.gid);
    if (owner !== undefined) chmodSync(dirname(folder), 0o711);
    if (owner !== undefined && name === 'data') {
      chmodSync(folder, 0o711);
      const own = join(folder, 'postgres');
      mkdirSync(own, { recursive: true, mode: 0o700 });
      chownSync(own, owner.uid, owner.gid);
    }
    return createHostFiles(folder);
  };
