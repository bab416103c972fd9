import type { ProcessContext } from '@ssc/process';
import type { Archive } from '../history/archive.ts';
import {
  type ArchiveState,
  parseState,
  statePath,
  wellKnownPath,
} from '../history/archive-state.ts';
import { tellMissing } from '../history/publisher.ts';
import { retries, tryAgain } from '../history/retry.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** How many commands run side by side (stellar-core: MAX_CONCURRENT_SUBPROCESSES). */
const mostAtOnce = 16;

/** What is needed to read archives. */
export interface ArchiveFilesOptions {
  readonly self: ProcessContext;
  /** Those to read from, at least one: each file comes from one of them by chance. */
  readonly archives: readonly Archive[];
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where files are put; removed by {@link ArchiveFiles.clear}. */
  readonly folder: string;
}

/** Files of history archives, brought by the commands of the configuration and tried again when they don't come. */
export class ArchiveFiles {
  readonly #options: ArchiveFilesOptions;

  constructor(options: ArchiveFilesOptions) {
    this.#options = options;
  }

  /** The state of a checkpoint, or the newest; undefined when it could not be had after many tries. */
  async state(checkpoint: number | undefined): Promise<ArchiveState | undefined> {
    const { self, log } = this.#options;
    const remote = checkpoint === undefined ? wellKnownPath : statePath(checkpoint);
    let state: ArchiveState | undefined;
    await tryAgain(self, retries.state, async () => {
      log('History', 'INFO', `Downloading history archive state: ${remote}`);
      const archive = this.#pick();
      const bytes = await this.#get(archive, remote);
      state = bytes && parseState(Buffer.from(bytes).toString('utf8'));
      if (state !== undefined) {
        const { server, currentLedger } = state;
        const about = `[name: ${archive.name}, server: ${server}, currentLedger: ${currentLedger}]`;
        log('History', 'INFO', `Archive information: ${about}`);
      } else if (checkpoint === undefined)
        log(
          'History',
          'ERROR',
          `Could not download ${remote} file: corrupt archive ${archive.name}`,
        );
      else
        log(
          'History',
          'ERROR',
          `Missing HAS for ledger ${checkpoint}: maybe stale archive ${archive.name}`,
        );
      return state !== undefined;
    });
    return state;
  }

  /** One file; undefined when it could not be had after many tries. */
  async file(remote: string): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array | undefined;
    await tryAgain(this.#options.self, retries.many, async () => {
      bytes = await this.#get(this.#pick(), remote);
      return bytes !== undefined;
    });
    return bytes;
  }

  /** Brings files, some at a time, and gives each to `use` in the order of the list as soon as those before it are there. */
  async each(
    remotes: readonly string[],
    use: (bytes: Uint8Array, i: number) => void | Promise<void>,
  ): Promise<boolean> {
    const started: Promise<Uint8Array | undefined>[] = [];
    for (let i = 0; i < remotes.length; i++) {
      while (started.length < Math.min(remotes.length, i + mostAtOnce))
        started.push(this.file(remotes[started.length] as string));
      const bytes = await started[i];
      if (bytes === undefined) return false;
      await use(bytes, i);
    }
    return true;
  }

  /** Removes what was brought. */
  clear(): void {
    this.#options.self.files.remove(this.#options.folder);
  }

  #pick(): Archive {
    const { archives, self } = this.#options;
    return archives[archives.length === 1 ? 0 : self.random.int(archives.length)] as Archive;
  }

  async #get(archive: Archive, remote: string): Promise<Uint8Array | undefined> {
    const { self, log, metrics, folder } = this.#options;
    const local = `${folder}/${remote}`;
    self.files.makeFolder(local.slice(0, local.lastIndexOf('/')));
    const isThere = (await archive.get(remote, local)) && self.files.info(local) !== undefined;
    if (!isThere) {
      metrics.mark('history.get.failure', 1, 'failure');
      tellMissing(log, archive.name, remote);
      return undefined;
    }
    const bytes = self.files.read(local);
    metrics.mark('history.get.throughput', bytes.length, 'bytes');
    return bytes;
  }
}
