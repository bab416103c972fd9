import {
  FileError,
  type ProcessContext,
  type Program,
  type Programs,
  resolvePath,
} from '@ssc/process';
import { type Arguments, parseArguments } from './arguments.ts';
import { tar } from './tar.ts';

type FileProgram = (self: ProcessContext, args: Arguments) => number;

/** A program that reads its arguments, does its work at once, and says what the C library would. */
function program(
  known: { readonly flags: readonly string[]; readonly values?: readonly string[] },
  run: FileProgram,
): Program {
  return async (self) => {
    const name = self.argv[0] ?? '';
    const args = parseArguments(self.argv.slice(1), known);
    if (args.unknown !== undefined) {
      self.stderr(`${name}: unrecognized option '${args.unknown}'\n`);
      return 1;
    }
    try {
      return run(self, args);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      self.stderr(`${name}: ${error.message}\n`);
      return 1;
    }
  };
}

const at = (self: ProcessContext, path: string): string => resolvePath(path, self.cwd);
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const isFolder = (self: ProcessContext, path: string): boolean =>
  self.files.info(path)?.kind === 'folder';

function copyTree(self: ProcessContext, from: string, to: string): void {
  if (!isFolder(self, from)) {
    self.files.write(to, self.files.read(from));
    return;
  }
  self.files.makeFolder(to);
  for (const name of self.files.list(from)) copyTree(self, `${from}/${name}`, `${to}/${name}`);
}

/** The target of a copy or move: inside it where it is a folder. */
function targetOf(self: ProcessContext, source: string, target: string): string {
  return isFolder(self, target) ? `${target}/${nameOf(source)}` : target;
}

const cp = program({ flags: ['a', 'r', 'R', 'f', 'p'] }, (self, { rest, flags }) => {
  const target = at(self, rest.at(-1) ?? '');
  for (const word of rest.slice(0, -1)) {
    const source = at(self, word);
    if (isFolder(self, source) && !['a', 'r', 'R'].some((flag) => flags.has(flag))) {
      self.stderr(`cp: -r not specified; omitting directory '${word}'\n`);
      return 1;
    }
    copyTree(self, source, targetOf(self, source, target));
  }
  return 0;
});

const mv = program({ flags: ['f'] }, (self, { rest }) => {
  const target = at(self, rest.at(-1) ?? '');
  for (const word of rest.slice(0, -1)) {
    const source = at(self, word);
    const to = targetOf(self, source, target);
    try {
      self.files.rename(source, to);
    } catch (error) {
      // A folder that is to be on another volume.
      if (!(error instanceof FileError) || error.code !== 'EISDIR') throw error;
      copyTree(self, source, to);
      self.files.remove(source);
    }
  }
  return 0;
});

const mkdir = program({ flags: ['p'], values: ['m'] }, (self, { rest, flags }) => {
  for (const word of rest) {
    const path = at(self, word);
    const parent = path.slice(0, Math.max(1, path.lastIndexOf('/')));
    if (!flags.has('p')) {
      if (self.files.info(path) !== undefined) throw new FileError('EEXIST', path);
      if (!isFolder(self, parent)) throw new FileError('ENOENT', path);
    }
    self.files.makeFolder(path);
  }
  return 0;
});

const rm = program({ flags: ['r', 'R', 'f'] }, (self, { rest, flags }) => {
  for (const word of rest) {
    const path = at(self, word);
    const found = self.files.info(path);
    if (found === undefined) {
      if (flags.has('f')) continue;
      throw new FileError('ENOENT', path);
    }
    if (found.kind === 'folder' && !flags.has('r') && !flags.has('R')) {
      throw new FileError('EISDIR', path);
    }
    self.files.remove(path);
  }
  return 0;
});

const cat = program({ flags: [] }, (self, { rest }) => {
  for (const word of rest)
    self.stdout(Buffer.from(self.files.read(at(self, word))).toString('utf8'));
  return 0;
});

const touch = program({ flags: ['a', 'm'] }, (self, { rest }) => {
  for (const word of rest) {
    const path = at(self, word);
    if (self.files.info(path) === undefined) self.files.write(path, '');
  }
  return 0;
});

const ls = program({ flags: ['1', 'a', 'A'] }, (self, { rest }) => {
  for (const word of rest.length === 0 ? ['.'] : rest) {
    const path = at(self, word);
    const names = isFolder(self, path) ? self.files.list(path) : [word];
    if (!isFolder(self, path) && self.files.info(path) === undefined)
      throw new FileError('ENOENT', path);
    for (const name of names) self.stdout(`${name}\n`);
  }
  return 0;
});

/** Fixed texts only (`-F`): there are no regular expressions here. */
const grep = program({ flags: ['q', 's', 'x', 'F', 'v', 'c'], values: ['e'] }, (self, args) => {
  const { flags, values, rest } = args;
  const pattern = values.get('e') ?? rest[0] ?? '';
  const files = values.has('e') ? rest : rest.slice(1);
  if (!flags.has('F') && /[\\^$.*[\]]/u.test(pattern)) {
    self.stderr(`grep: only fixed texts are searched here: use -F\n`);
    return 2;
  }
  let found = 0;
  let isMissing = false;
  for (const word of files) {
    const path = at(self, word);
    if (self.files.info(path)?.kind !== 'file') {
      isMissing = true;
      if (!flags.has('s')) self.stderr(`grep: ${word}: No such file or directory\n`);
      continue;
    }
    const text = Buffer.from(self.files.read(path)).toString('utf8');
    const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
    for (const line of text === '' ? [] : lines) {
      const hit = flags.has('x') ? line === pattern : line.includes(pattern);
      if (hit === flags.has('v')) continue;
      found += 1;
      if (!flags.has('q') && !flags.has('c')) self.stdout(`${line}\n`);
    }
  }
  if (flags.has('c')) self.stdout(`${found}\n`);
  if (found > 0) return 0;
  return isMissing ? 2 : 1;
});

/** `cmp -s [-n BYTES] A B`: whether two files are the same, or begin alike. */
const cmp = program({ flags: ['s'], values: ['n'] }, (self, { rest, values }) => {
  const [a = '', b = ''] = rest;
  const most = Number(values.get('n') ?? Number.POSITIVE_INFINITY);
  const [one, other] = [a, b].map((path) => self.files.read(at(self, path)).subarray(0, most));
  return Buffer.compare(one ?? new Uint8Array(), other ?? new Uint8Array()) === 0 ? 0 : 1;
});

/** Programs that work on files. */
export const filePrograms: Programs = { cat, cmp, cp, grep, ls, mkdir, mv, rm, tar, touch };
