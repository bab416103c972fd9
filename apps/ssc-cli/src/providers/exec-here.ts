import type { ExecInPod } from '@ssc/formation';
import type { KubeLocal } from '@ssc/kube-local';

/** Runs programs in the pods of a cluster in this process. */
export const execHere =
  (cluster: KubeLocal, namespace: string): ExecInPod =>
  async ({ pod, container, command }) => {
    const { code, stdout, stderr } = await cluster.exec(namespace, pod, container, command);
    if (code === 0) return Buffer.from(stdout);
    const why = stderr.trim() || `it ended with exit code ${code}`;
    throw new Error(`${command[0]} in container ${container} of pod ${pod}: ${why}`);
  };
