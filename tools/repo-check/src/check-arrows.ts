import { type Arrows, type LibraryRule, pureNodeModules } from './arrows.ts';
import type { Finding } from './finding.ts';
import type { Package } from './package-manifest.ts';
import type { Import, Module } from './source.ts';

/** The drawing that imports are held against. */
export interface Drawing {
  readonly arrows: Readonly<Record<string, Arrows>>;
  readonly libraryRules: readonly LibraryRule[];
}

/** Checks that the drawing has every package, no other, and no way back. */
export function checkDrawing({ arrows }: Drawing, packages: readonly Package[]): Finding[] {
  const path = 'tools/repo-check/src/arrows.ts';
  const findings: Finding[] = [];
  const folders = packages.map((one) => one.folder);
  for (const folder of folders)
    if (arrows[folder] === undefined)
      findings.push({ path, message: `packages/${folder} has no row in the drawing` });
  for (const [folder, row] of Object.entries(arrows)) {
    if (!folders.includes(folder))
      findings.push({
        path,
        message: `the drawing has ${folder}, and there is no packages/${folder}`,
      });
    for (const other of reachable(arrows, [...row.imports, ...(row.tests ?? [])]))
      if (other === folder)
        findings.push({ path, message: `an arrow leads from ${folder} back to ${folder}` });
  }
  return findings;
}

/** All packages that can be reached over arrows, those of tests included. */
function reachable(arrows: Drawing['arrows'], from: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (folder: string): void => {
    if (seen.has(folder)) return;
    seen.add(folder);
    for (const next of [...(arrows[folder]?.imports ?? []), ...(arrows[folder]?.tests ?? [])])
      visit(next);
  };
  for (const folder of from) visit(folder);
  return seen;
}

/** Checks the packages that a package.json asks for against the drawing. */
export function checkDependencies(
  drawing: Drawing,
  { path, folder, manifest }: Package,
): Finding[] {
  const file = `${path}/package.json`;
  const row = drawing.arrows[folder];
  if (row === undefined) return [];
  const findings: Finding[] = [];
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const target = ownFolder(name);
    if (target !== undefined && !row.imports.includes(target))
      findings.push({
        path: file,
        message: `${folder} depends on ${target}, ${instead(row.imports)}`,
      });
    const rule = ruleOf(drawing, name);
    if (rule !== undefined && !mayUse(rule, folder))
      findings.push({
        path: file,
        message: `${folder} depends on ${name}, which is for ${users(rule)}`,
      });
  }
  const forTests = [...row.imports, ...(row.tests ?? [])];
  for (const name of Object.keys(manifest.devDependencies ?? {})) {
    const target = ownFolder(name);
    if (target !== undefined && !forTests.includes(target))
      findings.push({
        path: file,
        message: `the tests of ${folder} depend on ${target}, ${instead(forTests)}`,
      });
  }
  return findings;
}

/** Checks the imports of a module of a package's `src` or `test`. */
export function checkImports(drawing: Drawing, owner: Package, module: Module): Finding[] {
  const row = drawing.arrows[owner.folder];
  if (row === undefined) return [];
  const inTests = !module.path.startsWith(`${owner.path}/src/`);
  return module.imports.flatMap((one) => {
    const message =
      leavesPackage(owner, module, one) ??
      (inTests
        ? forbiddenInTests(owner, row, one)
        : forbiddenInSource(drawing, owner, row, module, one));
    return message === undefined ? [] : [{ path: module.path, line: one.line, message }];
  });
}

function leavesPackage(owner: Package, module: Module, { specifier }: Import): string | undefined {
  if (specifier === '(computed)')
    return 'the module that is loaded is computed, so that no check can see it';
  if (!specifier.startsWith('.')) return undefined;
  const target = new URL(specifier, `file:///${module.path}`).pathname.slice(1);
  const home = module.path.startsWith(`${owner.path}/src/`)
    ? `${owner.path}/src/`
    : `${owner.path}/`;
  return target.startsWith(home)
    ? undefined
    : `${specifier} leaves ${home.slice(0, -1)}; other packages are imported by name`;
}

function forbiddenInTests(owner: Package, row: Arrows, { specifier }: Import): string | undefined {
  const target = ownFolder(specifier);
  const allowed = [...row.imports, ...(row.tests ?? [])];
  if (target === undefined || target === owner.folder || allowed.includes(target)) return undefined;
  return `a test of ${owner.folder} imports ${target}, ${instead(allowed)}`;
}

function forbiddenInSource(
  drawing: Drawing,
  owner: Package,
  row: Arrows,
  module: Module,
  { specifier, typeOnly }: Import,
): string | undefined {
  if (specifier.startsWith('.')) return undefined;
  if (specifier.startsWith('node:')) return forbiddenNodeModule(owner, row, specifier, typeOnly);
  const target = ownFolder(specifier);
  if (target !== undefined && !row.imports.includes(target))
    return `${owner.folder} imports ${target}, ${instead(row.imports)}`;
  const library = forbiddenLibrary(drawing, owner.folder, module.path, specifier, typeOnly);
  if (library !== undefined) return library;
  const name = packageName(specifier);
  const { dependencies, peerDependencies } = owner.manifest;
  if (!(name in { ...dependencies, ...peerDependencies }))
    return `${name} is imported by sources, and "dependencies" of ${owner.path}/package.json does not name it`;
  return undefined;
}

function forbiddenLibrary(
  drawing: Drawing,
  folder: string,
  path: string,
  specifier: string,
  typeOnly: boolean,
): string | undefined {
  const rule = ruleOf(drawing, specifier);
  if (rule === undefined) return undefined;
  if (!mayUse(rule, folder)) return `${folder} imports ${specifier}, which is for ${users(rule)}`;
  if (typeOnly || mayLoad(rule, folder, path)) return undefined;
  return `${specifier} is loaded here; outside ${rule.values.join(', ')} it is imported with "import type"`;
}

/** Checks the libraries of a module of an app. An app stands above all packages and may import each of them. */
export function checkAppImports(drawing: Drawing, folder: string, module: Module): Finding[] {
  return module.imports.flatMap(({ specifier, typeOnly, line }) => {
    const message = forbiddenLibrary(drawing, folder, module.path, specifier, typeOnly);
    return message === undefined ? [] : [{ path: module.path, line, message }];
  });
}

function forbiddenNodeModule(
  owner: Package,
  row: Arrows,
  specifier: string,
  typeOnly: boolean,
): string | undefined {
  if (typeOnly || [...pureNodeModules, ...(row.node ?? [])].includes(specifier)) return undefined;
  return `${owner.folder} imports ${specifier}; files, processes, sockets and time come as arguments`;
}

/** `tx` for `@ssc/tx` and what is below it. */
const ownFolder = (specifier: string): string | undefined =>
  specifier.startsWith('@ssc/') ? specifier.split('/')[1] : undefined;

/** `@scope/name` or `name` of `@scope/name/entry`. */
const packageName = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

const ruleOf = ({ libraryRules }: Drawing, specifier: string): LibraryRule | undefined =>
  libraryRules.find(({ library }) =>
    library.endsWith('/') ? specifier.startsWith(library) : packageName(specifier) === library,
  );

/** Whether anything of a package may use the library at all. */
const mayUse = ({ values, types = [] }: LibraryRule, folder: string): boolean =>
  [...values, ...types].some((one) => one.split('/')[0] === folder);

const mayLoad = ({ values }: LibraryRule, folder: string, path: string): boolean =>
  values.some((one) => one === folder || path === `packages/${one}`);

const users = ({ values, types = [] }: LibraryRule): string =>
  [...values, ...types.map((one) => `${one} (types)`)].join(', ');

const instead = (allowed: readonly string[]): string =>
  allowed.length === 0 ? 'and may import no other' : `and may import ${allowed.join(', ')}`;
