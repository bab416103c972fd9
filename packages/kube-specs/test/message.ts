import { renderError } from '@ssc/errors';

/** The whole text of the error that a call ends with. */
export function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return renderError(error);
  }
  throw new Error('the call was not refused');
}
