import { type Node, type Program, parseSync } from 'oxc-parser';

/** A file of the repository. */
export interface TextFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** How a module names another. */
export interface Import {
  readonly specifier: string;
  /** Names taken; `*` for all of them, `default` for the default. Empty for a mere `import 'x'` and `import('x')`. */
  readonly names: readonly string[];
  /** Nothing of it is left at run time. `import { type A }` is not such a one: it still loads the module. */
  readonly typeOnly: boolean;
  /** An `export … from`. */
  readonly reexport: boolean;
  readonly line: number;
}

/** A parsed TypeScript or JavaScript module. */
export interface Module extends TextFile {
  readonly program: Program;
  readonly imports: readonly Import[];
  /** The 1-based line of a node. */
  lineOf(node: { readonly start: number }): number;
}

/** Parses a file. Throws an error that names file, line and reason when it is no TypeScript. */
export function parseModule(file: TextFile): Module {
  const { program, errors } = parseSync(file.path, file.text);
  const lineOf = ({ start }: { readonly start: number }): number =>
    file.text.slice(0, start).split('\n').length;
  const [error] = errors;
  if (error !== undefined) {
    const line = lineOf({ start: error.labels[0]?.start ?? 0 });
    throw new Error(`${file.path}:${line}: ${error.message}`);
  }
  const imports: Import[] = [];
  walk(program, (node) => {
    const found = importOf(node);
    if (found !== undefined) imports.push({ ...found, line: lineOf(node) });
  });
  return { ...file, program, imports, lineOf };
}

/** Calls `visit` for a node and all below it; where it returns `false`, what is below is left out. */
// biome-ignore lint/suspicious/noConfusingVoidType: most visitors look and return nothing.
export function walk(node: Node, visit: (node: Node) => boolean | void): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walk(child, visit);
}

/** The nodes directly below a node, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter(
      (value): value is Node =>
        typeof value === 'object' && value !== null && typeof value.type === 'string',
    );
}

function importOf(node: Node): Omit<Import, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return {
        specifier: node.source.value,
        names: node.specifiers.map((specifier) =>
          specifier.type === 'ImportSpecifier'
            ? nameOf(specifier.imported)
            : specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : '*',
        ),
        typeOnly: node.importKind === 'type',
        reexport: false,
      };
    case 'ExportNamedDeclaration':
      if (node.source === null) return undefined;
      return {
        specifier: node.source.value,
        names: node.specifiers.map((specifier) => nameOf(specifier.local)),
        typeOnly: node.exportKind === 'type',
        reexport: true,
      };
    case 'ExportAllDeclaration':
      return {
        specifier: node.source.value,
        names: ['*'],
        typeOnly: node.exportKind === 'type',
        reexport: true,
      };
    case 'ImportExpression':
      return {
        specifier: textOf(node.source) ?? '(computed)',
        names: [],
        typeOnly: false,
        reexport: false,
      };
    case 'TSImportType':
      return { specifier: node.source.value, names: [], typeOnly: true, reexport: false };
    default:
      return undefined;
  }
}

/** The text of a literal string or of a template without holes. */
export function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The name of a member: `a.name`, `a['name']`; undefined for one that is computed, and for other nodes. */
export function memberName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  if (!node.computed) return 'name' in node.property ? String(node.property.name) : undefined;
  return textOf(node.property);
}

const nameOf = (node: { readonly name: string } | { readonly value: string }): string =>
  'name' in node ? node.name : node.value;
