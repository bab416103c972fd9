import { CatchupFailure } from './catchup-failure.ts';
import type { CatchupJob } from './catchup-job.ts';

/** `7/33 (21%)` */
export const progress = (done: number, all: number): string =>
  `${done}/${all} (${Math.floor((100 * done) / all)}%)`;

/** Brings files, telling how many are there. */
export async function bring(
  job: CatchupJob,
  remotes: readonly string[],
  describe: (done: string) => string,
): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  const isWhole = await job.files.each(remotes, (bytes) => {
    files.push(bytes);
    job.tell(describe(progress(files.length, remotes.length)));
  });
  if (!isWhole) throw new CatchupFailure([]);
  return files;
}
