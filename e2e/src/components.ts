import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';

/** A part of a cluster that runs on this machine. */
export type Component = 'kubelet' | 'kube-apiserver';

/** The processes of a component of the cluster whose kubeconfig this is; none where the cluster runs elsewhere. */
export function processesOf(component: Component, kubeconfig: string): readonly number[] {
  const state = dirname(kubeconfig);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((pid) => {
      const [, command, ...flags] = argvOf(pid);
      return command === component && flags.some((flag) => flag.includes(`=${state}/`));
    });
}

/** Sends a signal to a component; tells how many processes got it. */
export function signalTo(
  component: Component,
  kubeconfig: string,
  signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL',
): number {
  const pids = processesOf(component, kubeconfig);
  for (const pid of pids) process.kill(pid, signal);
  return pids.length;
}

function argvOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
