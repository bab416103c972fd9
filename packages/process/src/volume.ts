import { FileError, type FileInfo, type Files, folderOf, resolvePath } from './files.ts';

/** A volume in memory: files and folders, with a size that it may not exceed. */
export interface Volume extends Files {
  readonly usedBytes: number;
}

/** What a volume in memory begins with. */
export interface VolumeOptions {
  /** Bytes; a write beyond is refused with ENOSPC. @default no limit */
  readonly sizeLimit?: number;
  /** Files by path. @default none */
  readonly content?: Readonly<Record<string, Uint8Array | string>>;
}

/** Makes a volume in memory. */
export function createVolume({ sizeLimit, content = {} }: VolumeOptions = {}): Volume {
  const volume = new MemoryVolume(sizeLimit ?? Number.POSITIVE_INFINITY);
  for (const [path, bytes] of Object.entries(content)) {
    volume.makeFolder(folderOf(resolvePath(path)));
    volume.write(path, bytes);
  }
  return volume;
}

class MemoryVolume implements Volume {
  readonly #limit: number;
  readonly #files = new Map<string, Uint8Array>();
  readonly #folders = new Set<string>(['/']);
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get usedBytes(): number {
    return this.#used;
  }

  read(path: string): Uint8Array {
    const at = resolvePath(path);
    const content = this.#files.get(at);
    if (content !== undefined) return content;
    throw new FileError(this.#folders.has(at) ? 'EISDIR' : 'ENOENT', at);
  }

  write(path: string, content: Uint8Array | string): void {
    this.#put(resolvePath(path), toBytes(content));
  }

  append(path: string, content: Uint8Array | string): void {
    const at = resolvePath(path);
    this.#put(at, appended(this.#files.get(at), toBytes(content)));
  }

  makeFolder(path: string): void {
    const parts = resolvePath(path).split('/').slice(1);
    for (let i = 1; i <= parts.length; i++) {
      const folder = `/${parts.slice(0, i).join('/')}`;
      if (this.#files.has(folder)) throw new FileError('EEXIST', folder);
      this.#folders.add(folder);
    }
  }

  remove(path: string): void {
    const at = resolvePath(path);
    if (this.#files.has(at)) {
      this.#take(at);
      return;
    }
    for (const name of [...this.#files.keys()]) if (isBelow(at, name)) this.#take(name);
    for (const name of [...this.#folders])
      if (name !== '/' && (name === at || isBelow(at, name))) this.#folders.delete(name);
  }

  rename(from: string, to: string): void {
    const [source, target] = [resolvePath(from), resolvePath(to)];
    const content = this.#files.get(source);
    if (content === undefined && this.#folders.has(source)) {
      this.#moveFolder(source, target);
      return;
    }
    if (content === undefined) throw new FileError('ENOENT', source);
    if (source === target) return;
    this.#take(source);
    this.#put(target, content);
  }

  list(path: string): string[] {
    const at = resolvePath(path);
    if (!this.#folders.has(at)) throw new FileError(this.#files.has(at) ? 'ENOTDIR' : 'ENOENT', at);
    return [...this.#files.keys(), ...this.#folders]
      .filter((name) => name !== '/' && folderOf(name) === at)
      .map((name) => name.slice(name.lastIndexOf('/') + 1))
      .sort();
  }

  info(path: string): FileInfo | undefined {
    const at = resolvePath(path);
    const content = this.#files.get(at);
    if (content !== undefined) return { kind: 'file', size: content.length };
    return this.#folders.has(at) ? { kind: 'folder', size: 0 } : undefined;
  }

  #put(path: string, content: Uint8Array): void {
    if (this.#folders.has(path)) throw new FileError('EISDIR', path);
    if (!this.#folders.has(folderOf(path))) throw new FileError('ENOENT', path);
    const grown = this.#used - (this.#files.get(path)?.length ?? 0) + content.length;
    if (grown > this.#limit) throw new FileError('ENOSPC', path);
    this.#files.set(path, content);
    this.#used = grown;
  }

  #take(path: string): void {
    this.#used -= this.#files.get(path)?.length ?? 0;
    this.#files.delete(path);
  }

  /** With all that is in it, to a place where nothing is. */
  #moveFolder(source: string, target: string): void {
    if (source === target) return;
    const isTaken = this.#files.has(target) || this.#folders.has(target);
    if (source === '/' || isBelow(source, target) || isTaken) throw new FileError('EEXIST', target);
    if (!this.#folders.has(folderOf(target))) throw new FileError('ENOENT', target);
    const moved = (name: string): string => target + name.slice(source.length);
    for (const name of [...this.#folders]) {
      if (name !== source && !isBelow(source, name)) continue;
      this.#folders.delete(name);
      this.#folders.add(moved(name));
    }
    for (const [name, content] of [...this.#files]) {
      if (!isBelow(source, name)) continue;
      this.#files.delete(name);
      this.#files.set(moved(name), content);
    }
  }
}

/** Whether a path is inside of a folder, at whatever depth. */
const isBelow = (folder: string, path: string): boolean =>
  path.startsWith(folder === '/' ? '/' : `${folder}/`);

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
