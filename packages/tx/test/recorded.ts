import { readFileSync } from 'node:fs';

/** The network of the recordings. */
export const passphrase = 'Standalone Network ; February 2017';

/** A transaction as a real stellar-core v27.1.0 met it. */
export interface RecordedPair {
  readonly label: string;
  readonly 'submit-status': string;
  readonly 'submit-error-result'?: string;
  /** Null where the recorder's own library refused to hash it. */
  readonly hash: string | null;
  readonly envelope: string;
  readonly applied?: {
    readonly ledger: number;
    readonly result: string;
    readonly 'result-code': string;
    readonly 'fee-charged': number;
    readonly operations: readonly string[];
    readonly 'operation-results': readonly string[];
  };
}

export const pairs = JSON.parse(
  readFileSync(new URL('fixtures/tx-pairs.json', import.meta.url), 'utf8'),
) as RecordedPair[];

/** Headers, transaction sets and results of two ledgers that stellar-core's own tests hold, with their hashes. */
export const recordedLedgers = JSON.parse(
  readFileSync(new URL('fixtures/recorded-ledgers.json', import.meta.url), 'utf8'),
) as readonly { readonly type: string; readonly hash: string; readonly xdr: string }[];
