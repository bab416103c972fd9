/**
 * The value of a JSON text. Integers that a double cannot hold exactly become bigints: core prints balances and sequence
 * numbers as plain numbers beyond 2^53. Throws a SyntaxError.
 */
export function parseJson(text: string): unknown {
  // Looking at every number takes several times as long as parsing; few replies have one with 16 digits.
  if (!/\d{16}/u.test(text)) return JSON.parse(text);
  return (JSON.parse as ParseWithSource)(text, (_key, value, context) =>
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    /^-?\d+$/u.test(context.source ?? '')
      ? BigInt(context.source as string)
      : value,
  );
}

// What Node.js 24 knows and the declarations of ES2024 do not: the third argument carries the text of a number.
type ParseWithSource = (
  text: string,
  revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;
