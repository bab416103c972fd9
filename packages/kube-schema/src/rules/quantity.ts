const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a quantity stands for, or undefined when it is none. @example quantityOf("250m") is 0.25 */
export function quantityOf(quantity: string | number): number | undefined {
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([-+]?\d+)|([numkKMGTPE]i?|))$/u.exec(
    String(quantity),
  );
  if (found === null) return undefined;
  const [, mantissa, exponent, suffix = ''] = found;
  const factor = exponent === undefined ? factors[suffix] : 10 ** Number(exponent);
  return factor === undefined ? undefined : Number(mantissa) * factor;
}
