import type { KeyId } from '../keys.ts';
import type { MoneyOperation } from '../tx/frame.ts';
import type { OperationOutcome } from '../tx/result.ts';
import { type LedgerView, minBalance, startingSeqNum } from '../tx/rules.ts';
import type { Delta } from './delta.ts';

const mostBalance = 2n ** 63n - 1n;

/** Applies one operation; what it changed stays only if it succeeds. */
export function applyOperation(
  delta: Delta,
  view: LedgerView,
  operation: MoneyOperation,
  sourceId: KeyId,
): OperationOutcome {
  const source = delta.get(sourceId);
  if (source === undefined) return { type: 'opNoAccount' };
  const { amount, destination: id } = operation;
  const isUnderfunded = source.balance - minBalance(view) < amount;
  const target = delta.get(id);
  if (operation.type === 'createAccount') {
    const answer = (code: 'success' | 'alreadyExist' | 'lowReserve' | 'underfunded') =>
      ({ type: 'createAccount', code }) as const;
    if (target !== undefined) return answer('alreadyExist');
    // Before protocol 14 an account had to come with its reserve; since then too, unless it is sponsored.
    if (amount < minBalance(view)) return answer('lowReserve');
    if (isUnderfunded) return answer('underfunded');
    delta.put({ ...source, balance: source.balance - amount, lastModified: view.seq });
    delta.put({
      id,
      balance: amount,
      seqNum: startingSeqNum(view.seq),
      lastModified: view.seq,
      seqChanged: undefined,
    });
    return answer('success');
  }
  const answer = (code: 'success' | 'noDestination' | 'underfunded' | 'lineFull') =>
    ({ type: 'payment', code }) as const;
  if (id === sourceId) return answer('success');
  if (target === undefined) return answer('noDestination');
  if (isUnderfunded) return answer('underfunded');
  if (target.balance + amount > mostBalance) return answer('lineFull');
  delta.put({ ...source, balance: source.balance - amount, lastModified: view.seq });
  delta.put({ ...target, balance: target.balance + amount, lastModified: view.seq });
  return answer('success');
}
