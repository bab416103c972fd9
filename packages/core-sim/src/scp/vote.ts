import type { ScpDriver } from './driver.ts';
import { isBlocking, isQuorum, type NodeId, type QuorumSet, singletonSet } from './quorum-set.ts';
import type { Statement } from './statement.ts';

/** The set by which a statement's sender lives; one that has agreed needs nobody any more. */
function setOf(driver: ScpDriver, statement: Statement): QuorumSet | undefined {
  return statement.type === 'EXTERNALIZE'
    ? singletonSet(statement.node)
    : driver.quorumSetOf(statement.quorumSet);
}

/** True when a quorum of the senders, each by its own set, made a statement that `says` holds for. */
export function ratifies<S extends Statement>(
  driver: ScpDriver,
  statements: Iterable<S>,
  says: (statement: S) => boolean,
): boolean {
  const sets = new Map<NodeId, S>();
  for (const statement of statements) if (says(statement)) sets.set(statement.node, statement);
  if (sets.size === 0) return false;
  return isQuorum(driver.quorumSet, new Set(sets.keys()), (node) => {
    const statement = sets.get(node);
    return statement && setOf(driver, statement);
  });
}

/** True when a blocking set accepted it, or a quorum voted for or accepted it. */
export function accepts<S extends Statement>(
  driver: ScpDriver,
  statements: Iterable<S>,
  votes: (statement: S) => boolean,
  accepted: (statement: S) => boolean,
): boolean {
  const accepting = new Set<NodeId>();
  const all = [...statements];
  for (const statement of all) if (accepted(statement)) accepting.add(statement.node);
  if (accepting.size > 0 && isBlocking(driver.quorumSet, (node) => accepting.has(node)))
    return true;
  return ratifies(driver, all, (statement) => accepting.has(statement.node) || votes(statement));
}
