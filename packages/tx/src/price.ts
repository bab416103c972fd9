import { xdr } from '@stellar/stellar-sdk/base';
import { refuse } from './problem.ts';

/** A ratio of two whole numbers of 1 to 2147483647, or its decimal text, which must be such a ratio exactly. */
export type Price = string | { readonly n: number; readonly d: number };

const MAX = 2n ** 31n - 1n;

/** The price as XDR. Fractions given as such are written as they are, even nonsense like 0/0: a node refuses it. */
export function toPrice(price: Price): xdr.Price {
  if (typeof price !== 'string') {
    for (const part of [price.n, price.d])
      if (!Number.isInteger(part) || part < -(2 ** 31) || part >= 2 ** 31)
        throw refused(`${price.n}/${price.d}`, `${part} is not a whole number of 32 bits`);
    return new xdr.Price({ n: price.n, d: price.d });
  }
  const groups = /^(?<whole>\d+)(?:\.(?<part>\d+))?$/u.exec(price)?.groups;
  if (groups === undefined) throw refused(price, 'it is not digits with an optional decimal part');
  const { whole = '', part = '' } = groups;
  const [n, d] = [BigInt(whole + part), 10n ** BigInt(part.length)];
  const by = divisor(n, d);
  if (n === 0n) throw refused(price, 'it is 0');
  if (n / by > MAX || d / by > MAX)
    throw refused(price, `as a fraction it is ${n / by}/${d / by}, each part at most ${MAX}`);
  return new xdr.Price({ n: Number(n / by), d: Number(d / by) });
}

/** The greatest common divisor. */
function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisor(b, a % b);
}

const refused = (price: string, why: string): Error =>
  refuse(
    { code: 'SSC_TX_INPUT', field: 'price' },
    `the price ${JSON.stringify(price)} cannot be used: ${why}`,
  );
