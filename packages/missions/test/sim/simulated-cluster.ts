import { createStellarCore, olderRelease, type StellarCoreOptions } from '@ssc/core-sim';
import type { FormationOptions } from '@ssc/formation';
import {
  createBasePrograms,
  createPostgresPrograms,
  type ImagePrograms,
  type KubeLocal,
} from '@ssc/kube-local';
import type { Program } from '@ssc/process';

/** The images of runs on simulated nodes, by the names that {@link imagesOf} gives programs to. */
export const imageNames = { core: 'core-sim', old: 'old-core-sim', history: 'nginx' } as const;

/** The programs of the images; `core` makes the stellar-core of a release. */
export function imagesOf(
  core: (release: StellarCoreOptions) => Program = createStellarCore,
): ImagePrograms[] {
  const base = createBasePrograms();
  return [
    { pattern: imageNames.core, programs: { ...base, 'stellar-core': core({}) } },
    { pattern: imageNames.old, programs: { ...base, 'stellar-core': core(olderRelease) } },
    { pattern: imageNames.history, programs: base },
    { pattern: 'postgres:*', programs: { ...base, ...createPostgresPrograms() } },
  ];
}

/** Runs programs in pods of the cluster; `after` is called when one has ended. */
export const execIn =
  (cluster: KubeLocal, after?: () => Promise<void>): NonNullable<FormationOptions['exec']> =>
  async ({ pod, container, command }) => {
    const { code, stdout, stderr } = await cluster.exec('default', pod, container, command);
    await after?.();
    if (code !== 0) throw new Error(stderr.trim());
    return Buffer.from(stdout);
  };
