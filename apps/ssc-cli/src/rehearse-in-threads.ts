import { SscError } from '@ssc/errors';
import type { PlannedRun } from './planned-run.ts';
import type { FromRehearsal, ToRehearsal } from './rehearsal-thread.ts';
import type { EndedRun, RunOneOptions } from './run-one.ts';
import type { Thread } from './thread.ts';

type RehearsalThread = Thread<ToRehearsal, FromRehearsal>;

/**
 * Makes rehearsals, each in a thread: simulated nodes are work for a processor, and a thread has the work of one. A thread that is
 * done makes the next one, with what it has loaded and compiled.
 */
export class RehearsalThreads {
  readonly #start: () => RehearsalThread;
  readonly #all: Rehearser[] = [];
  readonly #idle: Rehearser[] = [];

  constructor(start: () => RehearsalThread) {
    this.#start = start;
  }

  /** Makes a rehearsal in a thread that has nothing to do, or in a new one. See runOne. */
  readonly make = async (planned: PlannedRun, options: RunOneOptions): Promise<EndedRun> => {
    const rehearser = this.#idle.pop() ?? this.#begin();
    const stopListening = options.host.onSignal((name) => rehearser.signal(name));
    try {
      return await rehearser.rehearse(planned, options);
    } finally {
      stopListening();
      if (!rehearser.isBroken) this.#idle.push(rehearser);
    }
  };

  async end(): Promise<void> {
    await Promise.all(this.#all.map((rehearser) => rehearser.end()));
  }

  #begin(): Rehearser {
    const rehearser = new Rehearser(this.#start());
    this.#all.push(rehearser);
    return rehearser;
  }
}

/** A thread, and the rehearsal that it is at. */
class Rehearser {
  readonly #thread: RehearsalThread;
  #isBroken = false;
  #current: (PromiseWithResolvers<EndedRun> & Pick<RunOneOptions, 'host' | 'onEvent'>) | undefined;

  constructor(thread: RehearsalThread) {
    this.#thread = thread;
    thread.onMessage((message) => this.#hear(message));
    thread.broken.catch((error: unknown) => {
      this.#isBroken = true;
      this.#current?.reject(error);
    });
  }

  /** Whether the thread has ended by itself. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  rehearse(
    { mission, params, seed }: PlannedRun,
    { settings, host, onEvent }: RunOneOptions,
  ): Promise<EndedRun> {
    this.#current = { ...Promise.withResolvers<EndedRun>(), host, onEvent };
    this.#thread.send({ rehearse: { mission: mission.name, params, seed, settings } });
    return this.#current.promise;
  }

  signal(signal: 'SIGINT' | 'SIGTERM'): void {
    this.#thread.send({ signal });
  }

  end(): Promise<void> {
    return this.#thread.end();
  }

  #hear(message: FromRehearsal): void {
    const current = this.#current;
    if (current === undefined) return;
    const { host, onEvent, resolve, reject } = current;
    if ('event' in message) onEvent(message.event, message.run);
    else if ('out' in message) host.out(message.out);
    else if ('err' in message) host.err(message.err);
    else if ('exit' in message) host.exit(message.exit);
    else if ('ended' in message) resolve(message.ended);
    else reject('bug' in message ? message.bug : new SscError(message.refused));
  }
}
