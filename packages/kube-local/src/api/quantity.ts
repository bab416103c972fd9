/*
 * Amounts such as 500m, 1Gi or 1e3, as in apimachinery: pkg/api/resource/quantity.go. Counted in thousandths of a unit as
 * bigint, so that sums are exact.
 */

const pattern =
  /^([+-]?)(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+|Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|)$/u;

const decimal: Record<string, number> = {
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
const binary: Record<string, bigint> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};

interface Parsed {
  /** Thousandths, rounded up as the real server does. */
  readonly milli: bigint;
  readonly format: 'binary' | 'decimal' | 'exponent';
}

function parse(text: string): Parsed | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  let numerator = BigInt(`${whole}${fraction}` === '' ? '0' : `${whole}${fraction}`) * 1000n;
  let denominator = 10n ** BigInt(fraction.length);
  let format: Parsed['format'] = 'decimal';
  const factor = binary[suffix];
  if (factor !== undefined) {
    numerator *= factor;
    format = 'binary';
  } else {
    const isExponent = /^[eE][+-]?\d/u.test(suffix);
    const power = isExponent ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0);
    if (isExponent) format = 'exponent';
    if (Math.abs(power) > 40) return undefined;
    if (power >= 0) numerator *= 10n ** BigInt(power);
    else denominator *= 10n ** BigInt(-power);
  }
  const milli = (numerator + denominator - 1n) / denominator;
  return { milli: sign === '-' ? -milli : milli, format };
}

/** Thousandths of a unit; undefined when the text is no amount. */
export function parseMilli(value: unknown): bigint | undefined {
  if (typeof value === 'number') return parse(String(value))?.milli;
  return typeof value === 'string' ? parse(value)?.milli : undefined;
}

/** Thousandths of a unit; 0 for what is not set. */
export const toMilli = (value: unknown): bigint => parseMilli(value) ?? 0n;

/** Whole units, rounded up. */
export const toUnits = (value: unknown): number => Number((toMilli(value) + 999n) / 1000n);

/** The text in the form in which the real server writes it back: `1000m` as `1`, `1024Mi` as `1Gi`. */
export function canonicalQuantity(text: string): string {
  const parsed = parse(text);
  return parsed === undefined ? text : renderMilli(parsed.milli, parsed.format);
}

/** The amount with the largest suffix that keeps it whole. */
export function renderMilli(milli: bigint, format: Parsed['format'] = 'decimal'): string {
  if (milli === 0n) return '0';
  const sign = milli < 0n ? '-' : '';
  const amount = milli < 0n ? -milli : milli;
  // Binary suffixes only for whole units of 1024 and more.
  if (format === 'binary' && amount % 1000n === 0n && amount >= 1_024_000n) {
    let best = { value: amount / 1000n, suffix: '' };
    for (const [suffix, factor] of Object.entries(binary))
      if ((amount / 1000n) % factor === 0n) best = { value: amount / 1000n / factor, suffix };
    return `${sign}${best.value}${best.suffix}`;
  }
  let [value, power] = [amount, -3];
  while (value % 1000n === 0n && power < 18) {
    value /= 1000n;
    power += 3;
  }
  if (format === 'exponent') return `${sign}${value}${power === 0 ? '' : `e${power}`}`;
  const suffix = Object.entries(decimal).find(([, p]) => p === power)?.[0] ?? '';
  return `${sign}${value}${suffix}`;
}

/** A sum, written in the form of its first part. */
export function renderLike(milli: bigint, like: string | undefined): string {
  return renderMilli(milli, like === undefined ? 'decimal' : (parse(like)?.format ?? 'decimal'));
}
