/** One row of figures: the median, and from the least to the most. */
export function line(
  name: string,
  values: readonly number[],
  unit: string,
  calls?: number,
): string {
  const sorted = [...values].sort((a, b) => a - b);
  const show = (value = 0): string => value.toFixed(unit === '×' ? 2 : 0);
  const middle = `${show(sorted[sorted.length >> 1])}${unit}`.padStart(12);
  return `  ${name.padEnd(28)}${middle}  (${show(sorted[0])} to ${show(sorted.at(-1))})${calls === undefined ? '' : `  ${calls} calls`}`;
}
