import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { networkId, sha256, type xdr } from '@ssc/tx';
import { hex } from './transaction-set.ts';

/** What a record of the scp file says of one ledger. */
export interface ScpFacts {
  readonly ledger: number;
  /** The XDR of every value that some node says was agreed on. */
  readonly agreed: readonly string[];
  readonly messages: number;
  readonly flaws: readonly string[];
}

const envelopeTypeScp = Buffer.from([0, 0, 0, 1]);

/**
 * Reads a record of the scp file and checks what stands in it alone: signatures (given a passphrase to verify them with), ledger numbers,
 * and that it lists exactly the quorum sets its messages refer to.
 */
export function readScp(entry: xdr.ScpHistoryEntry, passphrase: string | undefined): ScpFacts {
  const { quorumSets, ledgerMessages } = entry.v0;
  const { ledgerSeq, messages } = ledgerMessages;
  const flaws: string[] = [];
  const wanted = new Set<string>();
  const agreed: string[] = [];
  for (const { statement, signature } of messages) {
    const node = statement.nodeId.ed25519.value;
    if (BigInt(String(statement.slotIndex)) !== BigInt(ledgerSeq))
      flaws.push(`a message of node ${hex(node)} is about ledger ${String(statement.slotIndex)}`);
    wanted.add(quorumSetOf(statement.pledges));
    if (statement.pledges.type === 'scpStExternalize')
      agreed.push(hex(statement.pledges.externalize.commit.value.value));
    if (passphrase === undefined) continue;
    const signed = Buffer.concat([networkId(passphrase), envelopeTypeScp, statement.toXdr()]);
    if (!isSigned(node, signed, signature.value))
      flaws.push(`a message of node ${hex(node)} is not signed by it`);
  }
  const listed = new Set(quorumSets.map((set) => sha256(set.toXdr()).toString('hex')));
  for (const hash of wanted)
    if (!listed.has(hash))
      flaws.push(`the quorum set ${hash}, which a message refers to, is not listed`);
  for (const hash of listed)
    if (!wanted.has(hash))
      flaws.push(`the quorum set ${hash} is listed and no message refers to it`);
  return { ledger: ledgerSeq, agreed, messages: messages.length, flaws };
}

function quorumSetOf(pledges: xdr.ScpStatementPledges): string {
  switch (pledges.type) {
    case 'scpStPrepare':
      return hex(pledges.prepare.quorumSetHash);
    case 'scpStConfirm':
      return hex(pledges.confirm.quorumSetHash);
    case 'scpStExternalize':
      return hex(pledges.externalize.commitQuorumSetHash);
    case 'scpStNominate':
      return hex(pledges.nominate.quorumSetHash);
  }
}

/** Before the 32 bytes of an ed25519 key in a SubjectPublicKeyInfo. */
const spki = Buffer.from('302a300506032b6570032100', 'hex');
const mostKeys = 1000;
const keys = new Map<string, KeyObject>();

/** A node's key for OpenSSL: a network has few nodes, and to make one costs as much as to verify with it. */
function keyOf(node: Uint8Array): KeyObject {
  const name = hex(node);
  let key = keys.get(name);
  if (key === undefined) {
    key = createPublicKey({ key: Buffer.concat([spki, node]), format: 'der', type: 'spki' });
    if (keys.size < mostKeys) keys.set(name, key);
  }
  return key;
}

/** False also for bytes that are no point of the curve, where OpenSSL throws. */
function isSigned(node: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, message, keyOf(node), signature);
  } catch {
    return false;
  }
}
