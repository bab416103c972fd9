import type { xdr } from '@ssc/tx';
import { renderArchiveState } from './archive-state.ts';
import { checkpointOf } from './checkpoint.ts';
import {
  type ArchiveFile,
  isHash,
  parseArchivePath,
  type RecordKind,
  recordKinds,
} from './layout.ts';
import { historyError } from './problem.ts';
import {
  type ArchiveReader,
  findFrequency,
  type ReadOptions,
  readArchive,
} from './read-archive.ts';
import type { ArchiveSource } from './source.ts';

/** What `ssc archive cat` can be asked for, for messages and help. */
export const catForms =
  'a path in the archive, state, state:LEDGER, ledger:LEDGER, transactions:LEDGER, results:LEDGER, scp:LEDGER or bucket:HASH';

/** What to print: a whole file, or the records of one ledger in it. */
interface Wanted {
  readonly file: ArchiveFile;
  readonly ledger?: number;
}

/**
 * The content of a file as JSON (SEP-51 for XDR), one text a record. `what` is a path of the archive, or short for one:
 * `ledger:12` gives the one record of ledger 12, wherever that stands. Throws SSC_HISTORY_INPUT for anything else, for a ledger after
 * the newest one, or when the file has no record of the ledger.
 */
export async function* catArchive(
  source: ArchiveSource,
  what: string,
  options: ReadOptions = {},
): AsyncGenerator<string> {
  const reader = readArchive(source, options);
  const { file, ledger } = await parseWanted(reader, what);
  let given = 0;
  for await (const { text, of } of textsOf(reader, file)) {
    if (ledger !== undefined && of !== ledger) continue;
    given += 1;
    yield text;
  }
  if (ledger !== undefined && given === 0)
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'what' },
      `there is no record of ledger ${ledger} among the ${file.kind} of its checkpoint in ${source.name}`,
      ...(file.kind === 'ledger' || file.kind === 'scp'
        ? []
        : [{ hint: 'Only ledgers with transactions have one.' }]),
    );
}

async function parseWanted(reader: ArchiveReader, what: string): Promise<Wanted> {
  const path = parseArchivePath(what);
  if (path !== undefined) return { file: path };
  if (what === 'state') return { file: { kind: 'well-known' } };
  const [word = '', argument = ''] = what.split(/:(.*)/su);
  if (word === 'bucket' && isHash(argument)) return { file: { kind: 'bucket', hash: argument } };
  const kind = recordKinds.find((known) => known === word);
  if ((kind !== undefined || word === 'state') && /^[1-9]\d{0,9}$/u.test(argument))
    return forLedger(reader, kind ?? 'state', Number(argument));
  throw historyError(
    { code: 'SSC_HISTORY_INPUT', field: 'what' },
    `${JSON.stringify(what)} is no file or record of an archive`,
    { facts: [['Allowed', catForms]] },
  );
}

async function forLedger(
  reader: ArchiveReader,
  kind: RecordKind | 'state',
  ledger: number,
): Promise<Wanted> {
  const { currentLedger } = await reader.state();
  if (ledger > currentLedger)
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'what' },
      `ledger ${ledger} is not in the archive ${reader.source.name}: its newest is ${currentLedger}`,
    );
  const checkpoint = checkpointOf(ledger, await findFrequency(reader.source, currentLedger));
  return { file: { kind, checkpoint }, ...(kind !== 'state' && { ledger }) };
}

/** A record as text, and the ledger it is of. */
interface RecordText {
  readonly text: string;
  readonly of?: number;
}

async function* textsOf(reader: ArchiveReader, file: ArchiveFile): AsyncGenerator<RecordText> {
  switch (file.kind) {
    case 'well-known':
      yield { text: renderArchiveState(await reader.state()) };
      return;
    case 'state':
      yield { text: renderArchiveState(await reader.state(file.checkpoint)) };
      return;
    case 'ledger':
      yield* texts(reader.headers(file.checkpoint), ({ header }) => header.ledgerSeq);
      return;
    case 'transactions':
      yield* texts(reader.transactions(file.checkpoint), ({ ledgerSeq }) => ledgerSeq);
      return;
    case 'results':
      yield* texts(reader.results(file.checkpoint), ({ ledgerSeq }) => ledgerSeq);
      return;
    case 'scp':
      yield* texts(reader.scp(file.checkpoint), ({ v0 }) => v0.ledgerMessages.ledgerSeq);
      return;
    case 'bucket':
      yield* bucketTexts(reader, file.hash);
  }
}

async function* texts<T extends xdr.XdrValue>(
  records: AsyncIterable<T>,
  ledgerOf: (record: T) => number,
): AsyncGenerator<RecordText> {
  for await (const record of records)
    yield { text: JSON.stringify(record.toJson(), undefined, 2), of: ledgerOf(record) };
}

/** A bucket's name does not tell its list; what is no bucket of live entries may be one of archived ones. */
async function* bucketTexts(reader: ArchiveReader, hash: string): AsyncGenerator<RecordText> {
  const hot = await isHot(reader, hash);
  for await (const record of hot ? reader.hotBucket(hash) : reader.liveBucket(hash))
    yield { text: JSON.stringify(record.toJson(), undefined, 2) };
}

async function isHot(reader: ArchiveReader, hash: string): Promise<boolean> {
  for await (const record of reader.liveBucket(hash)) {
    if (record.type !== 'metaentry') return false;
    const { ext } = record.metaEntry;
    return ext.type === 'bucketListType' && ext.bucketListType.name === 'hotArchive';
  }
  return false;
}
