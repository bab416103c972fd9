/**
 * Whose fault it was. *failed*: an expectation of the mission about the network did not hold. *usage*: we refused to
 * start. *broken*: image, quota, cluster or driver, which says nothing about the network. *interrupted*: a signal.
 */
export type Verdict = 'failed' | 'usage' | 'broken' | 'interrupted';

const exitCodes = { failed: 1, usage: 2, broken: 3, interrupted: 130 } as const satisfies Record<
  Verdict,
  number
>;

/** The process exit code of a verdict; of an interruption, 130 (SIGINT) unless 143 (SIGTERM) is given. */
export function exitCodeOf(
  verdict: Verdict | 'passed' | 'rehearsed',
  signal?: 'SIGINT' | 'SIGTERM',
): number {
  if (verdict === 'passed' || verdict === 'rehearsed') return 0;
  return verdict === 'interrupted' && signal === 'SIGTERM' ? 143 : exitCodes[verdict];
}
