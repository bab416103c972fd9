import type { Node, Program } from 'oxc-parser';
import { childrenOf } from './source.ts';

/** A use of a name that the module itself declares nowhere around it: a global. */
export interface FreeName {
  readonly name: string;
  readonly node: Node;
  /** The nodes around it, the nearest first. */
  readonly around: readonly Node[];
}

type Scope = ReadonlySet<string>;

/** TypeScript's nodes that have a value inside; all others of its own are types, gone at run time. */
const wrappers = new Set([
  'TSAsExpression',
  'TSInstantiationExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
]);

/** Every use of a global in a module, types left out. */
export function freeNames(program: Program): FreeName[] {
  const found: FreeName[] = [];
  visit(program, [], [], found);
  return found;
}

function visit(
  node: Node,
  scopes: readonly Scope[],
  around: readonly Node[],
  found: FreeName[],
): void {
  if (node.type.startsWith('TS') && !wrappers.has(node.type)) return;
  if (/^(Import|Export)\w*Specifier$|^ImportDeclaration$|^MetaProperty$/.test(node.type)) return;
  if (node.type === 'Identifier') {
    const { name } = node;
    if (!scopes.some((scope) => scope.has(name))) found.push({ name, node, around });
    return;
  }
  const declared = declarationsOf(node);
  const inner = declared.length === 0 ? scopes : [new Set(declared), ...scopes];
  const skipped = nameChild(node);
  for (const child of childrenOf(node))
    if (child !== skipped) visit(child, inner, [node, ...around], found);
}

/** The child that only names something: a property, a key, a label. */
function nameChild(node: Node): unknown {
  if ('computed' in node && node.computed) return undefined;
  if (node.type === 'MemberExpression') return node.property;
  if ('key' in node) return node.key;
  return 'label' in node ? node.label : undefined;
}

/** The names that a node declares for all that is inside it. */
function declarationsOf(node: Node): string[] {
  switch (node.type) {
    case 'Program':
    case 'BlockStatement':
    case 'StaticBlock':
      return node.body.flatMap(declaredBy);
    case 'SwitchStatement':
      return node.cases.flatMap((one) => one.consequent.flatMap(declaredBy));
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [...(node.id === null ? [] : [node.id.name]), ...node.params.flatMap(boundBy)];
    case 'ClassExpression':
      return node.id === null ? [] : [node.id.name];
    case 'CatchClause':
      return node.param === null ? [] : boundBy(node.param);
    case 'ForStatement':
      return node.init === null ? [] : declaredBy(node.init);
    case 'ForInStatement':
    case 'ForOfStatement':
      return declaredBy(node.left);
    default:
      return [];
  }
}

/** The names that a statement declares beside itself. */
function declaredBy(node: Node): string[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.declarations.flatMap((one) => boundBy(one.id));
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return node.id === null ? [] : [node.id.name];
    case 'ImportDeclaration':
      return node.specifiers.map((specifier) => specifier.local.name);
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return node.declaration === null ? [] : declaredBy(node.declaration);
    default:
      return [];
  }
}

/** The names that a pattern binds. */
function boundBy(node: Node): string[] {
  switch (node.type) {
    case 'Identifier':
      return [node.name];
    case 'AssignmentPattern':
      return boundBy(node.left);
    case 'RestElement':
      return boundBy(node.argument);
    case 'ArrayPattern':
      return node.elements.flatMap((element) => (element === null ? [] : boundBy(element)));
    case 'ObjectPattern':
      return node.properties.flatMap((property) =>
        boundBy(property.type === 'RestElement' ? property : property.value),
      );
    case 'TSParameterProperty':
      return boundBy(node.parameter);
    default:
      return [];
  }
}
