import type { NodeSettings } from '../config/node-settings.ts';
import { Archive } from '../history/archive.ts';
import { type ArchiveState, statePath, wellKnownPath } from '../history/archive-state.ts';
import { checkpointOf, hexOf } from '../history/checkpoint.ts';
import type { HeaderEntry } from '../history/records.ts';
import { ArchiveFiles } from './archive-files.ts';
import { assumeState } from './assume-state.ts';
import { CatchupFailure } from './catchup-failure.ts';
import type { CatchupHost, CatchupJob, CatchupTarget } from './catchup-job.ts';
import { catchupRange } from './catchup-range.ts';
import { proveHeaders } from './prove-headers.ts';
import { replayLedgers } from './replay-ledgers.ts';

/** How it ended: `hopeless` when no later try can succeed. */
export type CatchupOutcome = 'done' | 'failed' | 'hopeless';

/** The work of a catchup and the messages of the network share one thread: each step waits so long for its turn. */
const turnMs = 200;

/** Those that it does not write itself, where there are any (stellar-core: HistoryArchiveManager.cpp). */
function readableArchives(
  all: NodeSettings['archives'],
  wanted: string | undefined,
): NodeSettings['archives'] {
  const readable = all.filter(({ name, get }) => get !== undefined && (wanted ?? name) === name);
  const foreign = readable.filter(({ put }) => put === undefined);
  return foreign.length > 0 ? foreign : readable;
}

/** Brings the node to a ledger by what archives hold (stellar-core: src/catchup/CatchupWork.cpp). */
export async function catchUp(host: CatchupHost, target: CatchupTarget): Promise<CatchupOutcome> {
  const { self, log, metrics, settings } = host;
  let name = String(target.to ?? 'CURRENT');
  let steps: readonly string[] = [];
  const tell = (status: string): void => host.tell(`Catching up to ledger ${name}: ${status}`);
  const archives = readableArchives(settings.archives, target.archive).map(
    (archive) => new Archive(archive, self, log),
  );
  const files = new ArchiveFiles({
    self,
    log,
    metrics,
    archives,
    folder: `${settings.bucketFolder}/tmp/catchup-${hexOf(self.random.int(2 ** 32))}`,
  });
  const begin = async (...next: readonly string[]): Promise<void> => {
    steps = next;
    await (host.hangs ? new Promise<never>(() => {}) : self.clock.sleep(turnMs));
  };
  try {
    if (archives.length === 0)
      throw new CatchupFailure(['No GET-enabled history archive in config']);
    await run({ host, target, files, tell, begin }, (to) => {
      name = String(to);
    });
    log('History', 'INFO', 'Catchup finished');
    return 'done';
  } catch (error) {
    if (!(error instanceof CatchupFailure)) throw error;
    for (const line of error.lines) log('History', 'ERROR', line);
    for (const step of steps) tell(`Failed: ${step}`);
    log('History', 'WARNING', 'Catchup failed');
    return error.isFatal ? 'hopeless' : 'failed';
  } finally {
    files.clear();
  }
}

async function run(job: CatchupJob, resolved: (to: number) => void): Promise<void> {
  const { host, target } = job;
  const { log, settings } = host;
  const every = settings.checkpointFrequency;
  const lastClosed = host.lastClosed();
  const count = target.count === Number.POSITIVE_INFINITY ? 2 ** 32 - 1 : target.count;
  log(
    'History',
    'INFO',
    `Starting catchup with configuration:\n  lastClosedLedger: ${lastClosed.seq}\n  toLedger: ${target.to ?? 'CURRENT'}\n  count: ${count}`,
  );
  const state = await stateOf(
    job,
    target.to === undefined ? undefined : checkpointOf(target.to, every),
  );
  const last = target.to ?? state.currentLedger;
  resolved(last);
  if (last <= lastClosed.seq) refuse(host, last, lastClosed.seq);
  const range = catchupRange(lastClosed.seq, last, target.count, every);
  const ofBuckets =
    range.buckets === undefined || range.buckets === state.currentLedger
      ? state
      : await stateOf(job, range.buckets);
  const headers = await proveHeaders(job, range, lastClosed);
  host.aligned((headers.get(last) as HeaderEntry).header);
  if (range.buckets !== undefined)
    await assumeState(job, ofBuckets, (headers.get(range.buckets) as HeaderEntry).header);
  if (range.first <= range.last) await replayLedgers(job, range, headers);
  job.tell('Succeeded: catchup-seq');
  host.finish?.(job.tell);
}

async function stateOf(job: CatchupJob, checkpoint: number | undefined): Promise<ArchiveState> {
  const path = checkpoint === undefined ? wellKnownPath : statePath(checkpoint);
  job.tell(`Downloading state file ${path} for ledger ${checkpoint ?? 'current'}`);
  await job.begin('get-history-archive-state');
  const state = await job.files.state(checkpoint);
  if (state === undefined) throw new CatchupFailure([]);
  if (state.networkPassphrase !== job.host.settings.passphrase)
    throw new CatchupFailure([
      'The network passphrase of the application does not match that of the history archive state',
    ]);
  return state;
}

function refuse({ log }: CatchupHost, target: number, lastClosed: number): never {
  for (const line of [
    '*',
    `* Target ledger ${target} is not newer than last closed ledger ${lastClosed} - nothing to do`,
    '* Wait until next checkpoint before retrying',
    '*',
  ])
    log('History', 'INFO', line);
  throw new CatchupFailure(['Nothing to catchup to ']);
}
