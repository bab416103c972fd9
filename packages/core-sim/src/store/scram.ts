import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** What a client answers the first message of a server with, and what the server must answer then. */
export interface ScramAnswer {
  readonly final: string;
  /** The server knows the password too when it says this. */
  readonly proof: string;
}

const hmac = (key: Uint8Array, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** The first message of a client, without its header. The start-up has named the user already, so it names none. */
export const scramFirst = (nonce: string): string => `n=,r=${nonce}`;

/** The header of a client that binds to no channel, and its base64. */
export const scramHeader = 'n,,';

/** SCRAM-SHA-256 (RFC 5802, 7677) from the side of the client, after its first message. Undefined: the server's message is none, or another's. */
export function answerScram(
  password: string,
  first: string,
  serverFirst: string,
): ScramAnswer | undefined {
  const fields = new Map(
    serverFirst.split(',').map((field) => [field.slice(0, 1), field.slice(2)] as const),
  );
  const [serverNonce = '', salt = '', rounds = ''] = ['r', 's', 'i'].map((key) => fields.get(key));
  const nonce = first.slice(first.indexOf('r=') + 2);
  if (!serverNonce.startsWith(nonce) || salt === '' || !/^[1-9]\d*$/u.test(rounds))
    return undefined;
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const storedKey = createHash('sha256').update(clientKey).digest();
  const bare = `c=${Buffer.from(scramHeader).toString('base64')},r=${serverNonce}`;
  const message = `${first},${serverFirst},${bare}`;
  const signature = hmac(storedKey, message);
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0)));
  return {
    final: `${bare},p=${proof.toString('base64')}`,
    proof: `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`,
  };
}
