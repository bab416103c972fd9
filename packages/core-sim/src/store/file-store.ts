import { type Files, readText } from '@ssc/process';
import type { NodeSettings } from '../config/node-settings.ts';
import { BucketList, combinedHash } from '../ledger/bucket-list.ts';
import { hashHeader } from '../ledger/header.ts';
import type { ClosedLedger, LedgerState } from '../ledger/ledger.ts';
import { BucketFolder, corrupt } from './bucket-folder.ts';
import { DatabaseError } from './database-error.ts';
import { emptyMisc, type MiscState, type Store } from './store.ts';
import {
  parseHeader,
  parseLedger,
  parseStoredState,
  renderHeader,
  renderLedger,
  type StoredState,
} from './stored-state.ts';
import { writeWhole } from './write-whole.ts';

/** How often the whole state is written; between, each ledger adds one line. */
const snapshotLedgers = 64;

/** What a store in files is made of. */
export interface FileStoreOptions {
  readonly files: Files;
  readonly settings: Pick<NodeSettings, 'passphrase' | 'bucketFolder'>;
  /** The path of DATABASE. */
  readonly database: string;
  /** The version of core-sim. */
  readonly version: string;
}

/** A store in the file of DATABASE and the folder of BUCKET_DIR_PATH. */
export class FileStore implements Store {
  readonly #options: FileStoreOptions;
  readonly #buckets: BucketFolder;
  readonly #misc: string;
  /** Lines of ledgers after that of the state. */
  #ledgerLines = 0;
  /** The last line has no end: the process died while it wrote. */
  #isTorn = false;

  constructor(options: FileStoreOptions) {
    this.#options = options;
    this.#buckets = new BucketFolder(options.files, options.settings.bucketFolder);
    this.#misc = miscPath(options.database);
  }

  create(state: LedgerState): void {
    const { files, database } = this.#options;
    files.makeFolder(folderOf(database));
    for (const path of [database, this.#misc]) files.remove(path);
    this.#buckets.remove();
    this.replace(state);
    this.saveMisc(emptyMisc);
  }

  load(): LedgerState {
    const text = this.#read();
    const [first = '', ...lines] = text.split('\n');
    this.#isTorn = !text.endsWith('\n');
    const state = this.#stateOf(parseStoredState(first));
    // A line without an end was being written when the process died: that ledger was not closed.
    const ledgers = lines.filter((line) => line.endsWith('}'));
    this.#ledgerLines = ledgers.length;
    const { header, live, hot } = ledgers.reduce(replayLine, state);
    if (combinedHash(header.ledgerVersion, live, hot) !== header.bucketListHash) throw corrupt();
    return { header, live, hot };
  }

  #read(): string {
    const { files, database } = this.#options;
    if (files.info(database) === undefined)
      throw new DatabaseError('No DB schema version found, try stellar-core new-db');
    return readText(files, database);
  }

  #stateOf(stored: StoredState): LedgerState {
    const { passphrase } = this.#options.settings;
    if (stored.passphrase !== passphrase)
      throw new DatabaseError(
        `NETWORK_PASSPHRASE "${passphrase}" does not match previous NETWORK_PASSPHRASE "${stored.passphrase}"`,
      );
    return {
      live: new BucketList('live', this.#buckets.loadLevels(stored.live)),
      hot: new BucketList('hot', this.#buckets.loadLevels(stored.hot)),
      header: parseHeader(stored.header),
    };
  }

  closed(ledger: ClosedLedger, state: LedgerState): void {
    this.#ledgerLines += 1;
    if (this.#ledgerLines >= snapshotLedgers) {
      this.replace(state);
      return;
    }
    const { files, database } = this.#options;
    files.append(database, `${this.#isTorn ? '\n' : ''}${renderLedger(ledger)}\n`);
    this.#isTorn = false;
  }

  /** Buckets come before the state that names them, and go when no state does. */
  replace(state: LedgerState): void {
    const { files, settings, database, version } = this.#options;
    this.#buckets.create();
    const kept = new Set<string>();
    const stored: StoredState = {
      'core-sim': `state of a simulated stellar-core, written by core-sim ${version}`,
      passphrase: settings.passphrase,
      header: renderHeader(state.header),
      live: this.#buckets.saveLevels(state.live, kept),
      hot: this.#buckets.saveLevels(state.hot, kept),
    };
    writeWhole(files, database, `${JSON.stringify(stored)}\n`);
    this.#ledgerLines = 0;
    this.#isTorn = false;
    this.#buckets.removeOthers(kept);
  }

  loadMisc(): MiscState {
    const { files } = this.#options;
    if (files.info(this.#misc) === undefined) return emptyMisc;
    return { ...emptyMisc, ...(JSON.parse(readText(files, this.#misc)) as Partial<MiscState>) };
  }

  saveMisc(misc: MiscState): void {
    writeWhole(this.#options.files, this.#misc, `${JSON.stringify(misc)}\n`);
  }
}

/** Adds the ledger of a line to the lists, which are changed in place. */
function replayLine({ header: before, live, hot }: LedgerState, line: string): LedgerState {
  const { header, changes } = parseLedger(line);
  if (header.previousLedgerHash !== hashHeader(before))
    throw new DatabaseError('database disk image is malformed');
  if (before.ledgerVersion >= 23) hot.add(header.ledgerSeq, header.ledgerVersion, []);
  live.add(header.ledgerSeq, header.ledgerVersion, changes);
  return { header, live, hot };
}

/** The name of the second file: `-misc` before the extension. */
const miscPath = (database: string): string =>
  /\.[^/.]+$/.test(database) ? database.replace(/(\.[^/.]+)$/, '-misc$1') : `${database}-misc.db`;

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
