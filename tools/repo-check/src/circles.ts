import type { Finding } from './finding.ts';
import type { Module } from './source.ts';

/**
 * Checks that no module of a package leads back to itself over the others, so that each can be read, and taken away, with only
 * what stands below it. Types count: a file that needs a type of one above it needs that one to be understood.
 */
export function checkCircles(modules: readonly Module[]): Finding[] {
  const imports = new Map(modules.map((module) => [module.path, importedPaths(module)]));
  const told = new Set<string>();
  const findings: Finding[] = [];
  for (const { path } of modules) {
    const circle = told.has(path) ? undefined : shortestCircle(imports, path);
    if (circle === undefined) continue;
    for (const one of circle) told.add(one);
    findings.push({ path, message: `imports lead in a circle: ${[...circle, path].join(' → ')}` });
  }
  return findings;
}

/** The shortest way from a module back to it: the modules on it, that one first. */
function shortestCircle(
  imports: ReadonlyMap<string, readonly string[]>,
  start: string,
): string[] | undefined {
  const seen = new Set<string>();
  let ways = [[start]];
  while (ways.length > 0) {
    const next: string[][] = [];
    for (const way of ways)
      for (const target of imports.get(way.at(-1) ?? start) ?? []) {
        if (target === start) return way;
        if (seen.has(target)) continue;
        seen.add(target);
        next.push([...way, target]);
      }
    ways = next;
  }
  return undefined;
}

const importedPaths = ({ path, imports }: Module): string[] =>
  imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => new URL(specifier, `file:///${path}`).pathname.slice(1));
