import type { Arrows } from './arrows.ts';
import type { Finding } from './finding.ts';
import type { Package } from './package-manifest.ts';
import type { TextFile } from './source.ts';

/** The packages as a Markdown table, from the bottom up: what each is, and which others it imports. */
export function renderPackageMap(
  arrows: Readonly<Record<string, Arrows>>,
  packages: readonly Package[],
): string {
  const rows = Object.entries(arrows).map(([folder, { imports }]) => {
    const description = packages.find((one) => one.folder === folder)?.manifest.description ?? '';
    return `| [${folder}](packages/${folder}) | ${description} | ${imports.join(', ')} |`;
  });
  return ['| package | what it is | imports |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Checks that a document contains the map as it is drawn from manifests and arrows. */
export function checkPackageMap({ path, text }: TextFile, map: string): Finding[] {
  const there = new Set(text.split('\n'));
  const missing = map.split('\n').filter((row) => !there.has(row));
  const known = new Set(map.split('\n'));
  const extra = text
    .split('\n')
    .filter((row) => /^\| \[[\w-]+\]\(packages\//.test(row) && !known.has(row));
  return [
    ...missing.map((row) => ({ path, message: `the map of packages lacks the row ${row}` })),
    ...extra.map((row) => ({
      path,
      message: `the map of packages has a row that is not so: ${row}`,
    })),
  ];
}
