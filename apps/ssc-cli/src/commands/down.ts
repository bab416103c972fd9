import { usageError } from '@ssc/errors';
import { parseRunName } from '@ssc/kube-specs';
import type { Host } from '../host.ts';
import { endNativeRun } from '../native/end-run.ts';
import { listNativeRuns } from '../native/site.ts';
import type { Input } from '../options/input.ts';
import { upMission } from './up.ts';

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
  await Promise.all(
    chosen.map(async (one) => {
      await endNativeRun(one, host);
      host.out(`${one.run} is down\n`);
    }),
  );
  return 0;
}
