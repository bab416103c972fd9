import { SscError } from '@ssc/errors';
import { identifyProcess, signalProcess } from '@ssc/host';
import type { Host } from '../host.ts';
import { cleanNativeRun, listNativeRuns, type NativeRun } from './site.ts';

// Nodes get ten seconds to stop, and the driver some to hear of it.
const goneWithinMs = 20_000;
// The system ends at once what is killed, unless it waits for a device.
const killedWithinMs = 10_000;

/** Ends a run on this machine: its driver cleans up, and what it does not in time is done here. */
export async function endNativeRun(
  { run, driver }: NativeRun,
  { clock }: Pick<Host, 'clock'>,
): Promise<void> {
  const isThere = (): boolean => identifyProcess(driver.pid) === driver.identity;
  const endsWithin = async (ms: number): Promise<boolean> => {
    const until = clock.now() + ms;
    while (isThere() && clock.now() < until) await clock.sleep(50);
    return !isThere();
  };
  signalProcess(driver, 'SIGTERM');
  if (!(await endsWithin(goneWithinMs))) {
    signalProcess(driver, 'SIGKILL');
    if (!(await endsWithin(killedWithinMs))) throw notEnded(run, driver.pid);
  }
  const left = listNativeRuns().find((one) => one.run === run);
  if (left !== undefined) await cleanNativeRun(left, clock);
}

const notEnded = (run: string, pid: number): SscError =>
  new SscError({
    problem: { code: 'SSC_DRIVER_NOT_ENDED' },
    verdict: 'broken',
    summary: `process ${pid}, the driver of ${run}, was killed and does not end`,
    hint: `The system keeps it, for a device or another reason: ps -o stat,wchan -p ${pid}. Once it is gone: ssc clean ${run}.`,
  });
