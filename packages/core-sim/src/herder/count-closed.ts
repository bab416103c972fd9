import type { ClosedLedger } from '../ledger/ledger.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Counts what a ledger brought. `sinceLastMs`: since the one before it was closed, if this process closed it. */
export function countClosed(
  metrics: Metrics,
  { applied }: ClosedLedger,
  sinceLastMs: number | undefined,
): void {
  metrics.update('ledger.ledger.close', 0);
  if (sinceLastMs !== undefined) {
    metrics.update('ledger.age.closed', sinceLastMs);
    metrics.update('ledger.age.closed-histogram', sinceLastMs);
  }
  metrics.update('ledger.transaction.total-apply', 0);
  if (applied.length === 0) return;
  metrics.update('ledger.transaction.count', applied.length);
  let operations = 0;
  for (const { frame, outcome } of applied) {
    metrics.update('ledger.transaction.apply', 0);
    const count = frame.operations.length;
    operations += count;
    for (let i = 0; i < count; i++) metrics.update('ledger.operation.apply', 0);
    metrics.add(`ledger.apply.${outcome.code === 'txSuccess' ? 'success' : 'failure'}`);
  }
  metrics.update('ledger.operation.count', operations);
}
