/** A value as js-xdr decodes it, without classes: unions have their discriminant first, structs their fields in order. */
type Wire = unknown;

/** What tells entries of a bucket apart and sorts them: the number of the type, then the parts of its key. */
export type EntryKey = readonly Wire[];

/** Of each type of LedgerEntry, by its number: the arm of the union, and the fields of it that make the key. */
const keys: readonly (readonly [arm: string, fields: readonly string[]])[] = [
  ['account', ['accountId']],
  ['trustLine', ['accountId', 'asset']],
  ['offer', ['sellerId', 'offerId']],
  ['data', ['accountId', 'dataName']],
  ['claimableBalance', ['balanceId']],
  ['liquidityPool', ['liquidityPoolId']],
  ['contractData', ['contract', 'key', 'durability']],
  ['contractCode', ['hash']],
  // A LedgerKey and a LedgerEntry spell this one differently.
  ['configSetting', ['configSettingId', 'configSettingID']],
  ['ttl', ['keyHash']],
];

/** The key of a LedgerKey or of the `data` of a LedgerEntry, which share the names of what matters. */
export function entryKey(union: { readonly type: number }): EntryKey {
  const [arm, fields] = keys[union.type] ?? ['', []];
  const value = (union as unknown as Record<string, Record<string, Wire>>)[arm] ?? {};
  return [union.type, ...fields.filter((field) => field in value).map((field) => value[field])];
}

/**
 * Orders values as stellar-core does (xdrpp's `operator<`): numbers by size, bytes and lists by their first difference,
 * then the shorter first, structs and unions part by part, an absent value first. This is not the order of the encoded
 * bytes: there a longer name always comes after a shorter one.
 */
export function compareValues(a: Wire, b: Wire): number {
  if (typeof a === 'number' || typeof a === 'bigint')
    return a < (b as typeof a) ? -1 : a > (b as typeof a) ? 1 : 0;
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (a === null || b === null || a === undefined || b === undefined)
    return Number(isThere(a)) - Number(isThere(b));
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  if (Array.isArray(a)) return compareLists(a, b as Wire[]);
  return compareLists(Object.values(a), Object.values(b as object));
}

const isThere = (value: Wire): boolean => value !== null && value !== undefined;

function compareLists(a: readonly Wire[], b: readonly Wire[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
