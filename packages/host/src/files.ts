import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { FileError, type FileErrorCode, type Files, resolvePath } from '@ssc/process';

const known = new Set<string>(['ENOENT', 'EROFS', 'EISDIR', 'ENOTDIR', 'EEXIST', 'ENOSPC']);

/** The files of this machine, below the folder `root`; none given, all of them. */
export function createHostFiles(root = ''): Files {
  const at = (path: string): string => `${root}${resolvePath(path)}`;
  const act = <T>(path: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code !== undefined && known.has(code)
        ? new FileError(code as FileErrorCode, path)
        : error;
    }
  };
  return {
    read: (path) => act(path, () => readFileSync(at(path))),
    write: (path, content, mode) =>
      act(path, () => writeFileSync(at(path), content, mode === undefined ? {} : { mode })),
    append: (path, content) => act(path, () => appendFileSync(at(path), content)),
    makeFolder: (path) => act(path, () => void mkdirSync(at(path), { recursive: true })),
    remove: (path) => act(path, () => rmSync(at(path), { recursive: true, force: true })),
    rename: (from, to) => act(from, () => renameSync(at(from), at(to))),
    list: (path) => act(path, () => readdirSync(at(path)).sort()),
    info: (path) => {
      const found = statSync(at(path), { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      return found.isDirectory() ? { kind: 'folder', size: 0 } : { kind: 'file', size: found.size };
    },
    realPath: at,
  };
}
