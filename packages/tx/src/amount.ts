import { refuse } from './problem.ts';

/** Stroops in one XLM; any other asset has the same seven decimals. */
export const STROOPS_PER_XLM = 10_000_000n;

/** The most that one balance or amount can hold: the largest signed 64-bit number. */
export const MAX_STROOPS = 2n ** 63n - 1n;

/**
 * An amount of an asset: stroops (ten-millionths) as a bigint, or text with its unit.
 *
 * @example "10 XLM"
 * @example "0.0000001 XLM"
 * @example "250 stroops"
 * @example 100_000_000n
 */
export type Amount = bigint | string;

const shape = /^(?<whole>0|[1-9]\d*)(?:\.(?<part>\d+))? (?<unit>\S+)$/u;

/**
 * Stroops of an amount. Text needs a unit, the asset's code or `stroops`, one blank before it, at most seven decimals,
 * neither sign nor exponent. Throws SSC_TX_AMOUNT naming the text otherwise.
 */
export function parseAmount(amount: Amount, unit = 'XLM'): bigint {
  if (typeof amount === 'bigint') return checked(amount, `${amount}n`);
  const groups = shape.exec(amount)?.groups;
  if (groups === undefined) throw refused(amount, unit, complaint(amount, unit));
  const { whole = '', part = '' } = groups;
  if (groups['unit'] === 'stroops') {
    if (part !== '') throw refused(amount, unit, 'a stroop is not divided');
    return checked(BigInt(whole), amount);
  }
  if (groups['unit'] !== unit)
    throw refused(amount, unit, `its unit is "${groups['unit']}", expected "${unit}"`);
  if (part.length > 7) throw refused(amount, unit, `it has ${part.length} decimals, at most 7 fit`);
  return checked(BigInt(whole) * STROOPS_PER_XLM + BigInt(part.padEnd(7, '0')), amount);
}

/** The shortest exact text of so many stroops. @example renderAmount(15_000_000n) // "1.5 XLM" */
export function renderAmount(stroops: bigint, unit = 'XLM'): string {
  const [sign, size] = stroops < 0n ? ['-', -stroops] : ['', stroops];
  const part = (size % STROOPS_PER_XLM).toString().padStart(7, '0').replace(/0+$/u, '');
  return `${sign}${size / STROOPS_PER_XLM}${part === '' ? '' : `.${part}`} ${unit}`;
}

function checked(stroops: bigint, input: string): bigint {
  if (stroops < 0n) throw refused(input, 'XLM', 'it is negative');
  if (stroops > MAX_STROOPS)
    throw refused(input, 'XLM', `it is more than ${MAX_STROOPS} stroops (64 bits, signed)`);
  return stroops;
}

function complaint(amount: string, unit: string): string {
  if (/^[\d.]+$/u.test(amount)) return `it has no unit; write "${amount} ${unit}"`;
  if (amount.startsWith('-')) return 'it is negative';
  return 'it is not digits, a blank and a unit';
}

const refused = (input: string, unit: string, why: string): Error =>
  refuse({ code: 'SSC_TX_AMOUNT', input }, `the amount "${input}" cannot be used: ${why}`, {
    hint: `Amounts look like "10 ${unit}", "0.0000001 ${unit}", "250 stroops" or 100_000_000n (stroops).`,
  });
