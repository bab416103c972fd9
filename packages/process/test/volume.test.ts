import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVolume, FileError, mountFiles, readText, resolvePath } from '../src/index.ts';

describe('a volume', () => {
  test('keeps what is written, and knows folders', () => {
    const volume = createVolume({ content: { '/a/b/c.txt': 'one' } });
    volume.append('/a/b/c.txt', ' two');
    volume.write('/a/d', 'x');
    volume.rename('/a/d', '/a/e');
    expect(readText(volume, '/a/b/c.txt')).toBe('one two');
    expect(volume.list('/a')).toEqual(['b', 'e']);
    expect([volume.info('/a'), volume.info('/a/e'), volume.info('/zz')]).toEqual([
      { kind: 'folder', size: 0 },
      { kind: 'file', size: 1 },
      undefined,
    ]);
    volume.remove('/a');
    expect(volume.list('/')).toEqual([]);
    expect(volume.usedBytes).toBe(0);
  });

  test('refuses with the codes of the C library and changes nothing', () => {
    const volume = createVolume({ sizeLimit: 4, content: { '/f': 'abc' } });
    expect(() => volume.read('/x')).toThrow('ENOENT: no such file or directory: /x');
    expect(() => volume.write('/no/x', '')).toThrow('ENOENT: no such file or directory: /no/x');
    expect(() => volume.write('/', '')).toThrow('EISDIR: is a directory: /');
    expect(() => volume.list('/f')).toThrow('ENOTDIR: not a directory: /f');
    expect(() => volume.makeFolder('/f/g')).toThrow('EEXIST: file exists: /f');
    expect(() => volume.append('/f', 'de')).toThrow('ENOSPC: no space left on device: /f');
    expect(readText(volume, '/f')).toBe('abc');
  });

  test('a file grows line by line, and what was read of it before stays', () => {
    const volume = createVolume();
    const seen: Uint8Array[] = [];
    let text = '';
    for (let i = 0; i < 500; i++) {
      volume.append('/log', `line ${i}\n`);
      text += `line ${i}\n`;
      if (i % 100 === 0) seen.push(volume.read('/log'));
    }
    expect(readText(volume, '/log')).toBe(text);
    for (const part of seen) expect(text.startsWith(Buffer.from(part).toString())).toBe(true);
    volume.write('/copy', volume.read('/log'));
    volume.append('/log', 'more');
    volume.append('/copy', 'other');
    expect(readText(volume, '/log')).toBe(`${text}more`);
    expect(readText(volume, '/copy')).toBe(`${text}other`);
    expect(volume.usedBytes).toBe(2 * text.length + 9);
  });

  test('what was handed in or out can change without changing the file', () => {
    const volume = createVolume();
    const bytes = Buffer.from('abc');
    volume.write('/f', bytes);
    bytes[0] = 0;
    expect(readText(volume, '/f')).toBe('abc');
  });

  test('property: used bytes are the sum of the files', () => {
    const step = fc.tuple(
      fc.constantFrom('write', 'append', 'remove', 'rename'),
      fc.constantFrom('/a', '/b', '/c'),
      fc.constantFrom('/a', '/b', '/c'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const volume = createVolume();
        for (const [what, path, other, text] of steps) {
          if (what === 'write') volume.write(path, text);
          else if (what === 'append') volume.append(path, text);
          else if (what === 'remove') volume.remove(path);
          else if (volume.info(path) !== undefined) volume.rename(path, other);
        }
        const sum = volume
          .list('/')
          .reduce((total, name) => total + volume.read(`/${name}`).length, 0);
        expect(volume.usedBytes).toBe(sum);
      }),
      { seed: 1 },
    );
  });
});

describe('mounts', () => {
  const data = createVolume();
  const config = createVolume({ content: { '/core.cfg': 'X', '/..data/y': 'y' } });
  const files = mountFiles(createVolume({ content: { '/etc/hosts': 'h' } }), [
    { path: '/data', files: data, readOnly: false },
    { path: '/cfg/', files: config, readOnly: true },
    { path: '/data/sub', files: config, readOnly: true, subPath: '..data' },
  ]);

  test('the longest path decides', () => {
    files.write('/data/a', '1');
    files.rename('/data/a', '/data/b');
    expect(readText(data, '/b')).toBe('1');
    expect(readText(files, '/cfg/core.cfg')).toBe('X');
    expect(readText(files, '/data/sub/y')).toBe('y');
    expect(readText(files, '/etc/hosts')).toBe('h');
    expect(files.list('/')).toEqual(['cfg', 'data', 'etc']);
    expect(files.list('/data')).toEqual(['b', 'sub']);
    files.rename('/data/b', '/etc/b');
    expect([files.info('/data/b'), readText(files, '/etc/b')]).toEqual([undefined, '1']);
  });

  test('a read-only mount refuses', () => {
    expect(() => files.write('/cfg/x', '')).toThrow('EROFS: read-only file system: /cfg/x');
    expect(() => files.remove('/cfg/core.cfg')).toThrow('EROFS');
    expect(() => files.makeFolder('/cfg/new')).toThrow('EROFS');
    files.makeFolder('/cfg');
  });

  test('each path is appended to, moved and removed where it is', () => {
    const [one, two] = [createVolume(), createVolume()];
    const mounted = mountFiles(one, [{ path: '/mnt/two', files: two, readOnly: false }]);
    mounted.append('/mnt/two/log', 'a');
    mounted.append('/mnt/two/log', 'b');
    mounted.rename('/mnt/two/log', '/mnt/two/old');
    expect([readText(two, '/old'), two.info('/log'), one.info('/old')]).toEqual([
      'ab',
      undefined,
      undefined,
    ]);
    // A folder that is nowhere, but that a mount stands in.
    expect(mounted.list('/mnt')).toEqual(['two']);
    expect(() => mounted.list('/other')).toThrow('ENOENT');
    mounted.remove('/mnt/two/old');
    expect(mounted.list('/mnt/two')).toEqual([]);
  });
});

test.each([
  ['a/../b', '/x', '/x/b'],
  ['/a//b/./c', '/x', '/a/b/c'],
  ['../../..', '/x', '/'],
])('resolvePath(%s, %s) is %s', (path, cwd, expected) =>
  expect(resolvePath(path, cwd)).toBe(expected),
);

test('a path below a mount is where its volume has it on this machine, if it is there at all', () => {
  const disk = { ...createVolume(), realPath: (path: string) => `/srv/pod${path}` };
  const files = mountFiles(createVolume(), [
    { path: '/data', files: disk, readOnly: false },
    { path: '/cfg', files: disk, readOnly: true, subPath: 'one' },
    { path: '/memory', files: createVolume(), readOnly: false },
  ]);
  expect(files.realPath?.('/data/buckets')).toBe('/srv/pod/buckets');
  expect(files.realPath?.('/cfg/a.cfg')).toBe('/srv/pod/one/a.cfg');
  expect(files.realPath?.('/memory/a')).toBeUndefined();
  expect(files.realPath?.('/etc/passwd')).toBeUndefined();
});

test('a folder moves with all in it, to where nothing is, on its own volume', () => {
  const volume = createVolume({
    content: { '/a/b/c': '1', '/a/d': '22', '/ab': '3', '/x/y': '4' },
  });
  volume.rename('/a', '/x/a');
  expect(['/ab', '/x/a/b/c', '/x/a/d'].map((path) => readText(volume, path))).toEqual([
    '3',
    '1',
    '22',
  ]);
  expect(volume.info('/a')).toBeUndefined();
  expect(volume.list('/x')).toEqual(['a', 'y']);
  expect(volume.usedBytes).toBe(5);
  volume.rename('/x/a', '/x/a');
  for (const to of ['/x/a/b/deeper', '/ab', '/x', '/nowhere/a'])
    expect(() => volume.rename('/x/a', to)).toThrow(FileError);
  expect(readText(volume, '/x/a/d')).toBe('22');
  const files = mountFiles(createVolume(), [{ path: '/data', files: volume, readOnly: false }]);
  files.rename('/data/x/a', '/data/z');
  expect(readText(files, '/data/z/d')).toBe('22');
  expect(() => files.rename('/data/z', '/z')).toThrow('EISDIR');
});
