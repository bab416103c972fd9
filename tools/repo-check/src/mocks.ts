import type { Node } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { type Module, memberName, walk } from './source.ts';

const refused = new Set(['mock', 'doMock']);

/**
 * Finds mocks of modules: `vi.mock`, `vi.doMock`, by whatever name `vi` was imported. Test files share their modules, so that such a
 * mock holds only in a file that comes first, and then for those that follow.
 */
export function checkMocks(module: Module): Finding[] {
  const mockers = namesOfMockers(module);
  if (mockers.size === 0) return [];
  const findings: Finding[] = [];
  walk(module.program, (node) => {
    if (node.type !== 'MemberExpression') return;
    const name = memberName(node);
    if (name === undefined || !refused.has(name) || !isMocker(node.object, mockers)) return;
    findings.push({
      path: module.path,
      line: module.lineOf(node),
      message: `vi.${name} is not used: test files share their modules ("isolate: false" in vitest.shared.ts), so that a mock is missed by whoever has the module already, and met by files that come later; what differs in a test comes as an argument`,
    });
  });
  return findings;
}

/** What a module calls vitest's `vi`, its other name `vitest`, or all of vitest. */
function namesOfMockers(module: Module): Set<string> {
  const names = new Set<string>();
  walk(module.program, (node) => {
    if (node.type !== 'ImportDeclaration') return node.type === 'Program';
    if (node.source.value !== 'vitest') return false;
    for (const one of node.specifiers) {
      const imported = one.type === 'ImportSpecifier' ? one.imported : undefined;
      const isMember = imported !== undefined && 'name' in imported;
      if (!isMember || imported.name === 'vi' || imported.name === 'vitest')
        names.add(one.local.name);
    }
    return false;
  });
  return names;
}

/** `vi`, or `vi` of all of vitest. */
function isMocker(node: Node, names: ReadonlySet<string>): boolean {
  if (node.type === 'Identifier') return names.has(node.name);
  if (node.type !== 'MemberExpression') return false;
  const name = memberName(node);
  return (name === 'vi' || name === 'vitest') && isMocker(node.object, names);
}
