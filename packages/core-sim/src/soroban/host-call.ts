import { xdr } from '@stellar/stellar-sdk/base';
import { type KeyId, sha256Hex } from '../keys.ts';
import { sortKeyOf } from '../ledger/entry-key.ts';
import { NotSimulatedError } from '../not-simulated.ts';

/** What a transaction asks the host of contracts for. */
export type HostCall =
  | { readonly kind: 'upload'; readonly wasm: Buffer; readonly hash: string }
  | {
      readonly kind: 'create';
      /** The new contract's id, the hash of its Wasm, both in hex. */
      readonly contract: string;
      readonly wasmHash: string;
      readonly deployer: KeyId;
      /** The deployer agreed by being the source of the operation. */
      readonly isAgreed: boolean;
    }
  | {
      readonly kind: 'invoke';
      readonly contract: string;
      readonly functionName: string;
      readonly args: readonly xdr.ScVal[];
    };

/** A ledger entry that a transaction says it touches. */
export interface FootprintKey {
  readonly type: xdr.LedgerKey['type'];
  /** See {@link sortKeyOf}. */
  readonly sortKey: string;
  /** The LedgerKey. */
  readonly bytes: Buffer;
}

/** What a Soroban transaction says of itself beside its operation (XDR: SorobanTransactionData). */
export interface SorobanData {
  readonly readOnly: readonly FootprintKey[];
  readonly readWrite: readonly FootprintKey[];
  readonly instructions: number;
  readonly diskReadBytes: number;
  readonly writeBytes: number;
  /** In stroops; what of it was not needed is given back. */
  readonly resourceFee: bigint;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What the data of a transaction say; throws a {@link NotSimulatedError} for entries that core-sim does not have. */
export function readSorobanData(data: xdr.SorobanTransactionData): SorobanData {
  if (data.ext.type !== 'v0')
    throw new NotSimulatedError('core-sim does not simulate the restoration of archived entries');
  const { footprint, instructions, diskReadBytes, writeBytes } = data.resources;
  const keys = (list: readonly xdr.LedgerKey[]): FootprintKey[] =>
    list.map((key) => {
      const bytes = Buffer.from(key.toXdr());
      return { type: key.type, sortKey: sortKeyOf(bytes), bytes };
    });
  return {
    readOnly: keys(footprint.readOnly),
    readWrite: keys(footprint.readWrite),
    instructions,
    diskReadBytes,
    writeBytes,
    resourceFee: data.resourceFee,
  };
}

/** What an operation asks for; throws a {@link NotSimulatedError} for calls that core-sim has no model of. */
export function readHostCall(
  { hostFunction, auth }: xdr.InvokeHostFunctionOp,
  networkId: Uint8Array,
): HostCall {
  for (const { credentials } of auth)
    if (credentials.type !== 'sorobanCredentialsSourceAccount')
      throw new NotSimulatedError(
        'core-sim does not simulate authorization by others than the source of the operation',
      );
  switch (hostFunction.type) {
    case 'hostFunctionTypeUploadContractWasm': {
      const wasm = Buffer.from(hostFunction.wasm);
      return { kind: 'upload', wasm, hash: sha256Hex(wasm) };
    }
    case 'hostFunctionTypeCreateContract':
      return readCreation(hostFunction.createContract, networkId, auth.length > 0);
    case 'hostFunctionTypeInvokeContract': {
      const { contractAddress, functionName, args } = hostFunction.invokeContract;
      if (contractAddress.type !== 'scAddressTypeContract')
        throw new NotSimulatedError('core-sim does not simulate calls of what is no contract');
      return {
        kind: 'invoke',
        contract: hex(contractAddress.contractId.toXdr()),
        functionName: functionName.toString(),
        args,
      };
    }
    default:
      throw new NotSimulatedError('core-sim does not simulate contracts with constructors');
  }
}

function readCreation(
  { contractIdPreimage, executable }: xdr.CreateContractArgs,
  networkId: Uint8Array,
  isAgreed: boolean,
): HostCall {
  if (
    contractIdPreimage.type !== 'contractIdPreimageFromAddress' ||
    contractIdPreimage.fromAddress.address.type !== 'scAddressTypeAccount' ||
    executable.type !== 'contractExecutableWasm'
  )
    throw new NotSimulatedError(
      'core-sim does not simulate contracts but those that accounts make from Wasm',
    );
  const preimage = xdr.HashIdPreimage.envelopeTypeContractId(
    new xdr.HashIdPreimageContractId({ networkId: new xdr.Hash(networkId), contractIdPreimage }),
  );
  return {
    kind: 'create',
    contract: sha256Hex(preimage.toXdr()),
    wasmHash: hex(executable.wasmHash.toXdr()),
    deployer: hex(contractIdPreimage.fromAddress.address.accountId.ed25519.value),
    isAgreed,
  };
}
