import { settingsContract } from '@ssc/tx';
import type { xdr } from '@stellar/stellar-sdk/base';
import { type KeyId, sha256Hex } from '../keys.ts';
import {
  bytesValue,
  codeKey,
  type DataKey,
  dataKey,
  decodeCode,
  encodeCode,
  encodeData,
  encodeTtl,
  instanceKey,
  instanceValue,
  liveUntilOf,
  wasmOfInstance,
} from '../ledger/contract-entries.ts';
import { entryTypes, sortKeyOf, ttlKeyOf } from '../ledger/entry-key.ts';
import { XdrWriter } from '../xdr/writer.ts';
import type { SorobanConfig } from './config.ts';
import { type Cost, creationCost, moduleMemory, storingCost, uploadCost } from './cost-model.ts';
import { eventsFee, type RentChange, rentFee } from './fees.ts';
import type { FootprintKey, HostCall, SorobanData } from './host-call.ts';
import { countWasm, WasmError } from './wasm-counts.ts';

/** The entries of a ledger, by {@link sortKeyOf}, each as the XDR of its LedgerEntry. */
export interface EntryReader {
  entry(sortKey: string): Buffer | undefined;
}

/** What a call of the host stands on. */
export interface HostContext extends EntryReader {
  readonly protocol: number;
  /** The ledger that is being closed. */
  readonly seq: number;
  readonly config: SorobanConfig;
  /** Who asks. */
  readonly source: KeyId;
  readonly data: SorobanData;
  /** What of the resource fee is there for rents and events. */
  readonly refundable: bigint;
}

/** Why a call failed, under the names of the XDR (InvokeHostFunctionResultCode). */
export type HostFailure =
  | 'trapped'
  | 'resourceLimitExceeded'
  | 'entryArchived'
  | 'insufficientRefundableFee';

/** What a call did. */
export interface HostSuccess {
  readonly code: 'success';
  /** SHA-256 of what it returned and emitted, in hex. */
  readonly hash: string;
  /** Entries that it wrote, with those that say how long they live: sort keys and LedgerEntries. */
  readonly written: readonly (readonly [sortKey: string, entry: Buffer])[];
  /** For rents and what is emitted, in stroops. */
  readonly consumed: bigint;
  /** Bytes of what it returned. */
  readonly emittedBytes: number;
  readonly writtenBytes: { readonly code: number; readonly data: number };
}

/** How a call ended, and what it took. */
export interface HostResult {
  readonly outcome: HostSuccess | { readonly code: HostFailure };
  readonly cost: Cost;
}

/** An entry that a call writes. */
interface Write {
  readonly key: Buffer;
  readonly bytes: Buffer;
  readonly liveUntil: number;
  readonly isPersistent: boolean;
  /** Memory that it takes beside its bytes: that of a module. */
  readonly memory?: number;
}

/** What a call would do if it may take what it costs. */
interface Run {
  readonly cost: Cost;
  /** Undefined when it traps. */
  readonly did: { readonly writes: readonly Write[]; readonly returns: Buffer } | undefined;
}

// How long the settings contract lets what it stores live, in ledgers: 30 days.
const storedLedgers = 518_400;

/** The SHA-256 of the one contract that core-sim has a model of: `write(bytes)` stores bytes under their hash. */
export const settingsContractHash = sha256Hex(settingsContract());

/** Does what a transaction asks the host for, by its model; what it did must still be written. */
export function applyHostCall(context: HostContext, call: HostCall): HostResult {
  const none: Cost = { instructions: 0, memory: 0 };
  const { data, config } = context;
  const footprint = [...data.readOnly, ...data.readWrite];
  if (footprint.some((key) => isArchived(context, key)))
    return { outcome: { code: 'entryArchived' }, cost: none };
  if (readBytes(context, footprint) > data.diskReadBytes)
    return { outcome: { code: 'resourceLimitExceeded' }, cost: none };
  const { cost, did } = run(context, call);
  const isTooMuch =
    cost.instructions > data.instructions || cost.memory > config.compute.txMemoryLimit;
  if (isTooMuch) return { outcome: { code: 'resourceLimitExceeded' }, cost };
  if (did === undefined) return { outcome: { code: 'trapped' }, cost };
  return { outcome: write(context, did.writes, did.returns), cost };
}

/** The entry of a LedgerKey, as long as it lives. */
function alive({ seq, entry }: HostContext, key: Uint8Array): Buffer | undefined {
  const ttl = entry(sortKeyOf(ttlKeyOf(key)));
  return ttl !== undefined && liveUntilOf(ttl) >= seq ? entry(sortKeyOf(key)) : undefined;
}

function isArchived(context: HostContext, { type, bytes, sortKey }: FootprintKey): boolean {
  const isTemporary = bytes.readInt32BE(bytes.length - 4) === 0;
  if (type !== 'contractCode' && (type !== 'contractData' || isTemporary)) return false;
  return context.entry(sortKey) !== undefined && alive(context, bytes) === undefined;
}

/** Bytes read from disk: from protocol 23 on contracts are in memory. */
function readBytes(context: HostContext, footprint: readonly FootprintKey[]): number {
  return footprint
    .filter(({ type }) => context.protocol < 23 || !type.startsWith('contract'))
    .reduce((sum, { sortKey }) => sum + (context.entry(sortKey)?.length ?? 0), 0);
}

function run(context: HostContext, call: HostCall): Run {
  switch (call.kind) {
    case 'upload':
      return upload(context, call);
    case 'create':
      return create(context, call);
    case 'invoke':
      return invoke(context, call);
  }
}

const isIn = (keys: readonly FootprintKey[], key: Buffer): boolean =>
  keys.some(({ bytes }) => bytes.equals(key));

/** An entry that the transaction may read. */
function read(context: HostContext, key: Buffer): Buffer | undefined {
  const { readOnly, readWrite } = context.data;
  return isIn(readOnly, key) || isIn(readWrite, key) ? alive(context, key) : undefined;
}

const persistentUntil = ({ seq, config }: HostContext): number =>
  seq + config.archival.minPersistentTtl - 1;

function upload(context: HostContext, { wasm, hash }: HostCall & { kind: 'upload' }): Run {
  const { protocol, seq, config, data } = context;
  const returns = bytesValue(Buffer.from(hash, 'hex'));
  try {
    const counts = countWasm(wasm);
    const cost = uploadCost(config.costs, wasm.length, counts);
    const key = codeKey(hash);
    if (read(context, key) !== undefined) return { cost, did: { writes: [], returns } };
    if (!isIn(data.readWrite, key)) return { cost, did: undefined };
    const bytes = encodeCode(seq, hash, wasm, protocol >= 21 ? counts : undefined);
    const memory = protocol >= 23 ? moduleMemory(config.costs.memory, counts) : 0;
    const liveUntil = persistentUntil(context);
    return {
      cost,
      did: { writes: [{ key, bytes, liveUntil, isPersistent: true, memory }], returns },
    };
  } catch (error) {
    if (error instanceof WasmError) return { cost: { instructions: 0, memory: 0 }, did: undefined };
    throw error;
  }
}

const instanceOf = (contract: string): DataKey => ({
  contract,
  key: instanceKey,
  durability: 'persistent',
});

function create(context: HostContext, call: HostCall & { kind: 'create' }): Run {
  const { seq, config, data, source } = context;
  const code = read(context, codeKey(call.wasmHash));
  const cost = creationCost(config.costs, code === undefined ? 0 : decodeCode(code).wasm.length);
  const instance = instanceOf(call.contract);
  const key = dataKey(instance);
  const mayBe =
    call.isAgreed && call.deployer === source && code !== undefined && isIn(data.readWrite, key);
  if (!mayBe || alive(context, key) !== undefined) return { cost, did: undefined };
  const bytes = encodeData(seq, instance, instanceValue(call.wasmHash));
  const liveUntil = persistentUntil(context);
  // ScVal of an address: its kind, that of a contract, its id.
  const returns = new XdrWriter().int(18).int(1).hex(call.contract).end();
  return { cost, did: { writes: [{ key, bytes, liveUntil, isPersistent: true }], returns } };
}

/** The hash of the Wasm that a contract runs; undefined where there is none. */
export function wasmOfContract(entries: EntryReader, contract: string): string | undefined {
  const instance = instanceOf(contract);
  const found = entries.entry(sortKeyOf(dataKey(instance)));
  return found && wasmOfInstance(found, instance);
}

function invoke(context: HostContext, call: HostCall & { kind: 'invoke' }): Run {
  const { seq, config, data } = context;
  const stored = argumentOf(call.args);
  const code = read(context, codeKey(settingsContractHash));
  const wasmBytes = code === undefined ? 0 : decodeCode(code).wasm.length;
  const cost = storingCost(config.costs, wasmBytes, stored?.length ?? 0);
  const isKnown =
    read(context, dataKey(instanceOf(call.contract))) !== undefined &&
    wasmOfContract(context, call.contract) === settingsContractHash &&
    call.functionName === 'write';
  if (code === undefined || !isKnown || stored === undefined) return { cost, did: undefined };
  const hash = bytesValue(Buffer.from(sha256Hex(stored), 'hex'));
  const entry: DataKey = { contract: call.contract, key: hash, durability: 'temporary' };
  const key = dataKey(entry);
  if (!isIn(data.readWrite, key)) return { cost, did: undefined };
  const bytes = encodeData(seq, entry, bytesValue(stored));
  const liveUntil = seq + Math.min(storedLedgers, config.archival.maxEntryTtl - 1);
  return { cost, did: { writes: [{ key, bytes, liveUntil, isPersistent: false }], returns: hash } };
}

function argumentOf(args: readonly xdr.ScVal[]): Buffer | undefined {
  const [arg, ...others] = args;
  return arg?.type === 'scvBytes' && others.length === 0 ? Buffer.from(arg.bytes.value) : undefined;
}

/** What writing comes to: sizes are held against limits, and rents against what may be spent. */
function write(
  context: HostContext,
  writes: readonly Write[],
  returns: Buffer,
): HostSuccess | { readonly code: HostFailure } {
  const { config, data, seq, refundable } = context;
  const isCode = ({ key }: Write): boolean => key.readInt32BE(0) === entryTypes.contractCode;
  const size = (list: readonly Write[]): number =>
    list.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const code = size(writes.filter(isCode));
  const writtenBytes = { code, data: size(writes) - code };
  const isTooLarge =
    size(writes) > data.writeBytes ||
    returns.length > config.events.txMaxContractEventsSizeBytes ||
    writes.some((one) => !isCode(one) && one.bytes.length > config.maxDataEntrySize);
  if (isTooLarge) return { code: 'resourceLimitExceeded' };
  const changes = writes.map((one): RentChange => {
    const before = alive(context, one.key);
    const ttl = before && context.entry(sortKeyOf(ttlKeyOf(one.key)));
    return {
      isPersistent: one.isPersistent,
      isCode: isCode(one),
      oldBytes: before?.length ?? 0,
      newBytes: one.bytes.length + (one.memory ?? 0),
      oldLiveUntil: ttl === undefined ? 0 : liveUntilOf(ttl),
      newLiveUntil: one.liveUntil,
    };
  });
  const consumed = eventsFee(config, returns.length) + rentFee(config, changes, seq);
  if (consumed > refundable) return { code: 'insufficientRefundableFee' };
  return {
    code: 'success',
    hash: sha256Hex(new XdrWriter().fixed(returns).uint(0).end()),
    written: writes.flatMap(({ key, bytes, liveUntil }) => {
      const ttl = ttlKeyOf(key);
      return [
        [sortKeyOf(key), bytes],
        [sortKeyOf(ttl), encodeTtl(seq, ttl, liveUntil)],
      ] as const;
    }),
    consumed,
    emittedBytes: returns.length,
    writtenBytes,
  };
}
