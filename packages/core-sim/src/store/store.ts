import { type Files, readText } from '@ssc/process';
import type { NodeSettings } from '../config/node-settings.ts';
import { queuedBuckets } from '../history/staging.ts';
import { type Bucket, decodeBucket, emptyBucket, encodeBucket } from '../ledger/bucket.ts';
import { BucketList, combinedHash, type Level } from '../ledger/bucket-list.ts';
import { decodeHeader, encodeHeader, hashHeader, zeroHash } from '../ledger/header.ts';
import type { ClosedLedger, LedgerState } from '../ledger/ledger.ts';
import { DatabaseError } from './database-error.ts';

/** How often the whole state is written; between, each ledger adds one line. */
const snapshotLedgers = 64;

/** A level by the hashes of its buckets. */
interface StoredLevel {
  readonly curr: string;
  readonly snap: string;
  readonly next?: {
    readonly older: string;
    readonly newer: string;
    readonly shadows: readonly string[];
  };
}

/**
 * The first line of the database file: not SQLite, and its first words say so. What a copy of the one file holds is whole,
 * beside a copy of the buckets.
 */
interface StoredState {
  readonly 'core-sim': string;
  readonly passphrase: string;
  /** The XDR of the header in base64. */
  readonly header: string;
  readonly live: readonly StoredLevel[];
  readonly hot: readonly StoredLevel[];
}

/** Each further line: a ledger that was closed after the state was written. */
interface StoredLedger {
  readonly header: string;
  /** Kind, key and XDR of each changed record. */
  readonly changes: readonly (readonly [kind: 0 | 1 | 2, key: string, bytes: string])[];
}

/** What is kept besides the ledger, in a second file as core does it. */
export interface MiscState {
  /** Armed upgrades in the form of `/upgrades?mode=get`. */
  readonly upgrades?: unknown;
  readonly bans: readonly string[];
  readonly bannedAccounts: readonly string[];
  /** The last statements heard for the last slot, as base64 XDR. */
  readonly scp: readonly string[];
  /** XDR of quorum sets that those statements name. */
  readonly quorumSets: readonly string[];
}

/** Where a node keeps what must outlive it. */
export interface Store {
  /** Wipes everything and writes the first ledger. */
  create(state: LedgerState): void;
  load(): LedgerState;
  closed(ledger: ClosedLedger, state: LedgerState): void;
  /** Keeps a state that did not follow from the last one. */
  replace(state: LedgerState): void;
  loadMisc(): MiscState;
  saveMisc(misc: MiscState): void;
}

const emptyMisc: MiscState = { bans: [], bannedAccounts: [], scp: [], quorumSets: [] };

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const unbase64 = (text: string): Buffer => Buffer.from(text, 'base64');

/** The name of the second file: `-misc` before the extension. */
export const miscPath = (database: string): string =>
  /\.[^/.]+$/.test(database) ? database.replace(/(\.[^/.]+)$/, '-misc$1') : `${database}-misc.db`;

/** A store that forgets: the database `sqlite3://:memory:`, made new by every process. */
export function createMemoryStore(genesis: () => LedgerState): Store {
  let misc = emptyMisc;
  return {
    create() {},
    load: genesis,
    closed() {},
    replace() {},
    loadMisc: () => misc,
    saveMisc(next) {
      misc = next;
    },
  };
}

/** A store in the file of DATABASE and the folder of BUCKET_DIR_PATH. */
export function createFileStore(
  files: Files,
  settings: Pick<NodeSettings, 'passphrase' | 'bucketFolder'>,
  database: string,
  version: string,
): Store {
  const misc = miscPath(database);
  const bucketPath = (hash: string): string => `${settings.bucketFolder}/bucket-${hash}.xdr`;
  let ledgerLines = 0;
  /** The last line has no end: the process died while it wrote. */
  let isTorn = false;

  const saveBucket = (bucket: Bucket, kept: Set<string>): string => {
    if (bucket.hash === zeroHash || kept.has(bucket.hash)) return bucket.hash;
    kept.add(bucket.hash);
    const path = bucketPath(bucket.hash);
    if (files.info(path) === undefined) files.write(path, encodeBucket(bucket));
    return bucket.hash;
  };
  const saveLevels = (list: BucketList, kept: Set<string>): StoredLevel[] =>
    list.levels.map(({ curr, snap, next }) => ({
      curr: saveBucket(curr, kept),
      snap: saveBucket(snap, kept),
      ...(next !== undefined && {
        next: {
          older: saveBucket(next.older, kept),
          newer: saveBucket(next.newer, kept),
          shadows: next.shadows.map((shadow) => saveBucket(shadow, kept)),
        },
      }),
    }));

  function save(state: LedgerState): void {
    files.makeFolder(settings.bucketFolder);
    const kept = new Set<string>();
    const stored: StoredState = {
      'core-sim': `state of a simulated stellar-core, written by core-sim ${version}`,
      passphrase: settings.passphrase,
      header: base64(encodeHeader(state.header)),
      live: saveLevels(state.live, kept),
      hot: saveLevels(state.hot, kept),
    };
    const next = `${database}.next`;
    files.write(next, `${JSON.stringify(stored)}\n`);
    files.rename(next, database);
    ledgerLines = 0;
    isTorn = false;
    const queued = queuedBuckets(files, settings.bucketFolder);
    for (const name of files.list(settings.bucketFolder)) {
      const hash = /^bucket-([0-9a-f]{64})\.xdr$/.exec(name)?.[1];
      if (hash !== undefined && !kept.has(hash) && !queued.has(hash))
        files.remove(bucketPath(hash));
    }
  }

  const loadBucket = (hash: string): Bucket => {
    if (hash === zeroHash) return emptyBucket;
    if (files.info(bucketPath(hash)) === undefined)
      throw new DatabaseError('Bucket directory is corrupt');
    const bucket = decodeBucket(files.read(bucketPath(hash)));
    if (bucket.hash !== hash) throw new DatabaseError('Bucket directory is corrupt');
    return bucket;
  };
  const loadLevels = (levels: readonly StoredLevel[]): Level[] => {
    const known = new Map<string, Bucket>();
    const get = (hash: string): Bucket => {
      const bucket = known.get(hash) ?? loadBucket(hash);
      known.set(hash, bucket);
      return bucket;
    };
    return levels.map(({ curr, snap, next }) => ({
      curr: get(curr),
      snap: get(snap),
      next: next && {
        older: get(next.older),
        newer: get(next.newer),
        shadows: next.shadows.map(get),
      },
    }));
  };

  return {
    create(state) {
      files.makeFolder(folderOf(database));
      for (const path of [database, misc, settings.bucketFolder]) files.remove(path);
      save(state);
      files.write(misc, `${JSON.stringify(emptyMisc)}\n`);
    },
    load() {
      if (files.info(database) === undefined)
        throw new DatabaseError('No DB schema version found, try stellar-core new-db');
      const text = readText(files, database);
      const [first = '', ...lines] = text.split('\n');
      isTorn = !text.endsWith('\n');
      const stored = parseState(first);
      if (stored.passphrase !== settings.passphrase)
        throw new DatabaseError(
          `NETWORK_PASSPHRASE "${settings.passphrase}" does not match previous NETWORK_PASSPHRASE "${stored.passphrase}"`,
        );
      const live = new BucketList('live', loadLevels(stored.live));
      const hot = new BucketList('hot', loadLevels(stored.hot));
      let header = decodeHeader(unbase64(stored.header));
      ledgerLines = 0;
      for (const line of lines) {
        // A line without an end was being written when the process died: that ledger was not closed.
        if (line === '' || !line.endsWith('}')) continue;
        const ledger = JSON.parse(line) as StoredLedger;
        const before = header;
        header = decodeHeader(unbase64(ledger.header));
        if (header.previousLedgerHash !== hashHeader(before))
          throw new DatabaseError('database disk image is malformed');
        ledgerLines += 1;
        if (before.ledgerVersion >= 23) hot.add(header.ledgerSeq, header.ledgerVersion, []);
        live.add(
          header.ledgerSeq,
          header.ledgerVersion,
          ledger.changes.map(([kind, key, bytes]) => ({
            kind,
            key: unbase64(key).toString('latin1'),
            bytes: unbase64(bytes),
          })),
        );
      }
      if (combinedHash(header.ledgerVersion, live, hot) !== header.bucketListHash)
        throw new DatabaseError('Bucket directory is corrupt');
      return { header, live, hot };
    },
    closed(ledger, state) {
      ledgerLines += 1;
      if (ledgerLines >= snapshotLedgers) {
        save(state);
        return;
      }
      const line: StoredLedger = {
        header: base64(encodeHeader(ledger.header)),
        changes: ledger.changes.map(({ kind, key, bytes }) => [
          kind,
          base64(Buffer.from(key, 'latin1')),
          base64(bytes),
        ]),
      };
      files.append(database, `${isTorn ? '\n' : ''}${JSON.stringify(line)}\n`);
      isTorn = false;
    },
    replace: save,
    loadMisc() {
      if (files.info(misc) === undefined) return emptyMisc;
      return { ...emptyMisc, ...(JSON.parse(readText(files, misc)) as Partial<MiscState>) };
    },
    saveMisc(next) {
      files.write(misc, `${JSON.stringify(next)}\n`);
    },
  };
}

function parseState(text: string): StoredState {
  try {
    const stored = JSON.parse(text) as StoredState;
    if (typeof stored['core-sim'] === 'string') return stored;
  } catch {
    // Told below.
  }
  throw new DatabaseError('the database was not made by core-sim: file is not a database');
}

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
