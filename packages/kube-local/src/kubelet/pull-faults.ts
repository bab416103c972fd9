import type { FaultOptions } from '../faults.ts';
import { matchesPattern } from './images.ts';

/** Images that no node can pull, or only slowly. */
export interface PullFaults {
  /** Why an image cannot be pulled now, and how much longer it takes than usual. */
  find(image: string): { readonly error?: string; readonly extraMs: number };
  /** From now on images of a pattern cannot be pulled, or (undefined) can be again. */
  setError(pattern: string, message: string | undefined): void;
  setDelay(pattern: string, ms: number): void;
}

/** Begins with these, by pattern. */
export function createPullFaults({
  unpullable = {},
  slowPulls = {},
}: Pick<FaultOptions, 'unpullable' | 'slowPulls'>): PullFaults {
  const errors = new Map(Object.entries(unpullable));
  const delays = new Map(Object.entries(slowPulls));
  const match = <T>(map: ReadonlyMap<string, T>, image: string): T | undefined =>
    [...map].find(([pattern]) => matchesPattern(pattern, image))?.[1];
  return {
    find(image) {
      const error = match(errors, image);
      return { extraMs: match(delays, image) ?? 0, ...(error !== undefined && { error }) };
    },
    setError(pattern, message) {
      if (message === undefined) errors.delete(pattern);
      else errors.set(pattern, message);
    },
    setDelay: (pattern, ms) => void delays.set(pattern, ms),
  };
}
