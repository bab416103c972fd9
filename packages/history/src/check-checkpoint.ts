import { sha256 } from '@ssc/tx';
import { zeroHash } from './archive-state.ts';
import { bucketListHash } from './bucket-list-hash.ts';
import { type CheckpointFrequency, firstLedgerOf } from './checkpoint.ts';
import type { Defect } from './defect.ts';
import { type HeaderFacts, nextSkipList } from './header.ts';
import { recordPath, statePath } from './layout.ts';
import type { CheckpointFacts, ResultFacts } from './read-checkpoint.ts';
import { emptySetHash, formAfter, type SetFacts, type SetForm } from './transaction-set.ts';

/** Of XDR's empty list: four zero bytes. */
const emptyResultsHash = sha256(Buffer.alloc(4)).toString('hex');
const firstProtocolOfVersion2 = 23;

/** Takes the defects of one file. */
type Report = (kind: Defect['kind'], ledger: number | undefined, message: string) => void;

const reporter =
  (defects: Defect[], file: string): Report =>
  (kind, ledger, message) =>
    defects.push({ kind, file, ...(ledger !== undefined && { ledger }), message });

/** What the checkpoints must agree with. */
export interface Expectations {
  readonly frequency: CheckpointFrequency;
  readonly passphrase: string | undefined;
  /** A ledger whose hash is known from elsewhere. */
  readonly trusted: { readonly ledger: number; readonly hash: string } | undefined;
}

/**
 * Compares what the files of a checkpoint say with each other and with the ledger before it. Reads nothing; what a file
 * does not tell, since it is damaged, is left out without a word, as that was reported already.
 *
 * @param previous the last header of the checkpoint before; undefined when it is not known.
 */
export function checkCheckpoint(
  facts: CheckpointFacts,
  previous: HeaderFacts | undefined,
  expected: Expectations,
): Defect[] {
  const defects: Defect[] = [];
  const { checkpoint, headers } = facts;
  const first = firstLedgerOf(checkpoint, expected.frequency);
  const file = (kind: 'ledger' | 'transactions' | 'results' | 'scp') =>
    reporter(defects, recordPath(kind, checkpoint));
  const inOrder = {
    sets: checkSequence(facts.sets, first, checkpoint, file('transactions')),
    results: checkSequence(facts.results, first, checkpoint, file('results')),
    scp: checkSequence(facts.scp, first, checkpoint, file('scp')),
  };
  checkState(facts, expected, reporter(defects, statePath(checkpoint)));
  for (const { ledger, flaws } of facts.scp ?? [])
    for (const flaw of flaws) file('scp')('scp', ledger, flaw);
  if (headers === undefined) return defects;
  checkNumbers(headers, first, checkpoint, file('ledger'));
  let before = previous;
  for (const header of headers) {
    // After a gap nothing follows about what came before.
    const known = before?.ledger === header.ledger - 1 ? before : undefined;
    checkHeader(header, known, expected, file('ledger'));
    const set = inOrder.sets?.get(header.ledger);
    const results = inOrder.results?.get(header.ledger);
    if (facts.sets !== undefined) checkSet(header, set, known, file('transactions'));
    if (facts.results !== undefined) checkResults(header, results, file('results'));
    if (set !== undefined && results !== undefined) checkPair(set, results, file('results'));
    const messages = inOrder.scp?.get(header.ledger);
    if (messages?.agreed.some((value) => value !== header.value))
      file('scp')(
        'scp',
        header.ledger,
        'a message says that another value was agreed on than the one in the header',
      );
    before = header;
  }
  return defects;
}

/** Records by ledger; each belongs to the checkpoint and comes after the one before it. */
function checkSequence<T extends { readonly ledger: number }>(
  records: readonly T[] | undefined,
  first: number,
  last: number,
  report: Report,
): Map<number, T> | undefined {
  let before = 0;
  for (const { ledger } of records ?? []) {
    if (ledger < first || ledger > last)
      report('sequence', ledger, `the file is for ledgers ${first} to ${last}`);
    if (ledger <= before)
      report('sequence', ledger, `the record comes after that of ledger ${before}`);
    before = ledger;
  }
  return records && new Map(records.map((record) => [record.ledger, record]));
}

function checkNumbers(
  headers: readonly HeaderFacts[],
  first: number,
  last: number,
  report: Report,
): void {
  let next = first;
  for (const { ledger } of headers) {
    if (ledger !== next)
      report('sequence', ledger, `the header of ledger ${next} was expected here`);
    next = ledger + 1;
  }
  if (next !== last + 1)
    report('sequence', undefined, `the headers end with ledger ${next - 1}, not with ${last}`);
}

function checkHeader(
  header: HeaderFacts,
  previous: HeaderFacts | undefined,
  { trusted }: Expectations,
  report: Report,
): void {
  const { ledger, hash } = header;
  if (header.recordedHash !== hash)
    report(
      'header',
      ledger,
      `the header has the hash ${hash}, and ${header.recordedHash} stands beside it`,
    );
  if (trusted?.ledger === ledger && trusted.hash !== hash)
    report('trusted', ledger, `the hash is ${hash}, and ${trusted.hash} was expected`);
  const links = ledger === 1 ? [zeroHash] : previous && [previous.hash, previous.recordedHash];
  if (links !== undefined && !links.includes(header.previousLedgerHash))
    report(
      'chain',
      ledger,
      `the previous ledger hash is ${header.previousLedgerHash}, and ledger ${ledger - 1} has ${links[0]}`,
    );
  if (previous === undefined) return;
  if (header.protocol < previous.protocol)
    report(
      'rule',
      ledger,
      `the protocol goes from ${previous.protocol} down to ${header.protocol}`,
    );
  if (header.closeTime <= previous.closeTime)
    report(
      'rule',
      ledger,
      `it closed at ${header.closeTime}, not after the ledger before it (${previous.closeTime})`,
    );
  const skipList = nextSkipList(ledger, header.bucketListHash, previous.skipList);
  const wrong = skipList.findIndex((entry, i) => entry !== header.skipList[i]);
  if (wrong >= 0)
    report(
      'rule',
      ledger,
      `skip list entry ${wrong} is ${header.skipList[wrong]}, and ${skipList[wrong]} follows from the ledgers before`,
    );
}

function checkSet(
  header: HeaderFacts,
  set: SetFacts | undefined,
  previous: HeaderFacts | undefined,
  report: Report,
): void {
  const { ledger, txSetHash } = header;
  if (set === undefined) {
    const possible = emptyHashes(header, previous);
    if (!possible.includes(txSetHash))
      report(
        'transactions',
        ledger,
        `there is no record, and the header names the set ${txSetHash}, not the empty one ${possible[0]}`,
      );
    return;
  }
  if (set.hash !== txSetHash)
    report(
      'transactions',
      ledger,
      `the set has the hash ${set.hash}, and the header names ${txSetHash}`,
    );
  if (set.previousLedgerHash !== header.previousLedgerHash)
    report(
      'transactions',
      ledger,
      `the set follows ledger hash ${set.previousLedgerHash}, and the header ${header.previousLedgerHash}`,
    );
  const form = previous && formAfter(previous.protocol);
  if (form !== undefined && set.form !== form)
    report(
      'transactions',
      ledger,
      `the set has the ${set.form} form, and protocol ${previous?.protocol} of the ledger before asks for the ${form} one`,
    );
  if (set.transactions === 0)
    report('transactions', ledger, 'there is a record without transactions');
  for (const flaw of set.flaws) report('transactions', ledger, flaw);
}

const forms: readonly SetForm[] = ['legacy', 'generalized', 'staged'];

function emptyHashes(header: HeaderFacts, previous: HeaderFacts | undefined): string[] {
  if (header.ledger === 1 || header.givenUpSet) return [zeroHash];
  const possible = previous === undefined ? forms : [formAfter(previous.protocol)];
  return possible.map((form) => emptySetHash(header.previousLedgerHash, form));
}

function checkResults(
  { ledger, txSetResultHash }: HeaderFacts,
  results: ResultFacts | undefined,
  report: Report,
): void {
  const expected = results?.hash ?? (ledger === 1 ? zeroHash : emptyResultsHash);
  if (expected === txSetResultHash) return;
  report(
    'results',
    ledger,
    results === undefined
      ? `there is no record, and the header names the results ${txSetResultHash}, not the empty ones`
      : `the results have the hash ${expected}, and the header names ${txSetResultHash}`,
  );
}

/** Every transaction of the set has a result, and no other one. */
function checkPair(set: SetFacts, results: ResultFacts, report: Report): void {
  if (set.transactions !== results.ids.length) {
    report(
      'results',
      set.ledger,
      `there are ${results.ids.length} results for ${set.transactions} transactions`,
    );
    return;
  }
  const foreign = set.ids && results.ids.find((id, i) => id !== set.ids?.[i]);
  if (foreign !== undefined)
    report(
      'results',
      set.ledger,
      `the results and the set differ in their transactions, first at ${foreign}`,
    );
}

function checkState(
  { checkpoint, state, headers }: CheckpointFacts,
  expected: Expectations,
  report: Report,
): void {
  if (state === undefined) return;
  if (state.currentLedger !== checkpoint)
    report('state', checkpoint, `currentLedger is ${state.currentLedger} instead of ${checkpoint}`);
  if (
    expected.passphrase !== undefined &&
    state.networkPassphrase !== undefined &&
    state.networkPassphrase !== expected.passphrase
  )
    report(
      'passphrase',
      checkpoint,
      `the network is ${JSON.stringify(state.networkPassphrase)}, and ${JSON.stringify(expected.passphrase)} was expected`,
    );
  const header = headers?.find(({ ledger }) => ledger === checkpoint);
  if (header === undefined) return;
  const version = header.protocol >= firstProtocolOfVersion2 ? 2 : 1;
  if (state.version !== version)
    report(
      'state',
      checkpoint,
      `version is ${state.version}, and ${version} belongs to protocol ${header.protocol}`,
    );
  const hash = bucketListHash(state, header.protocol);
  if (hash !== header.bucketListHash)
    report(
      'bucket-list',
      checkpoint,
      `the buckets give the hash ${hash}, and the header has ${header.bucketListHash}`,
    );
}
