import type { BucketRecord } from '../ledger/bucket.ts';
import { decodeHeader, encodeHeader, type LedgerHeader } from '../ledger/header.ts';
import type { ClosedLedger } from '../ledger/ledger.ts';
import { DatabaseError } from './database-error.ts';

/** A level by the hashes of its buckets. */
export interface StoredLevel {
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
export interface StoredState {
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

/** Reads the first line of the database file. */
export function parseStoredState(line: string): StoredState {
  try {
    const stored = JSON.parse(line) as StoredState;
    if (typeof stored['core-sim'] === 'string') return stored;
  } catch {
    // Told below.
  }
  throw new DatabaseError('the database was not made by core-sim: file is not a database');
}

/** The line of a ledger. */
export function renderLedger({ header, changes }: ClosedLedger): string {
  const stored: StoredLedger = {
    header: renderHeader(header),
    changes: changes.map(({ kind, key, bytes }) => [
      kind,
      base64(Buffer.from(key, 'latin1')),
      base64(bytes),
    ]),
  };
  return JSON.stringify(stored);
}

/** Reads the line of a ledger: its header, and the records that it changed. */
export function parseLedger(line: string): { header: LedgerHeader; changes: BucketRecord[] } {
  const ledger = JSON.parse(line) as StoredLedger;
  return {
    header: parseHeader(ledger.header),
    changes: ledger.changes.map(([kind, key, bytes]) => ({
      kind,
      key: unbase64(key).toString('latin1'),
      bytes: unbase64(bytes),
    })),
  };
}

export const renderHeader = (header: LedgerHeader): string => base64(encodeHeader(header));

export const parseHeader = (text: string): LedgerHeader => decodeHeader(unbase64(text));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const unbase64 = (text: string): Buffer => Buffer.from(text, 'base64');
