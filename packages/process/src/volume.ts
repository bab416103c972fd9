import { FileError, type FileInfo, type Files, resolvePath } from './files.ts';

/** A volume in memory: files and folders, with a size that it may not exceed. */
export interface Volume extends Files {
  readonly usedBytes: number;
}

/** Makes an empty volume in memory. A write beyond `sizeLimit` bytes is refused with ENOSPC. */
export function createVolume(
  options: {
    readonly sizeLimit?: number;
    readonly content?: Readonly<Record<string, Uint8Array | string>>;
  } = {},
): Volume {
  const files = new Map<string, Uint8Array>();
  const folders = new Set<string>(['/']);
  const limit = options.sizeLimit ?? Number.POSITIVE_INFINITY;
  let used = 0;

  const put = (path: string, content: Uint8Array): void => {
    if (folders.has(path)) throw new FileError('EISDIR', path);
    if (!folders.has(folderOf(path))) throw new FileError('ENOENT', path);
    const grown = used - (files.get(path)?.length ?? 0) + content.length;
    if (grown > limit) throw new FileError('ENOSPC', path);
    files.set(path, content);
    used = grown;
  };
  const below = (path: string): ((other: string) => boolean) => {
    const prefix = path === '/' ? '/' : `${path}/`;
    return (other) => other.startsWith(prefix);
  };

  /** With all that is in it, to a place where nothing is. */
  const moveFolder = (source: string, target: string): void => {
    if (source === target) return;
    const isBelow = below(source);
    if (source === '/' || isBelow(target) || files.has(target) || folders.has(target))
      throw new FileError('EEXIST', target);
    if (!folders.has(folderOf(target))) throw new FileError('ENOENT', target);
    const moved = (name: string): string => target + name.slice(source.length);
    for (const name of [...folders].filter((one) => one === source || isBelow(one))) {
      folders.delete(name);
      folders.add(moved(name));
    }
    for (const [name, content] of [...files].filter(([one]) => isBelow(one))) {
      files.delete(name);
      files.set(moved(name), content);
    }
  };

  const volume: Volume = {
    get usedBytes() {
      return used;
    },
    read(path) {
      const at = resolvePath(path);
      const content = files.get(at);
      if (content !== undefined) return content;
      throw new FileError(folders.has(at) ? 'EISDIR' : 'ENOENT', at);
    },
    write: (path, content) => put(resolvePath(path), toBytes(content)),
    append(path, content) {
      const at = resolvePath(path);
      put(at, appended(files.get(at), toBytes(content)));
    },
    makeFolder(path) {
      const parts = resolvePath(path).split('/').slice(1);
      for (let i = 1; i <= parts.length; i++) {
        const folder = `/${parts.slice(0, i).join('/')}`;
        if (files.has(folder)) throw new FileError('EEXIST', folder);
        folders.add(folder);
      }
    },
    remove(path) {
      const at = resolvePath(path);
      const isBelow = below(at);
      for (const name of [...files.keys()]) {
        if (name !== at && !isBelow(name)) continue;
        used -= files.get(name)?.length ?? 0;
        files.delete(name);
      }
      for (const name of [...folders])
        if (name !== '/' && (name === at || isBelow(name))) folders.delete(name);
    },
    rename(from, to) {
      const [source, target] = [resolvePath(from), resolvePath(to)];
      const content = files.get(source);
      if (content === undefined && folders.has(source)) {
        moveFolder(source, target);
        return;
      }
      if (content === undefined) throw new FileError('ENOENT', source);
      if (source === target) return;
      files.delete(source);
      used -= content.length;
      put(target, content);
    },
    list(path) {
      const at = resolvePath(path);
      if (!folders.has(at)) throw new FileError(files.has(at) ? 'ENOTDIR' : 'ENOENT', at);
      return [...files.keys(), ...folders]
        .filter((name) => name !== '/' && folderOf(name) === at)
        .map((name) => name.slice(name.lastIndexOf('/') + 1))
        .sort();
    },
    info(path): FileInfo | undefined {
      const at = resolvePath(path);
      const content = files.get(at);
      if (content !== undefined) return { kind: 'file', size: content.length };
      return folders.has(at) ? { kind: 'folder', size: 0 } : undefined;
    },
  };
  for (const [path, content] of Object.entries(options.content ?? {})) {
    volume.makeFolder(folderOf(resolvePath(path)));
    volume.write(path, content);
  }
  return volume;
}

/** One volume where a container sees it. */
export interface Mount {
  readonly path: string;
  readonly files: Files;
  readonly readOnly: boolean;
  /** A folder inside the volume that stands for its root. */
  readonly subPath?: string;
}

/** The files of a container: those of its mounts, the longest path deciding, and `root` for the rest. */
export function mountFiles(root: Files, mounts: readonly Mount[]): Files {
  const sorted = mounts
    .map((mount) => ({ ...mount, path: resolvePath(mount.path) }))
    .sort((a, b) => b.path.length - a.path.length);
  const find = (
    path: string,
  ): { files: Files; inner: string; readOnly: boolean; mount: string } => {
    const at = resolvePath(path);
    const mount = sorted.find(
      (m) => at === m.path || at.startsWith(m.path === '/' ? '/' : `${m.path}/`),
    );
    if (mount === undefined) return { files: root, inner: at, readOnly: false, mount: '/' };
    return {
      files: mount.files,
      inner: resolvePath(`${mount.subPath ?? ''}/${at.slice(mount.path.length)}`),
      readOnly: mount.readOnly,
      mount: mount.path,
    };
  };
  const writable = (path: string): { files: Files; inner: string } => {
    const found = find(path);
    if (found.readOnly) throw new FileError('EROFS', path);
    return found;
  };
  return {
    read: (path) => {
      const { files, inner } = find(path);
      return files.read(inner);
    },
    write: (path, content, mode) => {
      const { files, inner } = writable(path);
      files.write(inner, content, mode);
    },
    append: (path, content) => {
      const { files, inner } = writable(path);
      files.append(inner, content);
    },
    makeFolder: (path) => {
      const found = find(path);
      if (found.files.info(found.inner)?.kind === 'folder') return;
      if (found.readOnly) throw new FileError('EROFS', path);
      found.files.makeFolder(found.inner);
    },
    remove: (path) => {
      const { files, inner } = writable(path);
      files.remove(inner);
    },
    rename: (from, to) => {
      const [source, target] = [writable(from), writable(to)];
      if (source.files === target.files) source.files.rename(source.inner, target.inner);
      else {
        target.files.write(target.inner, source.files.read(source.inner));
        source.files.remove(source.inner);
      }
    },
    list: (path) => {
      const { files, inner } = find(path);
      const at = resolvePath(path);
      const names = new Set(
        files.info(inner) === undefined && sorted.some((m) => m.path.startsWith(at))
          ? []
          : files.list(inner),
      );
      for (const mount of sorted)
        if (mount.path !== '/' && folderOf(mount.path) === at)
          names.add(mount.path.slice(mount.path.lastIndexOf('/') + 1));
      return [...names].sort();
    },
    info: (path) => {
      const { files, inner } = find(path);
      return files.info(inner);
    },
    realPath: (path) => {
      const { files, inner } = find(path);
      return files.realPath?.(inner);
    },
  };
}

/**
 * The bytes of both, where it can be in the room that is left behind the first: logs grow by a line at a time. Bytes that
 * were read before stay as they are.
 */
function appended(before: Uint8Array | undefined, more: Uint8Array): Uint8Array {
  if (before === undefined) return more;
  const length = before.length + more.length;
  const room = spare.get(before.buffer);
  if (
    room === undefined ||
    room.used !== before.byteOffset + before.length ||
    room.used + more.length > before.buffer.byteLength
  ) {
    const grown = new Uint8Array(2 * length);
    grown.set(before);
    grown.set(more, before.length);
    spare.set(grown.buffer, { used: length });
    return grown.subarray(0, length);
  }
  new Uint8Array(before.buffer).set(more, room.used);
  room.used += more.length;
  return new Uint8Array(before.buffer, before.byteOffset, length);
}

/** Buffers with room behind what is used of them. */
const spare = new WeakMap<ArrayBufferLike, { used: number }>();

const toBytes = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : Uint8Array.from(content);
const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
