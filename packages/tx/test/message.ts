import { isSscError, renderError } from '@ssc/errors';
import { assert } from 'vitest';

/** The whole text of the error that a call throws; the test fails when it throws none, or one that is not ours. */
export function messageOf(act: () => unknown): string {
  return renderError(messageOf.thrown(act));
}

messageOf.thrown = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    assert(isSscError(error), `not an SscError: ${String(error)}`);
    return error;
  }
  return assert.fail('nothing was thrown');
};

/** The same for a promise. */
messageOf.rejection = async (promise: Promise<unknown>): Promise<string> => {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  assert(outcome !== undefined, 'nothing was thrown');
  assert(isSscError(outcome.error), `not an SscError: ${String(outcome.error)}`);
  return renderError(outcome.error);
};
