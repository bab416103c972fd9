import { operation, rootKey, signTransaction, type xdr } from '@ssc/tx';
import { createSigningKey } from '../../src/keys.ts';
import { createGenesis } from '../../src/ledger/genesis.ts';
import { type ClosedLedger, Ledger, type LedgerState } from '../../src/ledger/ledger.ts';
import type { SorobanOptions } from '../../src/ledger/soroban-options.ts';
import { signValue } from '../../src/ledger/stellar-value.ts';
import { encodeUpgrade, type Upgrade } from '../../src/ledger/upgrade.ts';
import { networkIdOf, readTransaction, type TxFrame } from '../../src/tx/frame.ts';
import { createTxSet } from '../../src/tx/tx-set.ts';
import { passphrase } from '../configs.ts';

export const networkId = networkIdOf(passphrase);
export const root = rootKey(passphrase);
const proposer = createSigningKey(new Uint8Array(32));

export type Key = typeof root;

/** What nodes write into the ledger when they know nothing of tests. */
export const usualSoroban: SorobanOptions = {
  highLimits: false,
  recalibratesCosts: false,
  ignoresCloseTimeBounds: false,
  minPersistentTtl: undefined,
  eviction: undefined,
};

/** A ledger alone, whose values nobody but this test agrees on. */
export interface Chain {
  readonly ledger: Ledger;
  /** Closes a ledger in which every operation pays at most `baseFee`, the ledger's own by default. */
  close(frames: readonly TxFrame[], upgrades?: readonly Upgrade[], baseFee?: bigint): ClosedLedger;
}

/** A chain of two ledgers at a protocol, or of one at protocol 0. */
export function createChain(protocol: number): Chain {
  const chain = continueChain(createGenesis(networkId, 0));
  if (protocol > 0) chain.close([], [{ name: 'protocolversion', value: protocol }]);
  return chain;
}

/** The chain whose last ledger is that of a state. */
export function continueChain(state: LedgerState): Chain {
  const ledger = new Ledger(state, { supportedProtocol: 27, soroban: usualSoroban });
  const close: Chain['close'] = (frames, upgrades = [], baseFee) => {
    const { ledgerVersion, ledgerSeq, baseFee: own } = ledger.header;
    const set = createTxSet(ledger.hash, ledgerVersion, frames, baseFee ?? BigInt(own));
    const value = signValue(proposer, networkId, {
      txSetHash: set.hash,
      closeTime: 1_795_000_000 + 5 * ledgerSeq,
      upgrades: upgrades.map(encodeUpgrade),
    });
    return ledger.close(value, set);
  };
  return { ledger, close };
}

/** A signed transaction as a node reads it. */
export function sign(
  source: Key,
  sequence: bigint,
  operations: readonly xdr.Operation[],
  fee?: bigint,
): TxFrame {
  const signed = signTransaction({
    source: source.publicKey,
    sequence,
    operations,
    passphrase,
    signers: [source],
    ...(fee !== undefined && { fee }),
  });
  return readTransaction(Buffer.from(signed.base64, 'base64'), networkId);
}

type Xlm = `${number} XLM`;
export const create = (to: Key, startingBalance: Xlm) =>
  operation.createAccount({ destination: to.publicKey, startingBalance });
export const pay = (to: Key, amount: Xlm) =>
  operation.payment({ destination: to.publicKey, amount });
