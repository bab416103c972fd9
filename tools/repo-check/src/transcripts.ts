/** A command in a document together with what it prints. */
export interface Transcript {
  readonly command: string;
  readonly output: string;
}

const pairs = /^```sh\n(.*)\n```\n\n```text\n([\s\S]*?)^```$/gm;

/** The blocks `sh` of one line that are followed by a block `text`: the second is what the first prints. */
export function readTranscripts(document: string): Transcript[] {
  return [...document.matchAll(pairs)].map(([, command = '', output = '']) => ({
    command,
    output,
  }));
}

/**
 * The document with what its commands print now. Where only figures, hashes and times differ, the old text stays, so that a document
 * changes when something else is said, and not with every ledger.
 */
export function updateTranscripts(document: string, print: (command: string) => string): string {
  return document.replace(pairs, (block, command: string, output: string) => {
    const now = print(command);
    return alike(now, output) ? block : block.replace(output, () => now);
  });
}

const alike = (a: string, b: string): boolean => withoutFigures(a) === withoutFigures(b);

const withoutFigures = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{6,}\b|\d{8}T\d{6}Z/g, '#')
    .replace(/\d+(\.\d+)?/g, '#')
    .replace(/ +/g, ' ');
