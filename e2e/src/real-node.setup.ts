import type { TestProject } from 'vitest/node';
import { openTestCluster, toProvided } from './cluster.ts';

/** Starts a cluster with a machine that runs containers. Without any, this command has nothing to do and says so. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const cluster = await openTestCluster({ runsContainers: true });
  if ('reason' in cluster) throw new Error(`no cluster: ${cluster.reason}`);
  provide('cluster', toProvided(cluster));
  return () => cluster.close();
}
