import type { Files } from '@ssc/process';
import { CommandFailure, type Invocation } from './invocation.ts';

/**
 * Folders that a process has locked. The lock of a file ends with its process; as files here have no locks, those that
 * share a view of files share this table.
 */
const locked = new WeakMap<Files, Set<string>>();

/** Takes the lock that lets only one process use the bucket folder; gives back what releases it. */
export function acquireLock({ self, settings }: Invocation): () => void {
  const folders = locked.get(self.files) ?? new Set<string>();
  locked.set(self.files, folders);
  if (folders.has(settings.bucketFolder))
    throw new CommandFailure(
      `Could not lock the bucket directory: ${settings.bucketFolder}/stellar-core.lock is held by another process`,
    );
  folders.add(settings.bucketFolder);
  return () => folders.delete(settings.bucketFolder);
}
