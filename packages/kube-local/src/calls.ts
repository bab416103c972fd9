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

/** What calls are put before, and what befalls them. */
export interface CallsOptions {
  readonly api: ApiServer;
  readonly clock: Clock;
  /** The cluster's time in milliseconds since the epoch. */
  readonly now: () => number;
  readonly store: Store;
  readonly faults: ApiFaults;
  readonly apiMs: number;
  readonly log: (line: string) => void;
}

/** Calls of the API as its clients meet them: they take time, are written down, and may fail on purpose. */
export class Calls {
  /** How many there were so far, by verb. */
  readonly counts: Record<string, number> = {};
  readonly #options: CallsOptions;
  #last = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  handle(request: KubeRequest): Promise<HttpResponse> {
    const { api } = this.#options;
    return this.#answer(api.describe(request), () => api.handle(request));
  }

  /** A connection to a port of a pod. */
  async connect(to: PodPort): Promise<Duplex> {
    const { namespace, pod: name } = to;
    const call = { verb: 'get', resource: 'pods/portforward', namespace, name };
    let outcome: Duplex | ApiError | undefined;
    const { status } = await this.#answer(call, async () => {
      outcome = this.#options.api.forward(to);
      return textResponse(outcome instanceof ApiError ? outcome.code : 101, '');
    });
    if (outcome instanceof Duplex) return outcome;
    throw outcome ?? new ApiError(status, '', `the server answered with status ${status}`);
  }

  /** Answers a call, unless what goes wrong on purpose comes first. */
  async #answer(call: Call, act: () => Promise<HttpResponse>): Promise<HttpResponse> {
    const { clock, faults } = this.#options;
    const number = this.#count(call);
    const fault = faults.next(call);
    const apiMs = this.#options.apiMs + (fault?.kind === 'latency' ? fault.ms : 0);
    if (apiMs > 0) await clock.sleep(apiMs);
    if (fault?.kind === 'status') {
      this.#tell(number, call, fault.code);
      return this.#dated(faultStatus(fault));
    }
    if (isLost(fault, 'before')) {
      this.#tell(number, call, `${fault?.kind} before`);
      return lose(fault);
    }
    const response = await act();
    if (isLost(fault, 'after')) {
      this.#tell(number, call, `${fault?.kind} after ${response.status}`);
      return lose(fault);
    }
    this.#tell(number, call, response.status);
    return this.#dated(disturbed(clock, fault, response));
  }

  #count({ verb }: Call): number {
    this.counts[verb] = (this.counts[verb] ?? 0) + 1;
    this.#last += 1;
    return this.#last;
  }

  #tell(number: number, call: Call, outcome: string | number): void {
    const { now, store, log } = this.#options;
    const time = new Date(now()).toISOString();
    log(`${time} call ${number} ${describeCall(call)} ${outcome} rv=${store.revision}`);
  }

  /** Clients learn the cluster's time from this header. */
  #dated(response: HttpResponse): HttpResponse {
    const date = new Date(this.#options.now()).toUTCString();
    return { ...response, headers: { date, ...response.headers } };
  }
}

const describeCall = (call: Call): string =>
  `${call.verb} ${call.resource}${call.name === '' && call.namespace === '' ? '' : ` ${call.namespace}/${call.name}`}`;
