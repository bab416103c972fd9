import { usageError } from '@ssc/errors';
import { identifyProcess, signalProcess } from '@ssc/host';
import { parseRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import { cleanNativeRun, listNativeRuns, type NativeRun } from '../native/site.ts';
import type { Input } from '../options/read-input.ts';
import { upMission } from './up.ts';

// Nodes get ten seconds to stop, and the driver some to hear of it.
const goneWithinMs = 20_000;

/** Ends networks that `ssc up` started: those named, or all. */
export async function down({ args }: Input, host: Host): Promise<number> {
  const names = args.map(parseRunName);
  const all = listNativeRuns().filter((one) => one.mission === upMission);
  const missing = names.filter((name) => all.every((one) => one.run !== name));
  if (missing.length > 0)
    throw usageError('SSC_USAGE_NO_RUN', `no network of that name is up: ${missing.join(', ')}`, {
      facts: [['Up', all.map((one) => one.run).join(', ') || 'none']],
    });
  const chosen = names.length === 0 ? all : all.filter((one) => names.includes(one.run));
  if (chosen.length === 0) host.out('no network is up\n');
  await Promise.all(chosen.map((one) => end(one, host)));
  return 0;
}

async function end(one: NativeRun, host: Host): Promise<void> {
  const { clock } = host;
  signalProcess(one.driver, 'SIGTERM');
  const until = clock.now() + goneWithinMs;
  const isThere = (): boolean => identifyProcess(one.driver.pid) === one.driver.identity;
  while (isThere() && clock.now() < until) await clock.sleep(50);
  if (isThere()) signalProcess(one.driver, 'SIGKILL');
  while (isThere()) await clock.sleep(50);
  const left = listNativeRuns().find(({ run }) => run === one.run);
  if (left !== undefined) await cleanNativeRun(left, clock);
  host.out(`${one.run} is down\n`);
}
