import type { Clock } from '@ssc/clock';
import { type HttpResponse, textResponse } from '@ssc/process';
import type { ByteStream } from './api/byte-stream.ts';
import { ApiError, renderStatus } from './api/status.ts';
import type { ApiFault } from './faults.ts';

/** Whether no answer comes of a call that is not done, or of one that is. */
export const isLost = (fault: ApiFault | undefined, when: 'before' | 'after'): boolean =>
  (fault?.kind === 'reset' || fault?.kind === 'silence') && fault.when === when;

/** What a client gets of a call without an answer: an error, or nothing ever. */
export function lose(fault: ApiFault | undefined): Promise<never> {
  return fault?.kind === 'silence' ? new Promise(() => {}) : Promise.reject(resetError());
}

/** What a client gets when its connection is cut. */
export const resetError = (): Error =>
  Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });

/** The answer with what befalls its stream. */
export function disturbed(
  clock: Clock,
  fault: ApiFault | undefined,
  response: HttpResponse,
): HttpResponse {
  const { body } = response;
  if (body instanceof Uint8Array) return response;
  if (fault?.kind === 'drop' && 'fail' in body) {
    const stream = body as ByteStream;
    clock.timer(fault.afterMs, () => stream.fail(resetError()));
  }
  if (fault?.kind !== 'mute') return response;
  const parts = body[Symbol.asyncIterator]();
  let isMute = false;
  clock.timer(fault.afterMs, () => {
    isMute = true;
  });
  const never = new Promise<never>(() => {});
  return {
    ...response,
    body: {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const part = await parts.next();
          return isMute ? never : part;
        },
        return: async () => {
          await parts.return?.();
          return { done: true, value: undefined };
        },
      }),
    },
  };
}

/** The answer of a fault in place of the call's own. */
export function faultStatus(fault: ApiFault & { kind: 'status' }): HttpResponse {
  const seconds = fault.retryAfterSeconds ?? 1;
  const isBusy = fault.code === 429 || fault.code === 503;
  const details = isBusy ? { retryAfterSeconds: seconds } : undefined;
  const error = new ApiError(fault.code, reasons[fault.code], messages[fault.code], details);
  return textResponse(fault.code, `${JSON.stringify(renderStatus(error))}\n`, 'application/json', {
    ...(isBusy && { 'retry-after': String(seconds) }),
  });
}

const reasons = {
  409: 'Conflict',
  403: 'Forbidden',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
} as const;
const messages = {
  409: 'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version and try again',
  403: 'User "system:serviceaccount:default:ssc" cannot do this: a fault took its rights away',
  429: 'the server has received too many requests and has asked us to try again later',
  500: 'Internal error occurred: etcdserver: leader changed',
  503: 'the server is currently unable to handle the request',
} as const;
