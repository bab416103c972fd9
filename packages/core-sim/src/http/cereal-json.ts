import type { xdr } from '@stellar/stellar-sdk/base';
import type { Json } from './styled-json.ts';

/** JSON as the library cereal writes it for core: four blanks, the order of the XDR, no newline at the end. */
export const renderCereal = (value: Json): string => render(value, '');

function render(value: Json, indent: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${indent}    `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => render(item, deeper))
    : Object.entries(value).map(
        ([name, member]) => `${JSON.stringify(name)}: ${render(member as Json, deeper)}`,
      );
  if (members.length === 0) return `${open}${close}`;
  const lines = members.map((member) => `${deeper}${member}`);
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** A network setting as core shows it: the names of the XDR, the name of its kind, words for what is true. */
export function describeSetting(setting: xdr.ConfigSettingEntry): Json {
  const kind = setting.type.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  const { configSettingID: _number, ...rest } = setting.toXdrObject() as unknown as {
    readonly [name: string]: Wire;
  };
  return { configSettingID: kind, ...(describe(rest) as object) };
}

/** XDR as the SDK decodes it without classes. */
type Wire =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly Wire[]
  | { readonly [name: string]: Wire };

function describe(value: Wire): Json {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Wire[]).map(describe);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [nameInCore(name), describe(member)]),
  );
}

// The SDK writes what the XDR has in capitals as words.
const nameInCore = (name: string): string =>
  name.replace('1Kb', '1KB').replace('Ttl', 'TTL').replace('Scp', 'SCP');
