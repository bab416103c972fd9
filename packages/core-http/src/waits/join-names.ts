/** `a`, `a and b`, `a, b and c`, `a, b, c and 9 more`. */
export function joinNames(names: readonly string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
  return names.length < 2
    ? (names[0] ?? 'no node')
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
