import { SscError } from '@ssc/errors';

/** What goes wrong after the verdict is known never hides it. */
export async function attempt(
  work: () => Promise<readonly SscError[]>,
): Promise<readonly SscError[]> {
  try {
    return await work();
  } catch (error) {
    return [toSscError(error)];
  }
}

/** Anything that is no SscError is a defect of ours: broken, never failed. */
export function toSscError(error: unknown): SscError {
  if (error instanceof SscError) return error;
  return new SscError({
    problem: { code: 'SSC_BUG' },
    verdict: 'broken',
    summary: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    ...(error instanceof Error &&
      error.stack !== undefined && {
        facts: [['Stack', error.stack.split('\n').slice(1, 7).join('\n')]],
      }),
    cause: error,
  });
}
