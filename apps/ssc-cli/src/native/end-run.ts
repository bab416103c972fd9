import { endProcesses } from '@ssc/host';
import type { Host } from '../host.ts';
import { cleanNativeRun, findNativeRun, type NativeRun, notEnded } from './site.ts';

// Nodes get ten seconds to stop, and the driver some to hear of it.
const goneWithinMs = 20_000;

/** Ends a run on this machine: its driver cleans up, and what it does not in time is done here. */
export async function endNativeRun(
  { run, driver }: NativeRun,
  { clock }: Pick<Host, 'clock'>,
  end = endProcesses,
): Promise<void> {
  let left = await end(clock, [driver], goneWithinMs);
  const found = findNativeRun(run);
  if (left.length === 0 && found !== undefined) left = await cleanNativeRun(found, clock, end);
  if (left.length > 0) throw notEnded(run, left);
}
