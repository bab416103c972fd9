import { FileError, type FileInfo, type Files, folderOf, resolvePath } from './files.ts';

/** One volume where a container sees it. */
export interface Mount {
  readonly path: string;
  readonly files: Files;
  readonly readOnly: boolean;
  /** A folder inside the volume that stands for its root. */
  readonly subPath?: string;
}

/** The files of a container: those of its mounts, the longest path deciding, and `root` for the rest. */
export const mountFiles = (root: Files, mounts: readonly Mount[]): Files =>
  new MountedFiles(root, mounts);

/** Where a path leads. */
interface Place {
  readonly files: Files;
  /** The path there. */
  readonly inner: string;
  readonly readOnly: boolean;
}

class MountedFiles implements Files {
  readonly #root: Files;
  /** The longest path first. */
  readonly #mounts: readonly Mount[];

  constructor(root: Files, mounts: readonly Mount[]) {
    this.#root = root;
    this.#mounts = mounts
      .map((mount) => ({ ...mount, path: resolvePath(mount.path) }))
      .sort((a, b) => b.path.length - a.path.length);
  }

  read(path: string): Uint8Array {
    const { files, inner } = this.#find(path);
    return files.read(inner);
  }

  write(path: string, content: Uint8Array | string, mode?: number): void {
    const { files, inner } = this.#writable(path);
    files.write(inner, content, mode);
  }

  append(path: string, content: Uint8Array | string): void {
    const { files, inner } = this.#writable(path);
    files.append(inner, content);
  }

  makeFolder(path: string): void {
    const { files, inner, readOnly } = this.#find(path);
    if (files.info(inner)?.kind === 'folder') return;
    if (readOnly) throw new FileError('EROFS', path);
    files.makeFolder(inner);
  }

  remove(path: string): void {
    const { files, inner } = this.#writable(path);
    files.remove(inner);
  }

  rename(from: string, to: string): void {
    const [source, target] = [this.#writable(from), this.#writable(to)];
    if (source.files === target.files) source.files.rename(source.inner, target.inner);
    else {
      target.files.write(target.inner, source.files.read(source.inner));
      source.files.remove(source.inner);
    }
  }

  list(path: string): string[] {
    const { files, inner } = this.#find(path);
    const at = resolvePath(path);
    const isOnlyAbove =
      files.info(inner) === undefined && this.#mounts.some((mount) => mount.path.startsWith(at));
    const names = new Set(isOnlyAbove ? [] : files.list(inner));
    for (const mount of this.#mounts)
      if (mount.path !== '/' && folderOf(mount.path) === at)
        names.add(mount.path.slice(mount.path.lastIndexOf('/') + 1));
    return [...names].sort();
  }

  info(path: string): FileInfo | undefined {
    const { files, inner } = this.#find(path);
    return files.info(inner);
  }

  realPath(path: string): string | undefined {
    const { files, inner } = this.#find(path);
    return files.realPath?.(inner);
  }

  #find(path: string): Place {
    const at = resolvePath(path);
    const mount = this.#mounts.find(
      (one) => at === one.path || at.startsWith(one.path === '/' ? '/' : `${one.path}/`),
    );
    if (mount === undefined) return { files: this.#root, inner: at, readOnly: false };
    const below = at.slice(mount.path === '/' ? 0 : mount.path.length) || '/';
    return {
      files: mount.files,
      inner: mount.subPath === undefined ? below : resolvePath(`${mount.subPath}${below}`),
      readOnly: mount.readOnly,
    };
  }

  #writable(path: string): Place {
    const found = this.#find(path);
    if (found.readOnly) throw new FileError('EROFS', path);
    return found;
  }
}
