import { xdr } from '@stellar/stellar-sdk/base';
import { sha256 } from '../keys.ts';
import { signTransaction } from '../tx/sign-transaction.ts';
import type { LoadKind } from './load-kind.ts';
import { type BetweenAccounts, drawFee, testAccounts } from './payments.ts';
import { randomWasm } from './random-wasm.ts';

/** A value by chance: each comes as often as its weight says. */
export interface Distribution {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/** How large Wasm is that nobody has said the size of (stellar-core: DEFAULT_WASM_BYTES). */
const defaultWasmBytes = 35_840;

// What an upload is let take: enough for what it costs after the costs were recalibrated, and too little before, as
// stellar-core's own generator has it, which asks for 1,834,533 instructions on average for 1023 bytes.
const instructionsFor = (bytes: number): number => 1_010_000 + 806 * bytes;
const writeBytesFor = (bytes: number): number => bytes + 170;
/** Stroops for resources and rent, of which most is given back: core adds a million to its estimate. */
const resourceFeeFor = (bytes: number): bigint => 1_200_000n + 400n * BigInt(bytes);

/** Uploads of random Wasm by test accounts. */
export function uploads(options: BetweenAccounts & { readonly wasmBytes: Distribution }): LoadKind {
  const { request, networkId, random, wasmBytes } = options;
  return {
    payers: testAccounts(request),
    count: request.txs,
    isSoroban: true,
    next({ key: source }) {
      const wasm = randomWasm(draw(wasmBytes, random.float()), random);
      const soroban = uploadData(wasm);
      const hostFunction = xdr.HostFunction.hostFunctionTypeUploadContractWasm(wasm);
      const body = xdr.OperationBody.invokeHostFunction(
        new xdr.InvokeHostFunctionOp({ hostFunction, auth: [] }),
      );
      const operations = [new xdr.Operation({ sourceAccount: null, body })];
      return (seqNum) => {
        const fee = drawFee(options) + Number(soroban.resourceFee);
        return signTransaction({
          source,
          seqNum,
          fee,
          operations,
          soroban,
          networkId,
          isV0: false,
        });
      };
    },
    counted: () => ({ 'loadgen.soroban.upload': 1 }),
    // Whether they succeed does not matter, unless so many must.
    isThere: () => true,
  };
}

function uploadData(wasm: Uint8Array): xdr.SorobanTransactionData {
  const key = xdr.LedgerKey.contractCode(
    new xdr.LedgerKeyContractCode({ hash: new xdr.Hash(sha256(wasm)) }),
  );
  return new xdr.SorobanTransactionData({
    ext: xdr.SorobanTransactionDataExt.v0(),
    resources: new xdr.SorobanResources({
      footprint: new xdr.LedgerFootprint({ readOnly: [], readWrite: [key] }),
      instructions: instructionsFor(wasm.length),
      diskReadBytes: 0,
      writeBytes: writeBytesFor(wasm.length),
    }),
    resourceFee: resourceFeeFor(wasm.length),
  });
}

/** The value at a share of all weights. */
function draw({ values, weights }: Distribution, share: number): number {
  let left = share * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, value] of values.entries()) {
    left -= weights[i] ?? 0;
    if (left < 0) return value;
  }
  return values.at(-1) ?? defaultWasmBytes;
}
