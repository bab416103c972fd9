/** What a path is. */
export interface FileInfo {
  readonly kind: 'file' | 'folder';
  /** Bytes; 0 for a folder. */
  readonly size: number;
}

/** Why a file operation was refused, with the code of the C library. */
export type FileErrorCode = 'ENOENT' | 'EROFS' | 'EISDIR' | 'ENOTDIR' | 'EEXIST' | 'ENOSPC';

/** A refused file operation. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: FileErrorCode;
  constructor(code: FileErrorCode, path: string) {
    super(`${code}: ${sentences[code]}: ${path}`);
    this.code = code;
  }
}

const sentences: Record<FileErrorCode, string> = {
  ENOENT: 'no such file or directory',
  EROFS: 'read-only file system',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  EEXIST: 'file exists',
  ENOSPC: 'no space left on device',
};

/** The files that a program sees, by absolute path. All calls act at once; refusals are FileErrors. */
export interface Files {
  read(path: string): Uint8Array;
  /** `mode` is who may read and write a file that is new, where files have owners. */
  write(path: string, content: Uint8Array | string, mode?: number): void;
  append(path: string, content: Uint8Array | string): void;
  /** Makes the folder and those above it; nothing to do when it is there. */
  makeFolder(path: string): void;
  /** Removes a file, or a folder with all in it; nothing to do when there is none. */
  remove(path: string): void;
  /** Moves a file, or a folder with all in it to where nothing is. A folder stays on its volume: EISDIR where it would not. */
  rename(from: string, to: string): void;
  /** Names in the folder, sorted. */
  list(path: string): string[];
  info(path: string): FileInfo | undefined;
  /** Where the path is on this machine, when it is there at all: for programs that start others outside of this process. */
  realPath?(path: string): string | undefined;
}

/** The text of a file. */
export const readText = (files: Files, path: string): string =>
  Buffer.from(files.read(path)).toString('utf8');

/** An absolute path without `.`, `..` and doubled slashes; a relative one is taken from `cwd`. */
export function resolvePath(path: string, cwd = '/'): string {
  if (path.startsWith('/') && !/\/(?:\.{0,2}\/|\.{0,2}$)/u.test(path)) return path;
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The folder that a resolved path is in; that of `/` is itself. */
export const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
