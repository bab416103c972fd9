import { sha256Hex } from '../keys.ts';
import { NotSimulatedError } from '../not-simulated.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** The kinds of ledger entries that core-sim has, by their XDR numbers (LedgerEntryType). */
export const entryTypes = {
  account: 0,
  contractData: 6,
  contractCode: 7,
  configSetting: 8,
  ttl: 9,
} as const;

/**
 * The text by which an entry is known in core-sim, from the XDR of its LedgerKey, one character a byte. Such texts sort as
 * stellar-core sorts keys: by their parts, and names and values by their content, then the shorter first. In XDR their
 * length would come first, so they are written another way here. Throws a {@link NotSimulatedError} for other entries.
 */
export function sortKeyOf(key: Uint8Array): string {
  const reader = new XdrReader(key);
  const type = reader.int();
  if (type === entryTypes.contractData) return contractDataKey(reader);
  if (!(Object.values(entryTypes) as number[]).includes(type)) throw notSimulated();
  return Buffer.from(key).toString('latin1');
}

/** The same from the XDR of a LedgerEntry. */
export function sortKeyOfEntry(entry: Uint8Array): string {
  const reader = new XdrReader(entry);
  reader.uint();
  const type = reader.int();
  // An account's key follows, or a setting's number, or the hash that a lifetime is of.
  const size = fixedSizes[type];
  if (size !== undefined) return Buffer.from(entry).toString('latin1', 4, 8 + size);
  // A union is before the hash of code and before contract data: costs, or nothing.
  if (type === entryTypes.contractCode) {
    if (reader.int() === 1) reader.fixed(8 + 10 * 4);
    return new XdrWriter().int(type).hex(reader.hex(32)).end().toString('latin1');
  }
  if (type !== entryTypes.contractData) throw notSimulated();
  reader.int();
  return contractDataKey(reader);
}

const fixedSizes: Readonly<Record<number, number>> = {
  [entryTypes.account]: 36,
  [entryTypes.configSetting]: 4,
  [entryTypes.ttl]: 32,
};

const notSimulated = (): NotSimulatedError =>
  new NotSimulatedError(
    'core-sim does not simulate ledger entries but accounts, settings and contracts',
  );

/** From behind the type of the entry: contract, key, durability. */
function contractDataKey(reader: XdrReader): string {
  const writer = new XdrWriter().int(entryTypes.contractData);
  copyAddress(reader, writer);
  copyValue(reader, writer);
  return writer.int(reader.int()).end().toString('latin1');
}

/** ScAddress: of an account, or of a contract. */
function copyAddress(reader: XdrReader, writer: XdrWriter): void {
  const type = reader.int();
  writer.int(type);
  if (type === 0) writer.int(reader.int());
  else if (type !== 1)
    throw new NotSimulatedError('core-sim does not simulate addresses but accounts and contracts');
  writer.hex(reader.hex(32));
}

/** Kinds of ScVal by their XDR numbers, as far as they are the key of contract data in core-sim. */
const scvVoid = 1;
const scvU32 = 3;
const scvU64 = 5;
const scvBytes = 13;
const scvSymbol = 15;
const scvContractInstance = 20;

function copyValue(reader: XdrReader, writer: XdrWriter): void {
  const type = reader.int();
  writer.int(type);
  if (type === scvVoid || type === scvContractInstance) return;
  if (type === scvU32) writer.uint(reader.uint());
  else if (type === scvU64) writer.fixed(reader.fixed(8));
  else if (type >= scvBytes && type <= scvSymbol) writer.fixed(inOrder(reader.opaque()));
  else
    throw new NotSimulatedError(
      'core-sim does not simulate contract data but under bytes, names and numbers',
    );
}

/** Bytes of any length so that they sort by content: a zero is followed by 255, and the end is two zeros. */
function inOrder(bytes: Uint8Array): Buffer {
  const written: number[] = [];
  for (const byte of bytes) written.push(...(byte === 0 ? [0, 255] : [byte]));
  return Buffer.from([...written, 0, 0]);
}

/** The XDR of the LedgerKey of the entry that says until when another one lives. */
export const ttlKeyOf = (key: Uint8Array): Buffer =>
  new XdrWriter().int(entryTypes.ttl).hex(sha256Hex(key)).end();
