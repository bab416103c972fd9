/** When a line was written. */
export interface Stamp {
  /** As it stood there. */
  readonly text: string;
  /** Nanoseconds since the Unix epoch, as digits of one length: they sort like the times. */
  readonly key: string;
}

const line = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?/u;

/** The time and the rest of a line; a line without a time is all rest. */
export function parseStampedLine(text: string): { readonly stamp?: Stamp; readonly text: string } {
  const found = line.exec(text);
  if (found === null) return { text };
  const [whole, second = '', fraction = '', zone = ''] = found;
  const ms = Date.parse(`${second}${zone}`);
  if (Number.isNaN(ms)) return { text };
  return {
    stamp: {
      text: whole.trimEnd(),
      key: `${String(ms / 1000).padStart(12, '0')}${fraction.padEnd(9, '0')}`,
    },
    text: text.slice(whole.length),
  };
}
