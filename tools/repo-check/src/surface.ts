import type { Finding } from './finding.ts';
import { type Module, walk } from './source.ts';

/** Checks that a module of sources exports by name: nothing by default, no `export *`. */
export function checkSurface(module: Module): Finding[] {
  const findings: Finding[] = [];
  walk(module.program, (node) => {
    const message =
      node.type === 'ExportDefaultDeclaration' ||
      (node.type === 'ExportSpecifier' &&
        'name' in node.exported &&
        node.exported.name === 'default')
        ? 'there is a default export; exports have names'
        : node.type === 'ExportAllDeclaration'
          ? '"export *" hides what is exported; name it'
          : undefined;
    if (message !== undefined)
      findings.push({ path: module.path, line: module.lineOf(node), message });
    return node.type === 'Program' || node.type === 'ExportNamedDeclaration';
  });
  return findings;
}

/** Files that every package has beside its sources. */
const requiredFiles: readonly (readonly [string, string])[] = [
  ['README.md', 'says why the package exists'],
  ['src/index.ts', 'names what it exports'],
  ['test/exports.test.ts', 'holds the list of its exports'],
];

/** Settings that every package has word for word as `packages/errors` has them, but for the package's name. */
const equalFiles = ['tsconfig.build.json', 'vitest.config.ts'];

/** Checks that settings which are the same everywhere are the same here. `text` gives a file's content, if there is one. */
export function checkSettings(
  packagePath: string,
  text: (path: string) => string | undefined,
): Finding[] {
  const plain = (path: string): string | undefined =>
    text(path)
      ?.replace(/name: '[\w-]+'/, "name: '…'")
      .replace(/\s+/g, '');
  return equalFiles
    .filter((file) => plain(`${packagePath}/${file}`) !== plain(`packages/errors/${file}`))
    .map((file) => ({
      path: `${packagePath}/${file}`,
      message: `differs from packages/errors/${file}; these are the same in all packages`,
    }));
}

/** Checks that a package has the files that all have. */
export function checkFiles(packagePath: string, paths: ReadonlySet<string>): Finding[] {
  return requiredFiles
    .filter(([file]) => !paths.has(`${packagePath}/${file}`))
    .map(([file, purpose]) => ({
      path: packagePath,
      message: `there is no ${file}, which ${purpose}`,
    }));
}
