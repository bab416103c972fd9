import { xdr } from '@stellar/stellar-sdk/base';
import { refuse } from './problem.ts';

/** A note on a transaction: text of at most 28 bytes, a number, or 32 bytes (a hash, or that of what is returned). */
export type Memo =
  | string
  | { readonly id: bigint }
  | { readonly hash: Uint8Array }
  | { readonly returnHash: Uint8Array };

/** The memo as XDR; none when undefined. */
export function toMemo(memo: Memo | undefined): xdr.Memo {
  if (memo === undefined) return xdr.Memo.memoNone();
  if (typeof memo === 'string') {
    const bytes = Buffer.byteLength(memo);
    if (bytes > 28) throw refused(`text of ${bytes} bytes, at most 28 fit`);
    return xdr.Memo.memoText(memo);
  }
  if ('id' in memo) {
    if (memo.id < 0n || memo.id >= 2n ** 64n) throw refused(`the number ${memo.id}, not 64 bits`);
    return xdr.Memo.memoId(memo.id);
  }
  const hash = 'hash' in memo ? memo.hash : memo.returnHash;
  if (hash.length !== 32) throw refused(`a hash of ${hash.length} bytes, expected 32`);
  return 'hash' in memo ? xdr.Memo.memoHash(hash) : xdr.Memo.memoReturn(hash);
}

const refused = (what: string): Error =>
  refuse({ code: 'SSC_TX_INPUT', field: 'memo' }, `the memo cannot be used: it is ${what}`);
