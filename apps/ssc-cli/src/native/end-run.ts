import { identifyProcess, signalProcess } from '@ssc/host';
import type { Host } from '../host.ts';
import { cleanNativeRun, listNativeRuns, type NativeRun } from './site.ts';

// Nodes get ten seconds to stop, and the driver some to hear of it.
const goneWithinMs = 20_000;

/** Ends a run on this machine: its driver cleans up, and what it does not in time is done here. */
export async function endNativeRun(one: NativeRun, { clock }: Pick<Host, 'clock'>): Promise<void> {
  signalProcess(one.driver, 'SIGTERM');
  const until = clock.now() + goneWithinMs;
  const isThere = (): boolean => identifyProcess(one.driver.pid) === one.driver.identity;
  while (isThere() && clock.now() < until) await clock.sleep(50);
  if (isThere()) signalProcess(one.driver, 'SIGKILL');
  while (isThere()) await clock.sleep(50);
  const left = listNativeRuns().find(({ run }) => run === one.run);
  if (left !== undefined) await cleanNativeRun(left, clock);
}
