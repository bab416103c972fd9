import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { costTable } from './cost-table.ts';

/** What one of the host's functions costs: a constant, and a term for each 128 units of what it is given. */
export interface CostTerms {
  readonly constant: bigint;
  readonly linear: bigint;
}

const rows = costTable
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** The names of the types of costs, in the order in which settings hold them (XDR: ContractCostType). */
export const costTypes: readonly string[] = rows.map(([name = '']) => name);

/** Columns of the table of costs: instructions, and bytes of memory. */
export type CostColumn = 1 | 2;

/** The terms after a step of the table: those that were there, with what the step changes or adds. */
export function costsAfter(
  before: readonly CostTerms[],
  column: CostColumn,
  step: string,
): CostTerms[] {
  const terms = [...before];
  for (const [i, row] of rows.entries()) {
    const cell = row[column]?.split(' ').find((text) => text.startsWith(`${step}:`));
    const [constant, linear] = cell?.split(':')[1]?.split(',').map(BigInt) ?? [];
    if (constant !== undefined && linear !== undefined) terms[i] = { constant, linear };
  }
  return terms;
}

/** The terms of a setting that holds costs, in its XDR. */
export function decodeCosts(setting: Uint8Array): CostTerms[] {
  const reader = new XdrReader(setting);
  reader.int();
  return Array.from({ length: reader.count() }, () => {
    reader.int();
    return { constant: reader.long(), linear: reader.long() };
  });
}

/** The XDR of a setting that holds costs. */
export function encodeCosts(id: number, terms: readonly CostTerms[]): Buffer {
  const writer = new XdrWriter().int(id).uint(terms.length);
  for (const { constant, linear } of terms) writer.int(0).long(constant).long(linear);
  return writer.end();
}
