/** A JSON value; bigints are numbers without a fraction. */
export type Json =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

// jsoncpp's StyledWriter breaks arrays that would be longer than this.
const rightMargin = 74;

/** JSON as core's admin port writes it: three blanks, ` : `, keys in alphabetical order, a newline at the end. */
export const renderStyled = (value: Json): string => `${render(value, '')}\n`;

function render(value: Json, indent: string): string {
  if (value === null || typeof value !== 'object') return renderScalar(value);
  const deeper = `${indent}   `;
  if (isList(value)) {
    if (value.length === 0) return '[]';
    const isNested = value.some(
      (item) =>
        item !== null &&
        typeof item === 'object' &&
        (isList(item) ? item.length > 0 : Object.keys(item).length > 0),
    );
    const items = value.map((item) => render(item, deeper));
    const inOneLine = `[ ${items.join(', ')} ]`;
    if (!isNested && value.length * 3 < rightMargin && inOneLine.length < rightMargin)
      return inOneLine;
    return `[\n${items.map((item) => `${deeper}${item}`).join(',\n')}\n${indent}]`;
  }
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  if (keys.length === 0) return '{}';
  const members = keys.map(
    (key) => `${deeper}${JSON.stringify(key)} : ${render(value[key] as Json, deeper)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

function renderScalar(value: string | number | bigint | boolean | null): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** A list as core shows it: `null` when it is empty. */
export const orNull = <T extends Json>(list: readonly T[]): readonly T[] | null =>
  list.length === 0 ? null : list;
