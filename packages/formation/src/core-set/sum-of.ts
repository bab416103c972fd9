import { parseAmount, renderAmount } from '@ssc/tx';
import type { Xlm } from './core-set.ts';

/** The sum of amounts, exact to the stroop. */
export function sumOf(...amounts: readonly Xlm[]): Xlm {
  return renderAmount(amounts.reduce((sum, amount) => sum + parseAmount(amount), 0n)) as Xlm;
}
