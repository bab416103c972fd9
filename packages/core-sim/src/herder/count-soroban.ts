import { present } from '@ssc/errors';
import type { AppliedTx } from '../ledger/apply-transaction.ts';
import type { ClosedLedger } from '../ledger/ledger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { sorobanCatalogue } from '../metrics/soroban-catalogue.ts';
import { resourcesOf } from '../soroban/resources.ts';

/** Counts what a ledger of protocol 20 or later brought of calls of the host of contracts. */
export function countSoroban(metrics: Metrics, { applied, header, txSet }: ClosedLedger): void {
  metrics.create(sorobanCatalogue);
  const calls = applied.filter(({ frame }) => frame.soroban !== undefined);
  const taken = calls.map(({ frame }) =>
    resourcesOf(
      header.ledgerVersion,
      present(frame.soroban, 'a call has resources'),
      frame.bytes.length,
    ),
  );
  const sum = (name: keyof ReturnType<typeof resourcesOf>): number =>
    taken.reduce((total, resources) => total + resources[name], 0);
  metrics.update('soroban.ledger.tx-count', calls.length);
  metrics.update('soroban.ledger.cpu-insn', sum('instructions'));
  metrics.update('soroban.ledger.txs-size-byte', sum('tx_size_bytes'));
  metrics.update(
    'soroban.ledger.read-entry',
    calls.reduce((total, call) => total + entriesOf(call), 0),
  );
  metrics.update('soroban.ledger.read-ledger-byte', sum('read_bytes'));
  metrics.update('soroban.ledger.write-entry', sum('write_ledger_entries'));
  metrics.update('soroban.ledger.write-ledger-byte', sum('write_bytes'));
  // What depends on how long calls took: core-sim's take no time.
  metrics.update('soroban.host-fn-op.ledger-cpu-insns-ratio', 0);
  metrics.update('soroban.host-fn-op.ledger-cpu-insns-ratio-excl-vm', 0);
  if (calls.length > 0) {
    const { stages } = txSet.soroban;
    metrics.set('ledger.apply-soroban.stages', stages.length);
    metrics.set(
      'ledger.apply-soroban.max-clusters',
      Math.max(...stages.map((clusters) => clusters.length)),
    );
  }
  for (const call of calls) countCall(metrics, call);
}

const entriesOf = ({ frame: { soroban } }: Pick<AppliedTx, 'frame'>): number =>
  (soroban?.readOnly.length ?? 0) + (soroban?.readWrite.length ?? 0);

function countCall(metrics: Metrics, { frame, outcome, call }: AppliedTx): void {
  const isDone = outcome.code === 'txSuccess';
  metrics.add(`ledger.apply-soroban.${isDone ? 'success' : 'failure'}`);
  metrics.update('soroban.tx.size-byte', frame.bytes.length);
  if (call === undefined) return;
  const mark = (name: string, events: number): void =>
    metrics.mark(`soroban.host-fn-op.${name}`, events);
  mark(isDone ? 'success' : 'failure', 1);
  mark('read-entry', entriesOf({ frame }));
  mark('cpu-insn', call.cost.instructions);
  mark('mem-byte', call.cost.memory);
  metrics.update('soroban.host-fn-op.exec', 0);
  metrics.update('soroban.host-fn-op.invoke-time-nsecs', 0);
  metrics.update(
    'soroban.host-fn-op.declared-cpu-insns-usage-ratio',
    Math.round((1e6 * call.cost.instructions) / Math.max(1, frame.soroban?.instructions ?? 1)),
  );
  if (call.outcome.code !== 'success') return;
  const { code, data } = call.outcome.writtenBytes;
  // Each entry is written with one that says how long it lives, which is not counted.
  mark('write-entry', call.outcome.written.length / 2);
  mark('write-code-byte', code);
  mark('write-data-byte', data);
  mark('write-ledger-byte', code + data);
  mark('emit-event-byte', call.outcome.emittedBytes);
}
