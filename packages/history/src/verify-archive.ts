import { ArchiveBuckets } from './archive-buckets.ts';
import type { ArchiveState } from './archive-state.ts';
import { checkCheckpoint } from './check-checkpoint.ts';
import { checkMessages } from './check-messages.ts';
import { checkFirstState, checkNewestState } from './check-states.ts';
import {
  type CheckpointFrequency,
  checkpointOf,
  checkpointsBetween,
  firstLedgerOf,
  isCheckpoint,
} from './checkpoint.ts';
import { createLimit, mapInOrder } from './concurrency.ts';
import type { Defect, Oddity } from './defect.ts';
import type { HeaderFacts } from './header.ts';
import { statePath, wellKnownPath } from './layout.ts';
import { historyError } from './problem.ts';
import { findFrequency } from './read-archive.ts';
import {
  type CheckpointFacts,
  type Inspection,
  readCheckpoint,
  readHeaders,
  readState,
} from './read-checkpoint.ts';
import type { ArchiveSource } from './source.ts';
import { checkOptions, type VerifyOptions } from './verify-options.ts';

/** What {@link verifyArchive} found. The archive is good when ledgers were verified and there is no defect. */
export interface ArchiveReport {
  /** The source's name. */
  readonly archive: string;
  /** What the archive says it is of; what was asked for when it does not say. */
  readonly passphrase: string | undefined;
  readonly frequency: CheckpointFrequency | undefined;
  /** The range that was verified; undefined when there was none. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Of the last ledger that was read. */
  readonly lastHash: string | undefined;
  readonly protocol: number | undefined;
  readonly checkpoints: number;
  readonly ledgers: number;
  readonly transactions: number;
  readonly scpMessages: number;
  readonly buckets: number;
  readonly bucketEntries: number;
  /** As the files lie in the archive, compressed. */
  readonly storedBytes: number;
  readonly defects: readonly Defect[];
  /** How many more defects there are than `defects` holds. */
  readonly defectsLeftOut: number;
  readonly oddities: readonly Oddity[];
}

/**
 * Verifies an archive without a node: every file of every checkpoint decodes, the headers make a chain, transaction sets,
 * results and buckets have the hashes that the headers name, and what belongs together agrees. Transactions are not
 * executed, so that a header's bucket list follows from the ledger before is not shown.
 *
 * Memory stays bounded: a few checkpoints' headers, and one record of each file that is read at the moment. What is
 * wrong is reported, never thrown; SSC_HISTORY_INPUT refuses options, and SSC_HISTORY_SOURCE ends it when the source
 * cannot tell whether a file is there.
 */
export async function verifyArchive(
  source: ArchiveSource,
  options: VerifyOptions = {},
): Promise<ArchiveReport> {
  checkOptions(options);
  return new Verification(source, options).run();
}

class Verification {
  readonly #source: ArchiveSource;
  readonly #options: VerifyOptions;
  readonly #limit: Inspection['limit'];
  readonly #concurrency: number;
  readonly #defects: Defect[] = [];
  readonly #oddities: Oddity[] = [];
  #defectsFound = 0;
  readonly #buckets: ArchiveBuckets;
  /** States by the build that published them: how many, and one of them. */
  readonly #servers = new Map<string, { count: number; readonly file: string }>();
  readonly #checkpointsWithoutMessages: number[] = [];
  #checkpointsWithMessages = 0;
  /** The one that was asked for. */
  #passphrase: string | undefined;
  /** The archive's own, when it says one: in an archive of another network, that is the defect, not each signature. */
  #ownPassphrase: string | undefined;
  #previous: HeaderFacts | undefined;
  readonly #totals = {
    checkpoints: 0,
    ledgers: 0,
    transactions: 0,
    scpMessages: 0,
    storedBytes: 0,
  };

  constructor(source: ArchiveSource, options: VerifyOptions) {
    this.#source = source;
    this.#options = options;
    this.#concurrency = options.concurrency ?? 16;
    this.#limit = createLimit(this.#concurrency);
    this.#passphrase = options.passphrase;
    this.#buckets = new ArchiveBuckets(this.#inspection([]));
  }

  async run(): Promise<ArchiveReport> {
    const found: Defect[] = [];
    const newest = await readState(this.#inspection(found), wellKnownPath);
    this.#report(found);
    this.#passphrase ??= newest?.state.networkPassphrase;
    this.#ownPassphrase = newest?.state.networkPassphrase ?? this.#passphrase;
    const last = newest?.state.currentLedger ?? this.#options.to;
    if (last === undefined) return this.#done(undefined, undefined, undefined);
    if (last === 0) {
      this.#report([
        {
          kind: 'state',
          file: wellKnownPath,
          message: 'the archive holds no ledger: currentLedger is 0',
        },
      ]);
      return this.#done(undefined, undefined, undefined);
    }
    const frequency = this.#options.frequency ?? (await findFrequency(this.#source, last));
    const [first, final] = this.#range(last, frequency);
    this.#requireTrusted(firstLedgerOf(first, frequency), final);
    await this.#findPrevious(first, frequency);
    if (firstLedgerOf(first, frequency) === 1) await this.#checkFirst();
    await this.#verifyCheckpoints(first, final, frequency);
    if (newest !== undefined)
      this.#report(
        await checkNewestState(
          newest,
          frequency,
          async (file) => (await readState(this.#inspection([]), file))?.text,
        ),
      );
    this.#checkServers();
    this.#oddities.push(
      ...checkMessages(this.#checkpointsWithoutMessages, this.#checkpointsWithMessages),
    );
    return this.#done(frequency, firstLedgerOf(first, frequency), final);
  }

  /** The first and the last checkpoint to verify. */
  #range(newest: number, frequency: CheckpointFrequency): [first: number, last: number] {
    const { from = 1, to = newest } = this.#options;
    // A newest ledger that is no checkpoint's is a defect of its own; the last whole checkpoint is what there is.
    const top = isCheckpoint(newest, frequency)
      ? newest
      : checkpointOf(newest, frequency) - frequency;
    const last = checkpointOf(Math.min(to, newest), frequency);
    if (to > newest || from > newest)
      throw historyError(
        { code: 'SSC_HISTORY_INPUT', field: to > newest ? 'to' : 'from' },
        `ledger ${Math.max(to, from)} was asked for, and the archive ${this.#source.name} ends with ledger ${newest}`,
      );
    return [checkpointOf(from, frequency), Math.min(last, Math.max(top, frequency - 1))];
  }

  /** A ledger that is not read would be compared with nothing, and the archive told as if it had been. */
  #requireTrusted(from: number, to: number): void {
    const { trusted } = this.#options;
    if (trusted === undefined || (trusted.ledger >= from && trusted.ledger <= to)) return;
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'trusted.ledger' },
      `the trusted ledger ${trusted.ledger} is none of those that are verified, ${from} to ${to}`,
    );
  }

  /** Reads the last header before the range, so that the range's first ledger has something to follow. */
  async #findPrevious(first: number, frequency: CheckpointFrequency): Promise<void> {
    const checkpoint = first - frequency;
    if (checkpoint < 1) return;
    // Its own defects belong to a range that was not asked for.
    const silent = { ...this.#inspection([]), oddities: () => {} };
    this.#previous = (await readHeaders(silent, checkpoint))?.at(-1);
  }

  async #verifyCheckpoints(
    first: number,
    last: number,
    frequency: CheckpointFrequency,
  ): Promise<void> {
    const expected = {
      frequency,
      passphrase: this.#passphrase,
      trusted: this.#options.trusted,
    };
    const checkpointsAll = (last - first) / frequency + 1;
    const all = checkpointsBetween(first, last, frequency);
    for await (const { facts, found } of mapInOrder(all, this.#concurrency, (checkpoint) =>
      this.#look(checkpoint),
    )) {
      found.push(...checkCheckpoint(facts, this.#previous, expected));
      if (facts.state !== undefined)
        found.push(...(await this.#buckets.check(facts.state, facts.checkpoint)));
      this.#count(facts);
      this.#report(found.sort(byPlace));
      this.#previous = facts.headers?.at(-1);
      this.#options.onProgress?.({
        checkpoint: facts.checkpoint,
        checkpointsDone: this.#totals.checkpoints,
        checkpointsAll,
        ledgers: this.#totals.ledgers,
        buckets: this.#buckets.count,
        defects: this.#defectsFound,
      });
    }
  }

  /** Reads a checkpoint's files and begins with its buckets. */
  async #look(checkpoint: number): Promise<{ facts: CheckpointFacts; found: Defect[] }> {
    const found: Defect[] = [];
    const facts = await readCheckpoint(this.#inspection(found), checkpoint);
    if (facts.state !== undefined) await this.#buckets.read(facts.state);
    return { facts, found };
  }

  async #checkFirst(): Promise<void> {
    const found: Defect[] = [];
    const read = await readState(this.#inspection(found), statePath(0));
    // An archive may lack it.
    const defects = found.filter(({ kind }) => kind !== 'missing');
    if (read !== undefined) {
      this.#countServer(read.state, statePath(0));
      defects.push(...checkFirstState(read.state, this.#passphrase));
    }
    this.#report(defects);
  }

  #count({ checkpoint, state, headers, sets, scp }: CheckpointFacts): void {
    const totals = this.#totals;
    totals.checkpoints += 1;
    totals.ledgers += headers?.length ?? 0;
    for (const { transactions } of sets ?? []) totals.transactions += transactions;
    for (const { messages } of scp ?? []) totals.scpMessages += messages;
    if (scp?.length === 0) this.#checkpointsWithoutMessages.push(checkpoint);
    else if (scp !== undefined) this.#checkpointsWithMessages += 1;
    if (state !== undefined) this.#countServer(state, statePath(checkpoint));
  }

  #countServer({ server }: ArchiveState, file: string): void {
    const entry = this.#servers.get(server);
    if (entry === undefined) this.#servers.set(server, { count: 1, file });
    else entry.count += 1;
  }

  /** No hash covers the publisher's name; one that stands in a single state is worth a look. */
  #checkServers(): void {
    if (this.#servers.size < 2) return;
    for (const [server, { count, file }] of this.#servers)
      if (count === 1)
        this.#oddities.push({
          file,
          message: `is by ${JSON.stringify(server)}, as no other state of the archive`,
        });
  }

  #inspection(found: Defect[]): Inspection {
    const { gunzip } = this.#options;
    return {
      reading: { source: this.#source, ...(gunzip !== undefined && { gunzip }) },
      limit: this.#limit,
      passphrase: this.#ownPassphrase,
      signatures: this.#options.signatures ?? true,
      defects: (defect) => found.push(defect),
      oddities: (oddity) => this.#oddities.push(oddity),
      stored: (bytes) => {
        this.#totals.storedBytes += bytes;
      },
    };
  }

  #report(defects: readonly Defect[]): void {
    const most = this.#options.mostDefects ?? 1000;
    this.#defectsFound += defects.length;
    this.#defects.push(...defects.slice(0, Math.max(0, most - this.#defects.length)));
  }

  #done(
    frequency: CheckpointFrequency | undefined,
    from: number | undefined,
    to: number | undefined,
  ): ArchiveReport {
    return {
      archive: this.#source.name,
      passphrase: this.#ownPassphrase ?? this.#passphrase,
      frequency,
      from,
      to,
      lastHash: this.#previous?.hash,
      protocol: this.#previous?.protocol,
      ...this.#totals,
      buckets: this.#buckets.count,
      bucketEntries: this.#buckets.entries,
      defects: this.#defects,
      defectsLeftOut: this.#defectsFound - this.#defects.length,
      oddities: this.#oddities.sort((a, b) => compareText(a.file, b.file)),
    };
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By ledger, then file, so that the order does not tell which file was read first. */
const byPlace = (a: Defect, b: Defect): number =>
  (a.ledger ?? 0) - (b.ledger ?? 0) || compareText(a.file, b.file);
