import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { entryTypes } from './entry-key.ts';

/** What a Wasm module has that its preparation costs: how many of each (XDR: ContractCodeCostInputs). */
export interface WasmCounts {
  readonly instructions: number;
  readonly functions: number;
  readonly globals: number;
  readonly tableEntries: number;
  readonly types: number;
  readonly dataSegments: number;
  readonly elemSegments: number;
  readonly imports: number;
  readonly exports: number;
  readonly dataSegmentBytes: number;
}

/** The XDR of the LedgerKey of uploaded Wasm; `hash` in hex. */
export const codeKey = (hash: string): Buffer =>
  new XdrWriter().int(entryTypes.contractCode).hex(hash).end();

/** The XDR of the LedgerEntry of uploaded Wasm; `counts` from protocol 21 on. */
export function encodeCode(
  seq: number,
  hash: string,
  wasm: Uint8Array,
  counts: WasmCounts | undefined,
): Buffer {
  const writer = new XdrWriter().uint(seq).int(entryTypes.contractCode);
  if (counts === undefined) writer.int(0);
  else {
    // Its extension has one of its own, and so have the counts.
    writer.int(1).int(0).int(0);
    const { instructions, functions, globals, tableEntries, types } = counts;
    writer.uint(instructions).uint(functions).uint(globals).uint(tableEntries).uint(types);
    const { dataSegments, elemSegments, imports, exports, dataSegmentBytes } = counts;
    writer.uint(dataSegments).uint(elemSegments).uint(imports).uint(exports).uint(dataSegmentBytes);
  }
  return writer.hex(hash).opaque(wasm).int(0).end();
}

/** The Wasm of a LedgerEntry of uploaded code, and its counts. */
export function decodeCode(entry: Uint8Array): { wasm: Buffer; counts: WasmCounts | undefined } {
  const reader = new XdrReader(entry);
  reader.fixed(8);
  let counts: WasmCounts | undefined;
  if (reader.int() === 1) {
    reader.fixed(8);
    counts = {
      instructions: reader.uint(),
      functions: reader.uint(),
      globals: reader.uint(),
      tableEntries: reader.uint(),
      types: reader.uint(),
      dataSegments: reader.uint(),
      elemSegments: reader.uint(),
      imports: reader.uint(),
      exports: reader.uint(),
      dataSegmentBytes: reader.uint(),
    };
  }
  reader.fixed(32);
  return { wasm: reader.opaque(), counts };
}

/** Whether contract data outlive their time in the archive, or are gone. */
export type Durability = 'temporary' | 'persistent';

/** What of contract data makes its LedgerKey. */
export interface DataKey {
  /** The contract's id in hex. */
  readonly contract: string;
  /** The XDR of the ScVal. */
  readonly key: Uint8Array;
  readonly durability: Durability;
}

const durabilities: readonly Durability[] = ['temporary', 'persistent'];

const writeDataKey = (writer: XdrWriter, { contract, key, durability }: DataKey): XdrWriter =>
  writer.int(1).hex(contract).fixed(key).int(durabilities.indexOf(durability));

/** The XDR of the LedgerKey of contract data. */
export const dataKey = (key: DataKey): Buffer =>
  writeDataKey(new XdrWriter().int(entryTypes.contractData), key).end();

/** The XDR of the LedgerEntry of contract data; `value` is the XDR of an ScVal. */
export const encodeData = (seq: number, key: DataKey, value: Uint8Array): Buffer =>
  writeDataKey(new XdrWriter().uint(seq).int(entryTypes.contractData).int(0), key)
    .fixed(value)
    .int(0)
    .end();

/** The XDR of the ScVal under which a contract's instance stands. */
export const instanceKey: Buffer = new XdrWriter().int(20).end();

/** The XDR of an ScVal of bytes. */
export const bytesValue = (bytes: Uint8Array): Buffer =>
  new XdrWriter().int(13).opaque(bytes).end();

/** The XDR of the ScVal of a contract's instance that runs uploaded Wasm and stores nothing in itself. */
export const instanceValue = (wasmHash: string): Buffer =>
  new XdrWriter().int(19).int(0).hex(wasmHash).int(0).end();

/** Reads the value of contract data, behind its key. */
function readValue(entry: Uint8Array, key: DataKey): XdrReader {
  const reader = new XdrReader(entry);
  // When it was changed, its kind and extension; then what makes its key.
  reader.fixed(8 + dataKey(key).length);
  return reader;
}

/** The hash of the Wasm that an instance runs, in hex; undefined for an instance of another kind. */
export function wasmOfInstance(entry: Uint8Array, key: DataKey): string | undefined {
  const reader = readValue(entry, key);
  return reader.int() === 19 && reader.int() === 0 ? reader.hex(32) : undefined;
}

/** The bytes that contract data hold; undefined for a value of another kind. */
export function bytesOfData(entry: Uint8Array, key: DataKey): Buffer | undefined {
  const reader = readValue(entry, key);
  return reader.int() === 13 ? reader.opaque() : undefined;
}

/** The XDR of the LedgerEntry that says until when another one lives. `ttlKey` is the XDR of its LedgerKey. */
export const encodeTtl = (seq: number, ttlKey: Uint8Array, liveUntil: number): Buffer =>
  new XdrWriter().uint(seq).fixed(ttlKey).uint(liveUntil).int(0).end();

/** The last ledger in which the entry lives, from its lifetime's LedgerEntry. */
export const liveUntilOf = (entry: Buffer): number => entry.readUInt32BE(4 + 4 + 32);
