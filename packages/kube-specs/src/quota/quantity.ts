import { usageError } from '@ssc/errors';

// Quantities are exact: a quota that is missed by a byte is missed. The smallest unit of Kubernetes is a billionth
// (apimachinery: pkg/api/resource), so an amount is a whole number of those.

/** An amount in billionths: of a core, a byte or a thing. */
export type Amount = bigint;

/** One, as an {@link Amount}. */
export const one: Amount = 1_000_000_000n;

const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binary: Readonly<Record<string, bigint>> = {
  Ki: 10n,
  Mi: 20n,
  Gi: 30n,
  Ti: 40n,
  Pi: 50n,
  Ei: 60n,
};

/** The amount of a quantity as Kubernetes writes it, rounded up to a billionth. @example parseAmount('250m') is 250_000_000n */
export function parseAmount(quantity: string | number): Amount {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,3})|([KMGTPE]i|[numkMGTPE]?))$/u.exec(
    String(quantity).trim(),
  );
  const [, sign = '', whole = '', fraction = '', exponent, unit = ''] = found ?? [];
  if (found === null || whole + fraction === '')
    throw usageError('SSC_QUANTITY', `"${quantity}" is not a quantity of Kubernetes`);
  const digits = BigInt(whole + fraction);
  const shift = binary[unit];
  const power =
    9 - fraction.length + (exponent === undefined ? (decimal[unit] ?? 0) : Number(exponent));
  const scaled = shift === undefined ? digits : digits << shift;
  const size = power >= 0 ? scaled * 10n ** BigInt(power) : divideUp(scaled, 10n ** BigInt(-power));
  return sign === '-' ? -size : size;
}

/** Divides and rounds up; neither is negative. */
const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

/** What an amount counts. */
export type Unit = 'cpu' | 'bytes' | 'things';

/** An amount for people, exact: the largest unit that leaves no rest. @example "250m" @example "1536Mi" */
export function renderAmount(amount: Amount, unit: Unit): string {
  if (amount < 0n) return `-${renderAmount(-amount, unit)}`;
  if (unit === 'cpu' && amount % one !== 0n)
    return amount % 1_000_000n === 0n ? `${amount / 1_000_000n}m` : `${amount}n`;
  if (amount % one !== 0n) return `${amount}n`;
  const count = amount / one;
  if (unit !== 'bytes' || count === 0n) return String(count);
  const suffix = (['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const).find(
    (name) => count % (1n << (binary[name] ?? 0n)) === 0n,
  );
  return suffix === undefined ? String(count) : `${count >> (binary[suffix] ?? 0n)}${suffix}`;
}
