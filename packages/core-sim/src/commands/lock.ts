import type { Clock, ForkedClock } from '@ssc/clock';
import type { Files } from '@ssc/process';
import { CommandFailure, type Invocation } from './invocation.ts';

/**
 * Folders in use, by the files in which they are, with the clock of the process that uses them. An operating system frees
 * a lock when its process dies; here a process that was killed is known by its clock, which is dead.
 */
const locked = new WeakMap<Files, Map<string, Clock>>();

const isDead = (clock: Clock): boolean => (clock as Partial<ForkedClock>).dead === true;

/** Takes the lock that lets only one process use the bucket folder; gives back what releases it. */
export function acquireLock({ self, settings }: Invocation): () => void {
  const folders = locked.get(self.files) ?? new Map<string, Clock>();
  locked.set(self.files, folders);
  const holder = folders.get(settings.bucketFolder);
  if (holder !== undefined && !isDead(holder))
    throw new CommandFailure(
      `${settings.bucketFolder}/stellar-core.lock is locked by another process`,
    );
  folders.set(settings.bucketFolder, self.clock);
  return () => folders.delete(settings.bucketFolder);
}
