import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ArchiveFile,
  archivePath,
  bucketPath,
  parseArchivePath,
  type RecordKind,
} from '../src/index.ts';
import { sampleArchive } from './sample.ts';

const hash = '9ee8904645202f0e9e6b4cda6786da45d8d032b6f8761b0014f7681ee2010ac5';

describe('paths', () => {
  test.each<[ArchiveFile, string]>([
    [{ kind: 'well-known' }, '.well-known/stellar-history.json'],
    [{ kind: 'state', checkpoint: 0 }, 'history/00/00/00/history-00000000.json'],
    [{ kind: 'state', checkpoint: 63 }, 'history/00/00/00/history-0000003f.json'],
    [{ kind: 'ledger', checkpoint: 0x12345f7f }, 'ledger/12/34/5f/ledger-12345f7f.xdr.gz'],
    [
      { kind: 'transactions', checkpoint: 127 },
      'transactions/00/00/00/transactions-0000007f.xdr.gz',
    ],
    [{ kind: 'results', checkpoint: 263 }, 'results/00/00/01/results-00000107.xdr.gz'],
    [{ kind: 'scp', checkpoint: 7 }, 'scp/00/00/00/scp-00000007.xdr.gz'],
    [{ kind: 'bucket', hash }, `bucket/9e/e8/90/bucket-${hash}.xdr.gz`],
  ])('%j is %s', (file, path) => {
    expect(archivePath(file)).toBe(path);
    expect(parseArchivePath(path)).toEqual(file);
  });

  test('every file of a real archive has a kind', () => {
    for (const path of sampleArchive().files.keys())
      expect(parseArchivePath(path), path).toBeDefined();
  });

  test('a path says what it is the path of', () => {
    const kinds = fc.constantFrom<RecordKind | 'state'>(
      'ledger',
      'transactions',
      'results',
      'scp',
      'state',
    );
    fc.assert(
      fc.property(kinds, fc.integer({ min: 0, max: 0xffffffff }), (kind, checkpoint) => {
        expect(parseArchivePath(archivePath({ kind, checkpoint }))).toEqual({ kind, checkpoint });
      }),
      { seed: 1 },
    );
  });

  test.each([
    'stellar-history.json',
    'history/00/00/00/history-0000003F.json',
    'history/00/00/01/history-0000003f.json',
    'transaction/00/00/00/transaction-0000003f.xdr.gz',
    'ledger/00/00/00/ledger-0000003f.json',
    'ledger/00/00/00/ledger-0000003f.xdr',
    `bucket/00/00/00/bucket-${hash}.xdr.gz`,
    '../ledger/00/00/00/ledger-0000003f.xdr.gz',
    '',
  ])('%j is no file of an archive', (path) => {
    expect(parseArchivePath(path)).toBeUndefined();
  });

  test('refuses a hash that is none', () => {
    expect(() => bucketPath(hash.toUpperCase())).toThrowErrorMatchingInlineSnapshot(
      `[SscError: a bucket's hash is 64 lower-case hexadecimal digits, got "9EE8904645202F0E9E6B4CDA6786DA45D8D032B6F8761B0014F7681EE2010AC5"]`,
    );
  });
});
