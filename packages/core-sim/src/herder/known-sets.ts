import type { Ledger } from '../ledger/ledger.ts';
import { decodeValue } from '../ledger/stellar-value.ts';
import { hashQuorumSet, type QuorumSet } from '../scp/quorum-set.ts';
import { type Statement, valuesOf } from '../scp/statement.ts';
import { createTxSet, type TxSet } from '../tx/tx-set.ts';

/** The sets that statements name by hash: quorum sets, and transactions for a ledger. */
export class KnownSets {
  readonly #ledger: Ledger;
  readonly #quorumSets = new Map<string, QuorumSet>();
  readonly #txSets = new Map<string, { readonly set: TxSet; slot: number }>();
  #empty: TxSet | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  quorumSet(hash: string): QuorumSet | undefined {
    return this.#quorumSets.get(hash);
  }

  addQuorumSet(set: QuorumSet): void {
    this.#quorumSets.set(hashQuorumSet(set), set);
  }

  /** A known set, for whatever ledger. */
  txSet(hash: string): TxSet | undefined {
    return this.#txSets.get(hash)?.set;
  }

  /** A known set, which a statement for this slot needs; the empty one that follows the last ledger needs no fetching. */
  txSetFor(hash: string, slot: number): TxSet | undefined {
    const known = this.#txSets.get(hash);
    if (known !== undefined) {
      known.slot = Math.max(known.slot, slot);
      return known.set;
    }
    if (slot !== this.#ledger.header.ledgerSeq + 1) return undefined;
    const empty = this.emptyTxSet();
    if (empty.hash !== hash) return undefined;
    this.addTxSet(empty, slot);
    return empty;
  }

  addTxSet(set: TxSet, slot: number): void {
    const known = this.#txSets.get(set.hash);
    if (known === undefined) this.#txSets.set(set.hash, { set, slot });
    else known.slot = Math.max(known.slot, slot);
  }

  /** The set without transactions that follows on the last ledger. */
  emptyTxSet(): TxSet {
    const { hash, header } = this.#ledger;
    if (this.#empty?.previousLedgerHash !== hash)
      this.#empty = createTxSet(hash, header.ledgerVersion, [], BigInt(header.baseFee));
    return this.#empty as TxSet;
  }

  /** What must be fetched before a statement can be judged. */
  missingFor(statement: Statement): Set<string> {
    const missing = new Set<string>();
    if (!this.#quorumSets.has(statement.quorumSet)) missing.add(statement.quorumSet);
    for (const value of valuesOf(statement)) {
      const hash = decodeValue(value)?.txSetHash;
      if (hash !== undefined && this.txSetFor(hash, statement.slot) === undefined)
        missing.add(hash);
    }
    return missing;
  }

  forgetBefore(slot: number): void {
    for (const [hash, known] of this.#txSets) if (known.slot < slot) this.#txSets.delete(hash);
  }
}
