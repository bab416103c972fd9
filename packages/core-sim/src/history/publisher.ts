import { gzipSync } from 'node:zlib';
import { type ProcessContext, readText } from '@ssc/process';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Defects } from '../defects.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Archive } from './archive.ts';
import {
  type ArchiveState,
  bucketPath,
  bucketsOf,
  parseState,
  type RecordKind,
  recordKinds,
  recordPath,
  renderState,
  statePath,
  wellKnownPath,
} from './archive-state.ts';
import { hexOf } from './checkpoint.ts';
import { retries, tryAgain } from './retry.ts';
import type { Staging } from './staging.ts';

/** How long the work waits before its first look, and between looks. */
const firstLookMs = 100;
const lookMs = 1000;

/** What a publisher needs of its node. */
export interface PublisherOptions {
  readonly self: ProcessContext;
  readonly settings: NodeSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly staging: Staging;
  lastClosed(): number;
  readonly defects: Pick<Defects, 'stopsPublishingAt' | 'corruptsArchive'>;
  /** What must never happen ends the process. */
  crash(error: unknown): void;
}

/** Brings queued checkpoints into every archive that can be written, one after the other (stellar-core: PublishWork). */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #archives: readonly Archive[];
  #step: string | undefined;
  #status: string | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#archives = options.settings.archives
      .filter(({ get, put }) => get !== undefined && put !== undefined)
      .map((settings) => new Archive(settings, options.self, options.log));
  }

  /** What of it `/info` shows: as it was when the last ledger closed, however long ago that is. */
  get status(): string | undefined {
    return this.#status;
  }

  /** Goes on with what an earlier process left. */
  start(): void {
    if (this.#options.staging.queue().length > 0) this.#activate();
  }

  /** A ledger was closed, and the checkpoint that it ended is in the queue. */
  ledgerClosed(checkpoint: number | undefined): void {
    const { log } = this.#options;
    if (checkpoint !== undefined) {
      log('History', 'INFO', `Queueing publish state for ledger ${checkpoint}`);
      this.#activate();
    }
    const before = this.#status;
    this.#status = this.#describe();
    if (this.#status !== undefined && this.#status !== before) log('History', 'INFO', this.#status);
  }

  #describe(): string | undefined {
    if (this.#step === undefined) return undefined;
    const queue = this.#options.staging.queue();
    return `Publishing ${queue.length} queued checkpoints [${queue[0]}-${queue.at(-1)}]: ${this.#step}`;
  }

  #activate(): void {
    if (this.#step !== undefined) return;
    const { staging, defects } = this.#options;
    const next = staging.queue()[0];
    if (next === undefined || next >= (defects.stopsPublishingAt ?? Number.POSITIVE_INFINITY))
      return;
    this.#options.log('History', 'INFO', `Activating publish for ledger ${next}`);
    this.#step = 'Waiting before starting Ready to run: resolve-snapshot';
    void this.#work(next).catch((error: unknown) => this.#options.crash(error));
  }

  async #work(checkpoint: number): Promise<void> {
    const { self, settings, log, metrics, staging } = this.#options;
    const { clock } = self;
    const begun = clock.now();
    await clock.sleep(Math.max(firstLookMs, settings.publishDelayMs));
    this.#step = 'Waiting: resolve-snapshot';
    while (!settings.runStandalone && this.#options.lastClosed() <= checkpoint)
      await clock.sleep(lookMs);
    const isDone = await this.#publish(checkpoint);
    if (isDone) {
      const ms = clock.now() - begun;
      metrics.mark('history.publish.success');
      metrics.update('history.publish.time', ms);
      staging.remove(checkpoint);
      const seconds = Number((ms / 1000).toFixed(3));
      log('Perf', 'INFO', `Published history for ledger ${checkpoint} in ${seconds} seconds`);
    } else metrics.mark('history.publish.failure');
    this.#step = undefined;
    this.#activate();
  }

  async #publish(checkpoint: number): Promise<boolean> {
    const name = `update-archives-${hexOf(checkpoint)}`;
    const state = this.#options.staging.stateOf(checkpoint);
    this.#step = `${name}:getting archives`;
    const known = new Map<Archive, ReadonlySet<string>>();
    for (const archive of this.#archives) {
      const theirs = await this.#stateOf(archive);
      if (theirs === undefined) return false;
      known.set(archive, new Set(bucketsOf(theirs)));
    }
    this.#step = `${name}:zipping files`;
    const records = this.#zipRecords(checkpoint);
    const isEverywhere = (hash: string): boolean =>
      [...known.values()].every((hashes) => hashes.has(hash));
    const buckets = bucketsOf(state).filter((hash) => !isEverywhere(hash));
    const zipped = new Map(
      buckets.map((hash) => [hash, this.#zip(this.#bucketFile(hash), 'bucket')]),
    );
    this.#step = `${name}:uploading files`;
    for (const archive of this.#archives) {
      for (const [remote, local] of records)
        if (!(await this.#put(archive, local, remote))) return false;
      for (const [hash, local] of zipped)
        if (known.get(archive)?.has(hash) !== true)
          if (!(await this.#put(archive, local, bucketPath(hash)))) return false;
      if (!(await this.#putState(archive, state))) return false;
    }
    for (const local of [...records.values(), ...zipped.values()])
      this.#options.self.files.remove(local);
    return true;
  }

  /** The records' compressed files by their paths in an archive. */
  #zipRecords(checkpoint: number): Map<string, string> {
    const zipped = new Map<string, string>();
    for (const kind of recordKinds) {
      const file = this.#options.staging.fileOf(kind, checkpoint);
      if (file !== undefined) zipped.set(recordPath(kind, checkpoint), this.#zip(file, kind));
    }
    return zipped;
  }

  #bucketFile(hash: string): string {
    return this.#options.staging.bucketFile(hash);
  }

  #zip(path: string, kind: RecordKind | 'bucket'): string {
    const { self, defects } = this.#options;
    const zipped = `${path}.gz`;
    const bytes = self.files.read(path).slice();
    // Well inside a record: what it says is another, and the file is still whole.
    if (defects.corruptsArchive === kind && bytes.length > 60)
      bytes[60] = (bytes[60] as number) ^ 1;
    // Signatures and hashes, most of what there is, can't be made smaller at any price.
    // Nobody else may read it, and so it is in the archive: the output of core's processes is (recorded; src/process).
    self.files.write(zipped, gzipSync(bytes, { level: 1 }), 0o600);
    return zipped;
  }

  /** The newest state of an archive, which `new-hist` put there; undefined when it can't be had. */
  async #stateOf(archive: Archive): Promise<ArchiveState | undefined> {
    const { self, log, settings } = this.#options;
    const folder = `${settings.bucketFolder}/tmp`;
    self.files.makeFolder(folder);
    const local = `${folder}/publish-${archive.name}-stellar-history.json`;
    let state: ArchiveState | undefined;
    await tryAgain(self, retries.few, async () => {
      log('History', 'INFO', `Downloading history archive state: ${wellKnownPath}`);
      if (await archive.get(wellKnownPath, local)) {
        state = parseState(readText(self.files, local));
        self.files.remove(local);
      } else tellMissing(log, archive.name, wellKnownPath);
      if (state === undefined)
        log(
          'History',
          'ERROR',
          `Could not download ${wellKnownPath} file: corrupt archive ${archive.name}`,
        );
      return state !== undefined;
    });
    return state;
  }

  async #put(archive: Archive, local: string, remote: string): Promise<boolean> {
    return tryAgain(this.#options.self, retries.many, () => archive.put(local, remote));
  }

  async #putState(archive: Archive, state: ArchiveState): Promise<boolean> {
    const { self, settings } = this.#options;
    const local = `${settings.bucketFolder}/tmp/stellar-history-${hexOf(state.currentLedger)}.json`;
    self.files.write(local, renderState(state));
    for (const remote of [statePath(state.currentLedger), wellKnownPath])
      if (!(await this.#put(archive, local, remote))) return false;
    self.files.remove(local);
    return true;
  }
}

/** What core says of a download that did not work. */
export function tellMissing(log: Log, archive: string, remote: string): void {
  log(
    'History',
    'WARNING',
    `Could not download file: archive ${archive} maybe missing file ${remote}`,
  );
}
