import type { ArchiveInfo } from './archive-info.ts';
import { renderDefect } from './defect.ts';
import type { ArchiveReport } from './verify-archive.ts';

/** True when ledgers were verified and nothing is wrong with them: nothing less is a success. */
export const isVerified = (report: ArchiveReport): boolean =>
  report.ledgers > 0 && report.defects.length === 0 && report.defectsLeftOut === 0;

/** A report for a person: the defects first, then what was looked at, then the verdict. */
export function renderArchiveReport(report: ArchiveReport): string {
  const { defects, defectsLeftOut, oddities } = report;
  const lines = [
    ...defects.map(renderDefect),
    ...(defectsLeftOut > 0 ? [`… and ${defectsLeftOut} more`] : []),
    ...oddities.map(({ file, message }) => `oddity       ${file}: ${message}`),
    ...(defects.length + oddities.length > 0 ? [''] : []),
    ...table([
      ['Archive', report.archive],
      ['Network', report.passphrase ?? 'unknown'],
      ['Ledgers', rangeOf(report)],
      ['Last hash', report.lastHash ?? 'none'],
      ['Read', countsOf(report)],
    ]),
    verdictOf(report),
  ];
  return lines.join('\n');
}

function rangeOf({ from, to, checkpoints, frequency, protocol }: ArchiveReport): string {
  if (from === undefined || to === undefined) return 'none';
  return `${from} to ${to}, ${checkpoints} ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'} of ${frequency}, protocol ${protocol ?? 'unknown'} at the end`;
}

const countsOf = (report: ArchiveReport): string =>
  [
    `${report.ledgers} headers`,
    `${report.transactions} transactions`,
    `${report.scpMessages} consensus messages`,
    `${report.buckets} buckets with ${report.bucketEntries} entries`,
    `${report.storedBytes} bytes`,
  ].join(', ');

function verdictOf(report: ArchiveReport): string {
  if (isVerified(report)) return 'Verified: no defect.';
  const count = report.defects.length + report.defectsLeftOut;
  return `Not verified: ${count} ${count === 1 ? 'defect' : 'defects'}.`;
}

/** What an archive says of itself, for a person. */
export function renderArchiveInfo(info: ArchiveInfo): string {
  const { state, last } = info;
  return table([
    ['Archive', info.archive],
    ['Network', state.networkPassphrase ?? 'not said'],
    ['Publisher', state.server],
    ['Newest ledger', state.currentLedger === 0 ? 'none' : String(state.currentLedger)],
    ...(last === undefined
      ? []
      : [
          ['Its hash', last.hash] as const,
          ['Closed', new Date(last.closeTime * 1000).toISOString().replace('.000', '')] as const,
          ['Protocol', String(last.protocol)] as const,
        ]),
    ['Checkpoints', checkpointsOf(info)],
    ['Buckets', String(info.buckets)],
    ['State version', String(state.version)],
  ]).join('\n');
}

function checkpointsOf({ checkpoints, frequency, fromStart }: ArchiveInfo): string {
  if (checkpoints === 0) return 'none';
  return `${checkpoints} of ${frequency} ledgers${fromStart ? '' : ', the first ones missing'}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows.map(([label, value]) => `${label.padEnd(width)}${value}`);
}
