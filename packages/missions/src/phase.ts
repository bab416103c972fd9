/** What can be written into the journal and read back. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** How a phase may be done. */
export interface PhaseOptions {
  /**
   * It may be begun again by a driver that comes after one that died in it: nothing that it does is wrong when done twice.
   *
   * @default false: the run ends as *broken*, since nobody knows how far it came
   */
  readonly repeatable?: boolean;
}

/** A named step of a mission. What it returns is journaled, so it is JSON; nothing at all is allowed too. */
// biome-ignore lint/suspicious/noConfusingVoidType: an async function that returns nothing has this type
export type Phase = <T extends Json | void>(
  name: string,
  act: () => Promise<T>,
  options?: PhaseOptions,
) => Promise<T>;

/** The path of the first part of a value that is not JSON, or undefined when all of it is. */
export function findNonJson(value: unknown, path = 'the value'): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (Array.isArray(value))
    return value
      .map((item, i) => findNonJson(item, `${path}[${i}]`))
      .find((found) => found !== undefined);
  if (
    typeof value === 'object' &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
  ) {
    return Object.entries(value)
      .map(([key, item]) => findNonJson(item, `${path}.${key}`))
      .find((found) => found !== undefined);
  }
  return `${path} is ${typeof value === 'object' ? `a ${(value as object).constructor.name}` : `of type ${typeof value}`}`;
}
