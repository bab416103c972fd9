import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import nodePath from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Package, PackageManifest } from './package-manifest.ts';
import type { TextFile } from './source.ts';

/** The files of a checkout. */
export interface Repository {
  readonly root: string;
  /** All text files, in the order of their paths. */
  readonly files: readonly TextFile[];
  readonly paths: ReadonlySet<string>;
  /** The libraries, packages/*, in the order of their folders. */
  readonly packages: readonly Package[];
  /** The text of a file; throws when there is none. */
  text(path: string): string;
}

/** Folders that git leaves out, for a checkout without git (an archive). */
const ignored = new Set(['.git', '.turbo', 'coverage', 'dist', 'node_modules', 'ssc-runs']);

/** The checkout that this package stands in. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** What people read: these say what is there, and a test runs their commands. */
export const isDocument = (path: string): boolean =>
  /^(README|CONTRIBUTING)\.md$|^docs\/.*\.md$/.test(path);

/** Reads the checkout at a folder. */
export function readRepository(folder: string): Repository {
  const files: TextFile[] = [];
  for (const entry of listByGit(folder) ?? listFiles(folder, '')) {
    const bytes = readFileSync(nodePath.join(folder, entry));
    if (!bytes.includes(0)) files.push({ path: entry, text: bytes.toString('utf8') });
  }
  const byPath = new Map(files.map((file) => [file.path, file.text]));
  const text = (path: string): string => {
    const found = byPath.get(path);
    if (found === undefined) throw new Error(`there is no file ${path}`);
    return found;
  };
  const packages = [...byPath.keys()]
    .filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
    .map((path) => ({
      path: nodePath.dirname(path),
      folder: nodePath.basename(nodePath.dirname(path)),
      manifest: JSON.parse(text(path)) as PackageManifest,
    }));
  return { root: folder, files, paths: new Set(byPath.keys()), packages, text };
}

/** What is committed, and what is new and not ignored; undefined where git is missing, or refuses another user's clone. */
function listByGit(root: string): string[] | undefined {
  if (!existsSync(`${root}/.git`)) return undefined;
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) return undefined;
  const listed = stdout.split('\0');
  const isFile = (path: string): boolean =>
    lstatSync(nodePath.join(root, path), { throwIfNoEntry: false })?.isFile() === true;
  return [...new Set(listed)].filter((path) => path !== '' && isFile(path)).sort();
}

function listFiles(root: string, below: string): string[] {
  return readdirSync(nodePath.join(root, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return ignored.has(entry.name) ? [] : listFiles(root, path);
      return entry.isFile() ? [path] : [];
    });
}
