import type { KeyId } from '../keys.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** An account of the ledger. What core-sim can't change (signers, subentries, flags, sponsorship) has its first value. */
export interface Account {
  readonly id: KeyId;
  readonly balance: bigint;
  readonly seqNum: bigint;
  readonly lastModified: number;
  /** The ledger and time of the last change of `seqNum`; written from protocol 19 on. */
  readonly seqChanged: { readonly ledger: number; readonly time: number } | undefined;
}

/** The XDR of the account's `LedgerEntry`. */
export function encodeAccount(account: Account): Buffer {
  const writer = new XdrWriter().uint(account.lastModified).int(0).int(0).hex(account.id);
  writer.long(account.balance).long(account.seqNum).uint(0).int(0).uint(0).uint(0);
  // The master key weighs 1, the thresholds are 0.
  writer.uint(0x01000000).uint(0);
  if (account.seqChanged === undefined) writer.int(0);
  else {
    // Extensions 1 (liabilities), 2 (sponsorship) and 3 (time of the sequence number).
    writer.int(1).long(0).long(0).int(2).uint(0).uint(0).uint(0).int(3);
    writer.int(0).uint(account.seqChanged.ledger).long(account.seqChanged.time);
  }
  return writer.int(0).end();
}

/** The account of a `LedgerEntry` in XDR; undefined for an entry of another kind. */
export function decodeAccount(bytes: Uint8Array): Account | undefined {
  const reader = new XdrReader(bytes);
  const lastModified = reader.uint();
  if (reader.int() !== 0) return undefined;
  reader.int();
  const id = reader.hex(32);
  const [balance, seqNum] = [reader.long(), reader.long()];
  // Subentries, inflation destination, flags, home domain, thresholds and signers are constant here.
  reader.fixed(24);
  let seqChanged: Account['seqChanged'];
  if (reader.int() === 1) {
    reader.fixed(16 + 4 + 12 + 4 + 4);
    seqChanged = { ledger: reader.uint(), time: reader.safeUint() };
  }
  return { id, balance, seqNum, lastModified, seqChanged };
}

/** The XDR of the account's `LedgerKey` as text, one character a byte. */
export const accountKey = (id: KeyId): string =>
  new XdrWriter().int(0).int(0).hex(id).end().toString('latin1');
