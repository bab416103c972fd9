import {
  FileError,
  type Files,
  type ProcessContext,
  type Program,
  resolvePath,
} from '@ssc/process';

// The format of POSIX.1-1988, which every tar reads: blocks of 512 bytes, one before each file with what it is.
const block = 512;
const longestName = 100;
// GNU tar fills archives up to a record.
const record = 20 * block;

/** `tar cf FILE [-C FOLDER] NAME…` and `tar xf FILE [-C FOLDER]`, with `-C` before what is to be in it, as often as wanted. */
export const tar: Program = async (self) => {
  const [flags = '', archive, ...words] = self.argv.slice(1);
  const mode = /^-?([cx])[ovp]*f$/u.exec(flags)?.[1];
  if (mode === undefined || archive === undefined) {
    self.stderr("tar: only 'tar cf FILE …' and 'tar xf FILE …' are known here\n");
    return 64;
  }
  try {
    const path = resolvePath(archive, self.cwd);
    if (mode === 'c') self.files.write(path, pack(self, words));
    else unpack(self, self.files.read(path), words);
    return 0;
  } catch (error) {
    if (!(error instanceof FileError) && !(error instanceof TarError)) throw error;
    self.stderr(`tar: ${error.message}\ntar: Exiting with failure status due to previous errors\n`);
    return 2;
  }
};

class TarError extends Error {
  override readonly name = 'TarError';
}

/** The names that are asked for, each with the folder that it is in. */
function* named(self: ProcessContext, words: readonly string[]): Generator<[string, string]> {
  let folder = self.cwd;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-C') folder = resolvePath(words[++i] ?? '', folder);
    else yield [folder, word];
  }
}

function pack(self: ProcessContext, words: readonly string[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [folder, name] of named(self, words)) {
    if (self.files.info(resolvePath(name, folder)) === undefined)
      throw new TarError(`${name}: Cannot stat: No such file or directory`);
    for (const part of packTree(self, folder, name)) parts.push(part);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const filled = Math.ceil((length + 2 * block) / record) * record;
  return Buffer.concat([...parts, Buffer.alloc(filled - length)]);
}

function* packTree(self: ProcessContext, folder: string, name: string): Generator<Uint8Array> {
  const path = resolvePath(name, folder);
  if (self.files.info(path)?.kind === 'folder') {
    yield headerOf(`${name}/`, '5', 0, self.clock.now());
    for (const inner of self.files.list(path)) yield* packTree(self, folder, `${name}/${inner}`);
    return;
  }
  const content = self.files.read(path);
  yield headerOf(name, '0', content.length, self.clock.now());
  yield content;
  yield Buffer.alloc(-content.length & (block - 1));
}

function headerOf(name: string, kind: '0' | '5', size: number, now: number): Uint8Array {
  if (Buffer.byteLength(name) > longestName)
    throw new TarError(`${name}: file name is too long (max ${longestName})`);
  const header = Buffer.alloc(block);
  const octal = (value: number, length: number): string =>
    `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(kind === '5' ? 0o755 : 0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(Math.floor(now / 1000), 12), 136);
  header.write(kind, 156);
  header.write('ustar\0' + '00', 257);
  header.write(`${octal(checksumOf(header), 7)} `, 148);
  return header;
}

/** The sum of the block's bytes, those of the sum itself taken as blanks. */
const checksumOf = (header: Uint8Array): number =>
  header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);

function unpack(self: ProcessContext, archive: Uint8Array, words: readonly string[]): void {
  const folder = words[0] === '-C' ? resolvePath(words[1] ?? '', self.cwd) : self.cwd;
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let at = 0; bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + block);
    if (header.length < block) throw new TarError('Unexpected EOF in archive');
    const size = octalAt(header, 124, 12);
    if (octalAt(header, 148, 8) !== checksumOf(header))
      throw new TarError('This does not look like a tar archive');
    const path = resolvePath(textAt(header, 0, longestName), folder);
    const content = bytes.subarray(at + block, at + block + size);
    if (content.length < size) throw new TarError('Unexpected EOF in archive');
    write(self.files, path, String.fromCharCode(header[156] ?? 0), content);
    at += block + Math.ceil(size / block) * block;
  }
}

function write(files: Files, path: string, kind: string, content: Uint8Array): void {
  if (kind === '5') files.makeFolder(path);
  else if (kind === '0' || kind === '\0') {
    files.makeFolder(path.slice(0, Math.max(1, path.lastIndexOf('/'))));
    files.write(path, content);
  } else throw new TarError(`${path}: entries of type '${kind}' are not known here`);
}

const textAt = (header: Buffer, from: number, length: number): string =>
  header.toString('utf8', from, from + length).split('\0')[0] ?? '';
const octalAt = (header: Buffer, from: number, length: number): number =>
  Number.parseInt(textAt(header, from, length).trim() || '0', 8);
