/** An object whose field types were checked before; any field may be missing. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object in that field; an empty one when it is missing. */
export const objectIn = (fields: Fields, name: string): Fields => (fields[name] ?? {}) as Fields;

/** The objects in that field. */
export const listIn = (fields: Fields, name: string): readonly Fields[] =>
  (fields[name] ?? []) as readonly Fields[];

/** The text in that field; empty when it is missing, as in Go. */
export const textIn = (fields: Fields, name: string): string => (fields[name] ?? '') as string;

/** The number in that field, or undefined. */
export const numberIn = (fields: Fields, name: string): number | undefined =>
  (fields[name] ?? undefined) as number | undefined;

/** The map of texts in that field, or undefined; null in it is empty text, as in Go. */
export function textsIn(
  fields: Fields,
  name: string,
): Readonly<Record<string, string>> | undefined {
  const map = fields[name];
  if (map === undefined || map === null) return undefined;
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, (value ?? '') as string]),
  );
}

/** Whether the field is there and not null. */
export const isGiven = (fields: Fields, name: string): boolean =>
  fields[name] !== undefined && fields[name] !== null;
