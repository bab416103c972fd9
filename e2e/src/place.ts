import { inject } from 'vitest';
import './provided.ts';
import type { TestEntry } from './cluster.ts';
import type { TestImages } from './images.ts';

/** The cluster of a test run that needs pods which run. */
export function placeOf(): {
  readonly kubeconfig: string;
  readonly kubectl: string;
  readonly images: TestImages;
  readonly entry: TestEntry | undefined;
} {
  const cluster = inject('cluster');
  if ('reason' in cluster) throw new Error(`no cluster: ${cluster.reason}`);
  if (cluster.images === undefined)
    throw new Error('SSC_E2E_IMAGE names no image of stellar-core for the cluster');
  const { kubeconfig, kubectl, images, entry } = cluster;
  return { kubeconfig, kubectl, images, entry };
}
