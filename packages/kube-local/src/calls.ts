import { Duplex } from 'node:stream';
import type { Clock } from '@ssc/clock';
import { type HttpResponse, textResponse } from '@ssc/process';
import type { Call } from './api/call.ts';
import type { KubeRequest, PodPort } from './api/pod-requests.ts';
import type { ApiServer } from './api/server.ts';
import { ApiError } from './api/status.ts';
import type { Store } from './api/store.ts';
import { disturbed, faultStatus, isLost, lose } from './fault-effects.ts';
import type { ApiFaults } from './faults.ts';

/** Calls of the API as its clients meet them: they take time, are written down, and may fail on purpose. */
export interface Calls {
  handle(request: KubeRequest): Promise<HttpResponse>;
  /** A connection to a port of a pod. */
  connect(to: PodPort): Promise<Duplex>;
  /** How many there were so far, by verb. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Puts calls before an API. */
export function createCalls(options: {
  readonly api: ApiServer;
  readonly clock: Clock;
  /** The cluster's time in milliseconds since the epoch. */
  readonly now: () => number;
  readonly store: Store;
  readonly faults: ApiFaults;
  readonly apiMs: number;
  readonly log: (line: string) => void;
}): Calls {
  const { api, clock, now, store, faults, log } = options;
  const counts: Record<string, number> = {};
  let callNumber = 0;

  const handle = (request: KubeRequest): Promise<HttpResponse> =>
    answer(api.describe(request), () => api.handle(request));

  async function connect(to: PodPort): Promise<Duplex> {
    const call = {
      verb: 'get',
      resource: 'pods/portforward',
      namespace: to.namespace,
      name: to.pod,
    };
    let outcome: Duplex | ApiError | undefined;
    const { status } = await answer(call, async () => {
      outcome = api.forward(to);
      return textResponse(outcome instanceof ApiError ? outcome.code : 101, '');
    });
    if (outcome instanceof Duplex) return outcome;
    throw outcome ?? new ApiError(status, '', `the server answered with status ${status}`);
  }

  /** Answers a call, unless what goes wrong on purpose comes first. */
  async function answer(call: Call, act: () => Promise<HttpResponse>): Promise<HttpResponse> {
    callNumber += 1;
    const number = callNumber;
    counts[call.verb] = (counts[call.verb] ?? 0) + 1;
    const fault = faults.next(call);
    const apiMs = options.apiMs + (fault?.kind === 'latency' ? fault.ms : 0);
    if (apiMs > 0) await clock.sleep(apiMs);
    const answered = (what: string | number): void =>
      log(
        `${new Date(now()).toISOString()} call ${number} ${describeCall(call)} ${what} rv=${store.revision}`,
      );
    if (fault?.kind === 'status') {
      answered(fault.code);
      return dated(faultStatus(fault));
    }
    if (isLost(fault, 'before')) {
      answered(`${fault?.kind} before`);
      return lose(fault);
    }
    const response = await act();
    answered(isLost(fault, 'after') ? `${fault?.kind} after ${response.status}` : response.status);
    return isLost(fault, 'after') ? lose(fault) : dated(disturbed(clock, fault, response));
  }

  /** Clients learn the cluster's time from this header. */
  const dated = (response: HttpResponse): HttpResponse => ({
    ...response,
    headers: { date: new Date(now()).toUTCString(), ...response.headers },
  });

  return { handle, connect, counts };
}

const describeCall = (call: Call): string =>
  `${call.verb} ${call.resource}${call.name === '' && call.namespace === '' ? '' : ` ${call.namespace}/${call.name}`}`;
