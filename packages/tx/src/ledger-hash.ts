import { xdr } from '@stellar/stellar-sdk/base';
import { networkId, sha256 } from './hash.ts';
import { decodeAs, type XdrInput } from './xdr-input.ts';

/** The hash of a ledger: SHA-256 of its header. */
export const ledgerHeaderHash = (header: XdrInput<xdr.LedgerHeader>): Buffer =>
  sha256(decodeAs(xdr.LedgerHeader, header).toXdr());

/** The hash of the results of a ledger, its header's `txSetResultHash`. */
export const resultSetHash = (results: XdrInput<xdr.TransactionResultSet>): Buffer =>
  sha256(decodeAs(xdr.TransactionResultSet, results).toXdr());

/** The hash of a transaction set as from protocol 20 on. */
export const generalizedTransactionSetHash = (
  set: XdrInput<xdr.GeneralizedTransactionSet>,
): Buffer => sha256(decodeAs(xdr.GeneralizedTransactionSet, set).toXdr());

/**
 * The hash of a transaction set as before protocol 20: of the previous ledger's hash and the envelopes, without their
 * count between (stellar-core: src/herder/TxSetFrame.cpp).
 */
export function transactionSetHash(set: XdrInput<xdr.TransactionSet>): Buffer {
  const { previousLedgerHash, txs } = decodeAs(xdr.TransactionSet, set);
  return sha256(previousLedgerHash.toXdr(), ...txs.map((envelope) => envelope.toXdr()));
}

const typeTx = Buffer.from([0, 0, 0, 2]);
const typeFeeBump = Buffer.from([0, 0, 0, 5]);
const keyTypeEd25519 = Buffer.alloc(4);

/**
 * The hash of a transaction, which its signatures sign and core calls its id: of the network id, the envelope's type
 * and the transaction. A version-0 envelope hashes as the version-1 transaction it stands for.
 */
export function transactionHash(
  envelope: XdrInput<xdr.TransactionEnvelope>,
  passphrase: string,
): Buffer {
  const decoded = decodeAs(xdr.TransactionEnvelope, envelope);
  const id = networkId(passphrase);
  switch (decoded.type) {
    case 'envelopeTypeTx':
      return sha256(id, typeTx, decoded.v1.tx.toXdr());
    case 'envelopeTypeTxFeeBump':
      return sha256(id, typeFeeBump, decoded.feeBump.tx.toXdr());
    case 'envelopeTypeTxV0':
      // The two differ by the key type before the source; "no time bounds" and "no preconditions" are the same bytes.
      return sha256(id, typeTx, keyTypeEd25519, decoded.v0.tx.toXdr());
  }
}

/** The hash of a whole envelope, signatures included: by it transaction sets are sorted. */
export const envelopeHash = (envelope: XdrInput<xdr.TransactionEnvelope>): Buffer =>
  sha256(decodeAs(xdr.TransactionEnvelope, envelope).toXdr());
