import type { Finding } from './finding.ts';
import type { TextFile } from './source.ts';

/**
 * Where the commands of a block are run: by the test of documents on this machine (`sh`), by the end-to-end tests on a
 * cluster (`sh cluster`), or by nobody here (`sh elsewhere: REASON`).
 */
export type Place = 'here' | 'cluster' | 'elsewhere';

/** A block of commands in a document. */
export interface ShellBlock {
  readonly path: string;
  /** The line of its first command. */
  readonly line: number;
  readonly script: string;
  readonly place: Place;
  /** Why nobody runs it here. */
  readonly why?: string;
  /** What it prints, when a block `text` follows. */
  readonly output?: string;
}

const blocks = /^```sh([^\n]*)\n([\s\S]*?)^```$(?:\n+```text\n([\s\S]*?)^```$)?/gm;

/** The blocks of commands of a Markdown document, in order. */
export function readShellBlocks({ path, text }: TextFile): ShellBlock[] {
  return [...text.matchAll(blocks)].map((match) => {
    const [, info = '', script = '', output] = match;
    return {
      path,
      line: text.slice(0, match.index).split('\n').length + 1,
      script,
      ...placeOf(info.trim()),
      ...(output !== undefined && { output }),
    };
  });
}

/** A file that a document tells its reader to write: a block whose first line names the path after the language. */
export interface FileBlock {
  /** The line of the block's first line. */
  readonly line: number;
  readonly file: string;
  readonly text: string;
}

/** The files of a document, in order. */
export function readFileBlocks(document: string): FileBlock[] {
  return [...document.matchAll(/^```\w+ ([\w.-]+(?:\/[\w.-]+)+)\n([\s\S]*?)^```$/gm)].map(
    (match) => ({
      line: document.slice(0, match.index).split('\n').length,
      file: match[1] ?? '',
      text: match[2] ?? '',
    }),
  );
}

function placeOf(info: string): Pick<ShellBlock, 'place' | 'why'> {
  if (info === 'cluster') return { place: 'cluster' };
  const why = /^elsewhere: (.+)$/.exec(info)?.[1];
  return why === undefined ? { place: 'here' } : { place: 'elsewhere', why };
}

/** Finds blocks whose mark nobody understands, and commands in blocks that no test looks at. */
export function checkShellBlocks({ path, text }: TextFile): Finding[] {
  return [...text.matchAll(/^```(\w*)([^\n]*)\n([\s\S]*?)^```$/gm)].flatMap((match) => {
    const [, language = '', info = '', content = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    if (['bash', 'shell', 'console', 'zsh'].includes(language))
      return [{ path, line, message: `commands stand in blocks "sh", not "${language}"` }];
    if (language === 'sh' && !/^( cluster| elsewhere: \S.*)?$/.test(info))
      return [
        { path, line, message: `"sh${info}" is not known: sh, sh cluster, sh elsewhere: REASON` },
      ];
    if (language === '' && /^\s*(\$ |\.\/ssc )/m.test(content))
      return [{ path, line, message: 'commands stand in blocks "sh", so that a test runs them' }];
    return [];
  });
}

/** The document with what its blocks print now, where more than figures, hashes and times differ. */
export function updateOutputs(
  document: string,
  print: (block: ShellBlock) => string | undefined,
  path: string,
): string {
  let all = readShellBlocks({ path, text: document });
  return document.replace(blocks, (whole: string, ...[, , output]: (string | undefined)[]) => {
    const [block, ...rest] = all;
    all = rest;
    if (block === undefined) return whole;
    const now = print(block);
    if (now === undefined || output === undefined || alike(now, output)) return whole;
    return whole.replace(output, () => now);
  });
}

const alike = (a: string, b: string): boolean => withoutFigures(a) === withoutFigures(b);

/** What stays the same from run to run: hashes, times, numbers and the width of columns are taken out. */
export function withoutFigures(text: string): string {
  return text
    .replace(/\b[0-9a-f]{6,}\b|\d{8}T\d{6}Z|[A-Z2-7]{56}/g, '#')
    .replace(/\d+(\.\d+)?/g, '#')
    .replace(/ +/g, ' ');
}
