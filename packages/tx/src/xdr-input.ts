import type { xdr } from '@stellar/stellar-sdk/base';
import { refuse } from './problem.ts';

/** A value of one XDR type: decoded, its bytes, or base64 of them. */
export type XdrInput<T> = T | Uint8Array | string;

/** Decodes strictly: every byte belongs to the value. Throws SSC_TX_XDR naming the type and what is wrong. */
export function decodeAs<Wire, T extends xdr.XdrValue>(
  type: xdr.XdrValueConstructor<Wire, T> & { fromXdr: typeof xdr.XdrValue.fromXdr },
  input: XdrInput<T>,
): T {
  if (typeof input !== 'string' && !(input instanceof Uint8Array)) return input;
  const name = type.schema.name ?? 'XDR value';
  const bytes = typeof input === 'string' ? base64Bytes(input, name) : input;
  try {
    return type.fromXdr(bytes);
  } catch (cause) {
    throw refuse(
      { code: 'SSC_TX_XDR', position: undefined },
      `${bytes.length} bytes are not a ${name}: ${reason(cause)}`,
    );
  }
}

/** The bytes of base64 text, whose padding may be missing; SSC_TX_XDR names the first character that does not belong. */
export function base64Bytes(text: string, what: string): Uint8Array {
  const wrong = /[^A-Za-z0-9+/]/u.exec(text.replace(/={0,2}$/u, ''));
  if (wrong !== null)
    throw refuse(
      { code: 'SSC_TX_XDR', position: wrong.index },
      `the text for a ${what} is not base64: ${JSON.stringify(wrong[0])} at character ${wrong.index}`,
    );
  return Buffer.from(text, 'base64');
}

/** What an error says, without its name. */
export const reason = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);
