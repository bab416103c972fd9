import { isSignedBy, type KeyId, type SigningKey } from '../keys.ts';
import type { Value } from '../scp/statement.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** What a ledger is agreed to hold (XDR: StellarValue). */
export interface StellarValue {
  /** In hex. */
  readonly txSetHash: string;
  /** Seconds since the Unix epoch. */
  readonly closeTime: number;
  /** The XDR of each LedgerUpgrade, ascending by type. */
  readonly upgrades: readonly Uint8Array[];
  /** Who proposed it; the genesis ledger's value has none. */
  readonly signedBy: { readonly node: KeyId; readonly signature: Uint8Array } | undefined;
}

/** Writes it as part of something larger. */
export function writeStellarValue(writer: XdrWriter, value: StellarValue): void {
  writer.hex(value.txSetHash).long(value.closeTime).uint(value.upgrades.length);
  for (const upgrade of value.upgrades) writer.opaque(upgrade);
  if (value.signedBy === undefined) writer.int(0);
  else writer.int(1).int(0).hex(value.signedBy.node).opaque(value.signedBy.signature);
}

export function readStellarValue(reader: XdrReader): StellarValue {
  const txSetHash = reader.hex(32);
  const closeTime = reader.safeUint();
  const upgrades = Array.from({ length: reader.count(6) }, () => reader.opaque(128));
  const arm = reader.int();
  if (arm === 0) return { txSetHash, closeTime, upgrades, signedBy: undefined };
  if (arm !== 1) throw new Error(`no value of kind ${arm}`);
  reader.int();
  return {
    txSetHash,
    closeTime,
    upgrades,
    signedBy: { node: reader.hex(32), signature: reader.opaque(64) },
  };
}

export function encodeValue(value: StellarValue): Value {
  const writer = new XdrWriter();
  writeStellarValue(writer, value);
  return writer.end().toString('latin1');
}

// A value comes with every statement of a round, so what was read last is read again at once.
const decoded = new Map<Value, StellarValue | undefined>();

/** The value of XDR bytes; undefined when they are none. */
export function decodeValue(value: Value): StellarValue | undefined {
  if (decoded.has(value)) return decoded.get(value);
  let found: StellarValue | undefined;
  try {
    const reader = new XdrReader(Buffer.from(value, 'latin1'));
    found = readStellarValue(reader);
    reader.end();
  } catch {
    found = undefined;
  }
  if (decoded.size > 256) decoded.clear();
  decoded.set(value, found);
  return found;
}

/** What a proposer signs: network id, ENVELOPE_TYPE_SCPVALUE, transaction set and close time. */
function signedPart(networkId: Uint8Array, txSetHash: string, closeTime: number): Buffer {
  return new XdrWriter().fixed(networkId).int(4).hex(txSetHash).long(closeTime).end();
}

export function signValue(
  key: SigningKey,
  networkId: Uint8Array,
  value: Omit<StellarValue, 'signedBy'>,
): StellarValue {
  const signature = key.sign(signedPart(networkId, value.txSetHash, value.closeTime));
  return { ...value, signedBy: { node: key.id, signature } };
}

export function isProposerSigned(networkId: Uint8Array, value: StellarValue): boolean {
  const { signedBy, txSetHash, closeTime } = value;
  if (signedBy === undefined) return false;
  return isSignedBy(signedBy.node, signedPart(networkId, txSetHash, closeTime), signedBy.signature);
}
