import { containerNames, type NodeRef, podName, printShell, saveStateShell } from '@ssc/kube-specs';
import type { NetworkTools } from './network-tools.ts';

/** Copies the tables and buckets of a node within its pod, for sets that start from them. */
export async function copyState(
  node: NodeRef,
  { run, exec }: Pick<NetworkTools, 'run' | 'exec'>,
): Promise<void> {
  run.refuseUnheld();
  if (exec === undefined)
    throw new Error('this cluster was opened without a way to run programs in its pods');
  await exec({
    pod: podName(node),
    container: containerNames.core,
    command: ['/bin/sh', '-c', printShell(saveStateShell())],
  });
}
