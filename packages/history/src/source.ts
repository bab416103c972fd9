import { historyError } from './problem.ts';

/** A file's bytes, whole or in parts. */
export type FileContent = Uint8Array | AsyncIterable<Uint8Array>;

/** Where an archive is read from. */
export interface ArchiveSource {
  /** For messages: a folder, an address. */
  readonly name: string;
  /**
   * The content of a file by its path in the archive; undefined when it is certain that there is none. Rejects when that
   * cannot be told.
   */
  fetch(path: string): Promise<FileContent | undefined>;
}

/** Where an archive is written to; folders come into being by themselves. */
export interface ArchiveSink {
  put(path: string, content: Uint8Array): Promise<void>;
}

/** An archive in memory. */
export interface MemoryArchive extends ArchiveSource, ArchiveSink {
  readonly files: Map<string, Uint8Array>;
}

/** An archive in memory, empty or with the files given by path. */
export function createMemoryArchive(
  files: Iterable<readonly [path: string, content: Uint8Array]> = [],
  name = 'memory',
): MemoryArchive {
  const contents = new Map(files);
  return {
    name,
    files: contents,
    fetch: async (path) => contents.get(path),
    put: async (path, content) => void contents.set(path, content),
  };
}

/** How a folder's files are reached: by their full path, with undefined for a file that is not there. */
export interface FolderAccess {
  read(path: string): Promise<FileContent | undefined>;
  /** Writes a file and the folders above it. Needed for writing only. */
  write?(path: string, content: Uint8Array): Promise<void>;
}

/** An archive in a folder. */
export function folderArchive(folder: string, access: FolderAccess): ArchiveSource & ArchiveSink {
  const base = folder.replace(/\/+$/u, '');
  return {
    name: folder,
    fetch: (path) => access.read(`${base}/${path}`),
    async put(path, content) {
      if (access.write === undefined)
        throw historyError(
          { code: 'SSC_HISTORY_INPUT', field: 'access' },
          `${folder} was opened for reading only; ${path} was not written`,
        );
      await access.write(`${base}/${path}`, content);
    },
  };
}
