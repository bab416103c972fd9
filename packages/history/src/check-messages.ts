import type { Oddity } from './defect.ts';
import { recordPath } from './layout.ts';

/**
 * An archive may lack the consensus messages of a checkpoint: its publisher may not have heard them. When it has those of others,
 * that is worth a look.
 *
 * @param without checkpoints that have none, in order
 * @param others how many have theirs
 */
export function checkMessages(without: readonly number[], others: number): Oddity[] {
  const [first, ...more] = without;
  if (first === undefined || others === 0) return [];
  const many = more.length === 1 ? 'has one other' : `have ${more.length} others`;
  const alike = more.length === 0 ? '' : `, nor ${many}`;
  const rest = others === 1 ? 'one has its own' : `${others} have theirs`;
  return [
    { file: recordPath('scp', first), message: `has no consensus messages${alike}; ${rest}` },
  ];
}
