import { levelCount } from '../ledger/bucket-list.ts';
import { zeroHash } from '../ledger/header.ts';

/** Where an archive keeps its newest state. */
export const wellKnownPath = '.well-known/stellar-history.json';

/** `history/00/00/00/history-00000000.json`: where an archive keeps the state of a ledger. */
export function statePath(seq: number): string {
  const hex = seq.toString(16).padStart(8, '0');
  return `history/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex.slice(4, 6)}/history-${hex}.json`;
}

/** The state of an archive that holds no ledger yet (stellar-core: src/history/HistoryArchive.cpp). */
export function renderEmptyState(server: string, passphrase: string): string {
  const level = { curr: zeroHash, next: { state: 0 }, snap: zeroHash };
  const state = {
    version: 1,
    server,
    currentLedger: 0,
    networkPassphrase: passphrase,
    currentBuckets: Array.from({ length: levelCount }, () => level),
  };
  return JSON.stringify(state, null, 4);
}
