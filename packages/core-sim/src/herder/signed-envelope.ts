import { isSignedBy, type SigningKey } from '../keys.ts';
import { type Envelope, encodeStatement, type Statement } from '../scp/statement.ts';

// ENVELOPE_TYPE_SCP
const envelopeTypeScp = Buffer.from([0, 0, 0, 1]);

/** What a statement's signature covers: network id, kind, statement. */
const signedPart = (networkId: Uint8Array, statement: Statement): Buffer =>
  Buffer.concat([networkId, envelopeTypeScp, encodeStatement(statement)]);

/** The statement with a signature that is made when it is first asked for; `signed` is then called. */
export function signLater(
  statement: Statement,
  key: SigningKey,
  networkId: Uint8Array,
  signed: () => void,
): Envelope {
  let signature: Uint8Array | undefined;
  return {
    statement,
    get signature() {
      if (signature === undefined) {
        signature = key.sign(signedPart(networkId, statement));
        signed();
      }
      return signature;
    },
  };
}

// What is the same for every receiver of a message is found once for all that share its bytes.
const judged = new WeakMap<Buffer, { readonly network: string; readonly good: boolean }>();

/** True when the envelope, whose XDR is `body`, is signed by its node for this network. */
export function isSigned(envelope: Envelope, body: Buffer, networkId: Uint8Array): boolean {
  const network = Buffer.from(networkId).toString('latin1');
  const known = judged.get(body);
  if (known?.network === network) return known.good;
  const { statement, signature } = envelope;
  const good = isSignedBy(statement.node, signedPart(networkId, statement), signature);
  judged.set(body, { network, good });
  return good;
}
