import { envelopeHash, sha256, transactionHash, type xdr } from '@ssc/tx';

/** What a record of the transactions file says, as far as a header and the results can be compared with it. */
export interface SetFacts {
  readonly ledger: number;
  /** Lower-case hexadecimal. */
  readonly hash: string;
  readonly previousLedgerHash: string;
  /** How sets are written: before protocol 20, from 20 on, or from 23 on with stages in the Soroban phase. */
  readonly form: SetForm;
  /** Hashes of its transactions, sorted; undefined without a passphrase. */
  readonly ids: readonly string[] | undefined;
  readonly transactions: number;
  /** What breaks a rule of the form itself. */
  readonly flaws: readonly string[];
}

/** See {@link SetFacts.form}. */
export type SetForm = 'legacy' | 'generalized' | 'staged';

/** The form that follows a ledger of this protocol (stellar-core: src/herder/TxSetFrame.cpp). */
export function formAfter(protocol: number): SetForm {
  if (protocol < 20) return 'legacy';
  return protocol < 23 ? 'generalized' : 'staged';
}

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const emptyForms: Readonly<Record<SetForm, Buffer>> = {
  legacy: Buffer.alloc(0),
  // Two phases; each has a form and no components, or no base fee and no stages.
  generalized: Buffer.concat([0, 0, 0, 0].map(word)),
  staged: Buffer.concat([0, 0, 1, 0, 0].map(word)),
};

/** The hash of the set without transactions that follows a ledger. */
export function emptySetHash(previousLedgerHash: string, form: SetForm): string {
  const previous = Buffer.from(previousLedgerHash, 'hex');
  const bytes = form === 'legacy' ? [previous] : [word(1), previous, word(2), emptyForms[form]];
  return sha256(...bytes).toString('hex');
}

/**
 * Reads a record of the transactions file. Its hash is taken from the bytes as they stand, not from what they decode to
 * and are encoded to again.
 */
export function readTransactionSet(
  entry: xdr.TransactionHistoryEntry,
  record: Buffer,
  passphrase: string | undefined,
): SetFacts {
  const { ext, txSet, ledgerSeq } = entry;
  const general = ext.type === 'generalizedTxSet' ? ext.generalizedTxSet : undefined;
  const groups = general === undefined ? [txSet.txs] : groupsOf(general);
  const envelopes = groups.flat();
  return {
    ledger: ledgerSeq,
    // Before the sets: the ledger's number. A legacy set hashes without the count of its envelopes; a generalized one
    // stands behind an empty legacy set (36 bytes) and the number of the arm.
    hash: (general === undefined
      ? sha256(record.subarray(4, 36), record.subarray(40, record.length - 4))
      : sha256(record.subarray(44))
    ).toString('hex'),
    previousLedgerHash: hex(
      general === undefined ? txSet.previousLedgerHash : general.v1TxSet.previousLedgerHash,
    ),
    form: general === undefined ? 'legacy' : hasStages(general) ? 'staged' : 'generalized',
    ids:
      passphrase === undefined
        ? undefined
        : envelopes.map((envelope) => transactionHash(envelope, passphrase).toString('hex')).sort(),
    transactions: envelopes.length,
    flaws: [...(general === undefined ? [] : flawsOf(general, txSet)), ...groups.flatMap(unsorted)],
  };
}

type General = xdr.GeneralizedTransactionSet;

/** The lists of envelopes that are each sorted for themselves. */
function groupsOf(set: General): (readonly xdr.TransactionEnvelope[])[] {
  return set.v1TxSet.phases.flatMap((phase) =>
    phase.type === 'v0Components'
      ? phase.v0Components.map((component) => component.txsMaybeDiscountedFee.txs)
      : phase.parallelTxsComponent.executionStages.flat(),
  );
}

const hasStages = (set: General): boolean => set.v1TxSet.phases[1]?.type === 'parallelTxsComponent';

function flawsOf(set: General, old: xdr.TransactionSet): string[] {
  const flaws: string[] = [];
  const { phases } = set.v1TxSet;
  if (phases.length !== 2) flaws.push(`the set has ${phases.length} phases instead of 2`);
  if (old.txs.length > 0 || !/^0*$/u.test(hex(old.previousLedgerHash)))
    flaws.push('the member for sets before protocol 20 is not empty beside a generalized set');
  if (groupsOf(set).some((group) => group.length === 0))
    flaws.push('the set has a component or cluster without transactions');
  return flaws;
}

function unsorted(group: readonly xdr.TransactionEnvelope[]): string[] {
  const hashes = group.map((envelope) => envelopeHash(envelope).toString('hex'));
  return hashes.every((hash, i) => i === 0 || (hashes[i - 1] ?? '') < hash)
    ? []
    : ['the transactions of the set are not sorted by the hashes of their envelopes'];
}

/** A hash as text. */
export const hex = (value: { readonly value: Uint8Array } | Uint8Array): string =>
  Buffer.from(value instanceof Uint8Array ? value : value.value).toString('hex');
