import type { Finding } from './finding.ts';
import { type Module, textOf, walk } from './source.ts';

/** `SimplePayment` → `simple-payment`, `MaxTPSClassic` → `max-tps-classic`. */
export function toKebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** Where missions stand, one in each file. */
const catalog = 'packages/missions/src/catalog/';

/**
 * Checks that each file of the catalogue defines one mission, whose name is a sentence in PascalCase and gives the file its
 * name, and that some other source imports it.
 */
export function checkMissions(modules: readonly Module[]): Finding[] {
  const imported = new Set(
    modules.flatMap((module) =>
      module.imports.map((one) =>
        new URL(one.specifier, `file:///${module.path}`).pathname.slice(1),
      ),
    ),
  );
  return modules
    .filter(({ path }) => path.startsWith(catalog) && !path.endsWith('/index.ts'))
    .flatMap((module) => {
      const messages = namesOf(module);
      if (!imported.has(module.path))
        messages.push('no source imports this mission, so nobody can run it');
      return messages.map((message) => ({ path: module.path, message }));
    });
}

function namesOf(module: Module): string[] {
  const names = definedMissions(module);
  const [name] = names;
  if (name === undefined || names.length > 1)
    return [
      `${names.length} calls of defineMission with a literal name; a file of the catalogue has one`,
    ];
  if (!/^([A-Z][a-z0-9]*)+$/.test(name))
    return [`the mission is called "${name}"; names are PascalCase`];
  if (name.endsWith('Mission'))
    return [`the mission is called "${name}"; names do without "Mission"`];
  const file = `${catalog}${toKebabCase(name)}.ts`;
  return module.path === file ? [] : [`the mission is called "${name}", so its file is ${file}`];
}

/** The literal names that are given to `defineMission`, as first argument or as property `name` of it. */
function definedMissions(module: Module): string[] {
  const names: string[] = [];
  walk(module.program, (node) => {
    if (node.type !== 'CallExpression') return;
    if (node.callee.type !== 'Identifier' || node.callee.name !== 'defineMission') return;
    const [first] = node.arguments;
    if (first === undefined) return;
    const name =
      first.type === 'ObjectExpression'
        ? first.properties.flatMap((property) =>
            property.type === 'Property' && 'name' in property.key && property.key.name === 'name'
              ? [textOf(property.value)]
              : [],
          )[0]
        : textOf(first);
    if (name !== undefined) names.push(name);
  });
  return names;
}
