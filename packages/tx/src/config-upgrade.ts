import { didYouMean } from '@ssc/errors';
import { StrKey, xdr } from '@stellar/stellar-sdk/base';
import type { AccountPlan } from './account.ts';
import { type AccountRef, toAccountId } from './address.ts';
import { networkId, sha256 } from './hash.ts';
import { refuse } from './problem.ts';
import { settingsContract } from './settings-contract.ts';
import { decodeAs, reason, type XdrInput } from './xdr-input.ts';

// What a settings upgrade may not touch: two measurements and two lists that have changes of their own
// (stellar-core: src/ledger/NetworkConfig.cpp, isNonUpgradeableConfigSettingEntry).
const measured: ReadonlySet<xdr.ConfigSettingEntry['type']> = new Set([
  'configSettingLiveSorobanStateSizeWindow',
  'configSettingEvictionIterator',
  'configSettingFrozenLedgerKeys',
  'configSettingFreezeBypassTxs',
] as const);

/**
 * The set of settings to vote on, in the order that core demands: sorted by id, each once, not empty, none of those
 * that cannot be voted on. Whether each value is within its bounds a node says when it is armed.
 */
export function configUpgradeSet(entries: readonly xdr.ConfigSettingEntry[]): xdr.ConfigUpgradeSet {
  if (entries.length === 0) throw refused('it is empty');
  const seen = new Set<string>();
  for (const { type } of entries) {
    if (measured.has(type)) throw refused(`${type} is kept by the ledger itself`);
    if (seen.has(type)) throw refused(`${type} stands in it twice`);
    seen.add(type);
  }
  return new xdr.ConfigUpgradeSet({ updatedEntry: [...entries].sort((a, b) => idOf(a) - idOf(b)) });
}

const idOf = (entry: xdr.ConfigSettingEntry): number => Buffer.from(entry.toXdr()).readInt32BE(0);

const refused = (why: string): Error =>
  refuse(
    { code: 'SSC_TX_INPUT', field: 'config upgrade set' },
    `the settings cannot be voted on: ${why}`,
  );

/** The fields of a setting that consists of several. */
type Fields<T> = Partial<{
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: T[K];
}>;

/** Settings to change; fields that are not named keep their values. Names as in the protocol's XDR. */
export interface ConfigChanges {
  readonly contractMaxSizeBytes?: number;
  readonly contractCompute?: Fields<xdr.ConfigSettingContractComputeV0>;
  readonly contractLedgerCost?: Fields<xdr.ConfigSettingContractLedgerCostV0>;
  readonly contractHistoricalData?: Fields<xdr.ConfigSettingContractHistoricalDataV0>;
  readonly contractEvents?: Fields<xdr.ConfigSettingContractEventsV0>;
  readonly contractBandwidth?: Fields<xdr.ConfigSettingContractBandwidthV0>;
  readonly contractDataKeySizeBytes?: number;
  readonly contractDataEntrySizeBytes?: number;
  readonly stateArchivalSettings?: Fields<xdr.StateArchivalSettings>;
  readonly contractExecutionLanes?: Fields<xdr.ConfigSettingContractExecutionLanesV0>;
  /** From protocol 23 on, as the next two. */
  readonly contractParallelCompute?: Fields<xdr.ConfigSettingContractParallelComputeV0>;
  readonly contractLedgerCostExt?: Fields<xdr.ConfigSettingContractLedgerCostExtV0>;
  readonly contractScpTiming?: Fields<xdr.ConfigSettingScpTiming>;
}

/**
 * The set that makes these changes to the settings of a network, with the settings changed and no others. `current` is
 * what a node answers to `sorobaninfo?format=upgrade_xdr`.
 */
export function changeConfig(
  current: XdrInput<xdr.ConfigUpgradeSet>,
  changes: ConfigChanges,
): xdr.ConfigUpgradeSet {
  const wires = decodeAs(xdr.ConfigUpgradeSet, current).updatedEntry.map(
    (entry) => entry.toXdrObject() as unknown as Readonly<Record<string, unknown>>,
  );
  const changed = Object.entries(changes).filter(([, value]) => value !== undefined);
  return configUpgradeSet(
    changed.map(([setting, change]) => {
      const wire = wires.find((candidate) => setting in candidate && setting !== SWITCH);
      if (wire === undefined) throw unknownSetting(setting, wires);
      return toEntry(setting, { ...wire, [setting]: merged(setting, wire[setting], change) });
    }),
  );
}

// The member by which the union of settings is told apart.
const SWITCH = 'configSettingID';

function toEntry(setting: string, wire: Readonly<Record<string, unknown>>): xdr.ConfigSettingEntry {
  try {
    const entry = xdr.ConfigSettingEntry.fromXdrObject(wire as never);
    // Only writing it finds a number that does not fit.
    entry.toXdr();
    return entry;
  } catch (cause) {
    throw refused(`the value for ${setting} cannot be written: ${reason(cause)}`);
  }
}

function merged(setting: string, current: unknown, change: unknown): unknown {
  if (typeof current !== 'object' || current === null) return change;
  if (typeof change !== 'object' || change === null)
    throw refused(`${setting} consists of ${Object.keys(current).join(', ')}`);
  for (const field of Object.keys(change))
    if (!(field in current))
      throw refused(`${setting} has no field "${field}"${didYouMean(field, Object.keys(current))}`);
  return { ...current, ...change };
}

function unknownSetting(
  setting: string,
  wires: readonly Readonly<Record<string, unknown>>[],
): Error {
  const known = wires.flatMap((wire) => Object.keys(wire).filter((key) => key !== SWITCH));
  return refused(
    `the network has no setting "${setting}"${didYouMean(setting, known) || `; it has ${known.join(', ')}`}`,
  );
}

/** Of what a set is known by: the contract that stores it (32 bytes) and the hash of its XDR. */
export function configUpgradeSetKey(
  contractId: Uint8Array,
  set: XdrInput<xdr.ConfigUpgradeSet>,
): xdr.ConfigUpgradeSetKey {
  return new xdr.ConfigUpgradeSetKey({
    contractId: new xdr.ContractId(contractId),
    contentHash: new xdr.Hash(sha256(decodeAs(xdr.ConfigUpgradeSet, set).toXdr())),
  });
}

/** The key of the ledger entry in which the set of a {@link configUpgradeSetKey} stands. */
export function configUpgradeEntryKey(key: XdrInput<xdr.ConfigUpgradeSetKey>): xdr.LedgerKey {
  const { contractId, contentHash } = decodeAs(xdr.ConfigUpgradeSetKey, key);
  return xdr.LedgerKey.contractData(
    new xdr.LedgerKeyContractData({
      contract: xdr.ScAddress.scAddressTypeContract(contractId),
      key: xdr.ScVal.scvBytes(contentHash.toXdr()),
      durability: xdr.ContractDataDurability.temporary,
    }),
  );
}

/** The 32 bytes by which a contract is known that `deployer` makes with this salt. */
export function contractId(made: {
  readonly passphrase: string;
  readonly deployer: AccountRef;
  readonly salt: Uint8Array;
}): Buffer {
  return sha256(
    xdr.HashIdPreimage.envelopeTypeContractId(
      new xdr.HashIdPreimageContractId({
        networkId: new xdr.Hash(networkId(made.passphrase)),
        contractIdPreimage: preimage(made),
      }),
    ).toXdr(),
  );
}

function preimage(made: {
  readonly deployer: AccountRef;
  readonly salt: Uint8Array;
}): xdr.ContractIdPreimage {
  if (made.salt.length !== 32)
    throw refuse(
      { code: 'SSC_TX_INPUT', field: 'salt' },
      `the salt of a contract has 32 bytes, got ${made.salt.length}`,
    );
  return xdr.ContractIdPreimage.contractIdPreimageFromAddress(
    new xdr.ContractIdPreimageFromAddress({
      address: xdr.ScAddress.scAddressTypeAccount(toAccountId(made.deployer)),
      salt: new xdr.Uint256Bytes(made.salt),
    }),
  );
}

/** What writes a set into the ledger, and the key under which it is armed then. */
export interface SettingsUpgrade {
  /** ConfigUpgradeSetKey as base64, for `upgrades?mode=set&configupgradesetkey=`. */
  readonly key: string;
  /** Of the contract that stores it. @example "CAAAA…" */
  readonly contract: string;
  /** To be sent from the deployer one after the other, each in a ledger before the next: upload, create, write. */
  readonly plans: readonly [upload: AccountPlan, create: AccountPlan, write: AccountPlan];
}

/**
 * The transactions that store a set in a ledger of protocol 20 or later. A contract is uploaded, created and called;
 * uploading again what is there already changes nothing, so only the salt must be a new one for each contract.
 * Resources and fees are those of stellar-core's own (src/main/SettingsUpgradeUtils.cpp), within the first limits of a
 * new network: 5 XLM to 10 XLM each, of which most is refunded.
 */
export function settingsUpgrade(options: {
  readonly passphrase: string;
  readonly deployer: AccountRef;
  readonly salt: Uint8Array;
  readonly set: XdrInput<xdr.ConfigUpgradeSet>;
  /** A contract with `write(bytes) → hash`. @default one of this package's own */
  readonly wasm?: Uint8Array;
}): SettingsUpgrade {
  const set = decodeAs(xdr.ConfigUpgradeSet, options.set);
  const bytes = set.toXdr();
  const wasm = options.wasm ?? settingsContract();
  const wasmHash = sha256(wasm);
  const id = contractId(options);
  const key = configUpgradeSetKey(id, set);
  const address = xdr.ScAddress.scAddressTypeContract(new xdr.ContractId(id));
  const code = xdr.LedgerKey.contractCode(new xdr.LedgerKeyContractCode({ hash: wasmHash }));
  const instance = xdr.LedgerKey.contractData(
    new xdr.LedgerKeyContractData({
      contract: address,
      key: xdr.ScVal.scvLedgerKeyContractInstance(),
      durability: xdr.ContractDataDurability.persistent,
    }),
  );
  const creation = new xdr.CreateContractArgs({
    contractIdPreimage: preimage(options),
    executable: xdr.ContractExecutable.contractExecutableWasm(wasmHash),
  });
  const call = new xdr.InvokeContractArgs({
    contractAddress: address,
    functionName: 'write',
    args: [xdr.ScVal.scvBytes(bytes)],
  });
  return {
    key: key.toXdr('base64'),
    contract: StrKey.encodeContract(id),
    plans: [
      invocation({
        what: 'the upload of the settings contract',
        call: xdr.HostFunction.hostFunctionTypeUploadContractWasm(wasm),
        readWrite: [code],
        bytes: 2000,
        resourceFee: 55_000_000n,
      }),
      invocation({
        what: 'the creation of the settings contract',
        call: xdr.HostFunction.hostFunctionTypeCreateContract(creation),
        auth: [ownAuthorization(creation)],
        readOnly: [code],
        readWrite: [instance],
        bytes: 2000,
        resourceFee: 15_000_000n,
      }),
      invocation({
        what: 'the storing of the settings',
        call: xdr.HostFunction.hostFunctionTypeInvokeContract(call),
        readOnly: [instance, code],
        readWrite: [configUpgradeEntryKey(key)],
        // What core allows itself, and what a new network allows; the tables of costs need more. An entry is its value and
        // 104 bytes (as run in the host, see test/soroban-host).
        bytes: Math.max(3200, bytes.length + 104),
        resourceFee: 65_000_000n,
      }),
    ],
  };
}

/** The source of the transaction agrees to the creation by having signed the transaction. */
const ownAuthorization = (creation: xdr.CreateContractArgs): xdr.SorobanAuthorizationEntry =>
  new xdr.SorobanAuthorizationEntry({
    credentials: xdr.SorobanCredentials.sorobanCredentialsSourceAccount(),
    rootInvocation: new xdr.SorobanAuthorizedInvocation({
      function:
        xdr.SorobanAuthorizedFunction.sorobanAuthorizedFunctionTypeCreateContractHostFn(creation),
      subInvocations: [],
    }),
  });

function invocation(options: {
  readonly what: string;
  readonly call: xdr.HostFunction;
  readonly auth?: xdr.SorobanAuthorizationEntry[];
  readonly readOnly?: xdr.LedgerKey[];
  readonly readWrite: xdr.LedgerKey[];
  readonly bytes: number;
  readonly resourceFee: bigint;
}): AccountPlan {
  return {
    what: options.what,
    operations: [
      new xdr.Operation({
        sourceAccount: null,
        body: xdr.OperationBody.invokeHostFunction(
          new xdr.InvokeHostFunctionOp({ hostFunction: options.call, auth: options.auth ?? [] }),
        ),
      }),
    ],
    // The whole bid; beside the resource fee there must be room for the inclusion fee, also of a busy network.
    fee: options.resourceFee + 35_000_000n,
    sorobanData: new xdr.SorobanTransactionData({
      ext: xdr.SorobanTransactionDataExt.v0(),
      resources: new xdr.SorobanResources({
        footprint: new xdr.LedgerFootprint({
          readOnly: options.readOnly ?? [],
          readWrite: options.readWrite,
        }),
        instructions: 2_000_000,
        diskReadBytes: options.bytes,
        writeBytes: options.bytes,
      }),
      resourceFee: options.resourceFee,
    }),
  };
}
