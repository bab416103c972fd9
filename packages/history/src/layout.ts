import { historyError } from './problem.ts';

/** Where an archive keeps its newest state. */
export const wellKnownPath = '.well-known/stellar-history.json';

/** The kinds of files that hold records of a checkpoint's ledgers. */
export const recordKinds = ['ledger', 'transactions', 'results', 'scp'] as const;

/** See {@link recordKinds}. */
export type RecordKind = (typeof recordKinds)[number];

/** What a path of an archive is. */
export type ArchiveFile =
  | { readonly kind: 'well-known' }
  | { readonly kind: 'state'; readonly checkpoint: number }
  | { readonly kind: RecordKind; readonly checkpoint: number }
  | { readonly kind: 'bucket'; readonly hash: string };

const hexOf = (ledger: number): string => ledger.toString(16).padStart(8, '0');

const folderOf = (hex: string): string =>
  `${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex.slice(4, 6)}`;

/** The state of the archive as of a checkpoint. @example "history/00/00/00/history-0000003f.json" */
export function statePath(checkpoint: number): string {
  const hex = hexOf(checkpoint);
  return `history/${folderOf(hex)}/history-${hex}.json`;
}

/** The records of a checkpoint. @example "ledger/00/00/00/ledger-0000003f.xdr.gz" */
export function recordPath(kind: RecordKind, checkpoint: number): string {
  const hex = hexOf(checkpoint);
  return `${kind}/${folderOf(hex)}/${kind}-${hex}.xdr.gz`;
}

/** A bucket, by its hash in lower-case hexadecimal. Throws SSC_HISTORY_INPUT for text that is no such hash. */
export function bucketPath(hash: string): string {
  if (!isHash(hash))
    throw historyError(
      { code: 'SSC_HISTORY_INPUT', field: 'hash' },
      `a bucket's hash is 64 lower-case hexadecimal digits, got ${JSON.stringify(hash)}`,
    );
  return `bucket/${folderOf(hash)}/bucket-${hash}.xdr.gz`;
}

/** True for a SHA-256 hash as archives write it. */
export const isHash = (text: string): boolean => /^[\da-f]{64}$/u.test(text);

/** The path of a file. */
export function archivePath(file: ArchiveFile): string {
  if (file.kind === 'well-known') return wellKnownPath;
  if (file.kind === 'state') return statePath(file.checkpoint);
  if (file.kind === 'bucket') return bucketPath(file.hash);
  return recordPath(file.kind, file.checkpoint);
}

const numbered = /^([a-z]+)-([\da-f]{8})(?:\.xdr\.gz|\.json)$/u;
const bucketName = /^bucket-([\da-f]{64})\.xdr\.gz$/u;

/** What a path of an archive is; undefined when no file of an archive is called so or stands there. */
export function parseArchivePath(path: string): ArchiveFile | undefined {
  if (path === wellKnownPath) return { kind: 'well-known' };
  const name = path.slice(path.lastIndexOf('/') + 1);
  const file = parseName(name);
  return file !== undefined && archivePath(file) === path ? file : undefined;
}

function parseName(name: string): ArchiveFile | undefined {
  const hash = bucketName.exec(name)?.[1];
  if (hash !== undefined) return { kind: 'bucket', hash };
  const [, word, hex = ''] = numbered.exec(name) ?? [];
  const checkpoint = Number.parseInt(hex, 16);
  if (word === 'history') return { kind: 'state', checkpoint };
  const kind = recordKinds.find((known) => known === word);
  return kind === undefined ? undefined : { kind, checkpoint };
}
