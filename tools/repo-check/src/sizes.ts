import type { Node } from 'oxc-parser';
import { type Module, walk } from './source.ts';

/** The length of a file or of a function with a body. */
export interface Size {
  /** `path` or `path:line name`. */
  readonly where: string;
  readonly lines: number;
}

/** Examples of well kept code bases: half of their files and functions are at most this long, and few are longer than `long`. */
const examples = { file: { median: 80, long: 250 }, function: { median: 8, long: 70 } };

/** The length of a module in lines. */
export function sizeOfFile({ path, text }: Module): Size {
  return { where: path, lines: text.trimEnd().split('\n').length };
}

/** The lengths of the functions of a module, nested ones too. */
export function sizesOfFunctions(module: Module): Size[] {
  const sizes: Size[] = [];
  const names = new Map<Node, string>();
  walk(module.program, (node) => {
    if (node.type === 'VariableDeclarator' && node.init !== null && 'name' in node.id)
      names.set(node.init, node.id.name);
    if ('key' in node && 'value' in node && node.key !== null && 'name' in node.key)
      if (isNode(node.value)) names.set(node.value, String(node.key.name));
    if (!('params' in node) || !('body' in node) || node.body === null) return;
    if (!/^(Arrow)?Function/.test(node.type)) return;
    const own = 'id' in node && node.id !== null && 'name' in node.id ? String(node.id.name) : '';
    const name = own || (names.get(node) ?? '(unnamed)');
    const line = module.lineOf(node);
    const lines = module.lineOf({ start: node.end }) - line + 1;
    sizes.push({ where: `${module.path}:${line} ${name}`, lines });
  });
  return sizes;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Figures of all files and functions, and the longest ones. For reading; nothing is refused for its length. */
export function renderSizes(files: readonly Size[], functions: readonly Size[]): string {
  return [
    ...renderKind('files', files, examples.file),
    ...renderKind('functions', functions, examples.function),
  ].join('\n');
}

function renderKind(
  kind: string,
  sizes: readonly Size[],
  { median, long }: { readonly median: number; readonly long: number },
): string[] {
  const sorted = [...sizes].sort((a, b) => b.lines - a.lines);
  const at = (share: number): number => sorted[Math.floor(sorted.length * (1 - share))]?.lines ?? 0;
  const outliers = sorted.filter(({ lines }) => lines > long);
  return [
    `${sizes.length} ${kind}: median ${at(0.5)} lines (examples ${median}), 95 % up to ${at(0.95)}, ${outliers.length} over ${long}`,
    ...outliers.slice(0, 12).map(({ where, lines }) => `  ${String(lines).padStart(5)}  ${where}`),
  ];
}
