import { namedBuckets } from './archive-buckets.ts';
import type { ArchiveState } from './archive-state.ts';
import { type CheckpointFrequency, isCheckpoint } from './checkpoint.ts';
import type { Defect } from './defect.ts';
import { statePath, wellKnownPath } from './layout.ts';

/** What is wrong with the state of ledger 0, which `new-hist` leaves and which says that there is nothing. */
export function checkFirstState(state: ArchiveState, passphrase: string | undefined): Defect[] {
  const file = statePath(0);
  const defects: Defect[] = [];
  const holds = namedBuckets(state).length > 0;
  if (state.currentLedger !== 0 || holds)
    defects.push({
      kind: 'state',
      file,
      message: holds
        ? 'it names buckets, and there was no ledger'
        : `currentLedger is ${state.currentLedger} instead of 0`,
    });
  if (state.networkPassphrase !== undefined && state.networkPassphrase !== passphrase)
    defects.push({
      kind: 'passphrase',
      file,
      message: `the network is ${JSON.stringify(state.networkPassphrase)}, and ${JSON.stringify(passphrase)} was expected`,
    });
  if (state.version !== 1)
    defects.push({
      kind: 'state',
      file,
      message: `version is ${state.version}, and a network begins with 1`,
    });
  return defects;
}

/** What is wrong with the newest state, which is a copy of that of its checkpoint: `twin` reads the text of that one. */
export async function checkNewestState(
  { state, text }: { readonly state: ArchiveState; readonly text: string },
  frequency: CheckpointFrequency,
  twin: (file: string) => Promise<string | undefined>,
): Promise<Defect[]> {
  const { currentLedger } = state;
  const defect = (message: string): Defect[] => [
    { kind: 'state', file: wellKnownPath, ledger: currentLedger, message },
  ];
  if (!isCheckpoint(currentLedger, frequency))
    return defect(
      `currentLedger is ${currentLedger}, and no checkpoint of ${frequency} ledgers ends there`,
    );
  const file = statePath(currentLedger);
  const twinText = await twin(file);
  return twinText === undefined || twinText === text
    ? []
    : defect(`it is not the same text as ${file}`);
}
