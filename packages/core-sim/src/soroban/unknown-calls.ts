import type { Ledger } from '../ledger/ledger.ts';
import { NotSimulatedError } from '../not-simulated.ts';
import type { TxFrame } from '../tx/frame.ts';
import { settingsContractHash, wasmOfContract } from './apply-host-call.ts';

/** Throws a {@link NotSimulatedError} for calls of contracts that core-sim has no model of. */
export function refuseUnknownCalls(ledger: Ledger, { operations }: TxFrame): void {
  for (const operation of operations) {
    if (operation.type !== 'invokeHostFunction' || operation.call.kind !== 'invoke') continue;
    const wasm = wasmOfContract(ledger, operation.call.contract);
    if (wasm !== undefined && wasm !== settingsContractHash)
      throw new NotSimulatedError(
        'core-sim runs no contracts: of the one that stores settings for upgrades it has a model',
      );
  }
}
