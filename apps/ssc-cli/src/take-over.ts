import { formatDuration } from '@ssc/clock';
import { type SscError, usageError } from '@ssc/errors';
import {
  type FoundRun,
  type NetworkRequest,
  planHash,
  planNetwork,
  type TakenRun,
  takeRun,
} from '@ssc/formation';
import manifest from '../package.json' with { type: 'json' };
import type { Host } from './host.ts';
import type { Provider } from './provider.ts';

/** What a run is taken over with. */
export interface TakeOverOptions {
  readonly found: FoundRun;
  /** What this driver would make of what the run was asked for. */
  readonly request: NetworkRequest;
  readonly provider: Provider;
  readonly host: Host;
  /** Aborted by signals, and by `end`. */
  readonly signal: AbortSignal;
  /** Ends the run when another driver takes it. */
  readonly end: (reason: SscError) => void;
}

/**
 * Takes the run of a driver that died over, and waits until that driver has certainly stopped. A run that this version would
 * plan otherwise is refused before anything is changed.
 */
export async function takeOver(options: TakeOverOptions): Promise<TakenRun> {
  const { found, request, provider, host, signal, end } = options;
  const { run } = found;
  const isEmpty = Object.keys(request.sets).length === 0;
  const plan = isEmpty ? '' : planHash(planNetwork(request).plan);
  if (plan !== found.plan) throw otherPlan(found);
  const { kube, clock, namespace, random } = provider;
  const driver = `${host.who} ${Buffer.from(random.fork('driver').bytes(4)).toString('hex')}`;
  if (found.state === 'abandoned')
    host.err(
      `taking ${run} over from ${found.holder}, last heard of ${formatDuration(host.clock.now() - Date.parse(found.heardAt))} ago; it goes on in two minutes, when that driver has certainly stopped\n`,
    );
  return takeRun({ kube, clock, run, namespace, driver, onEnd: end, signal });
}

const otherPlan = ({ run, version }: FoundRun): SscError =>
  usageError(
    'SSC_ATTACH_VERSION',
    `run ${run} was planned by ssc ${version}, and this ssc ${manifest.version} would plan it otherwise; nothing was changed`,
    {
      hint: 'Attach with the version that started it, or remove it: ssc clean.',
    },
  );
