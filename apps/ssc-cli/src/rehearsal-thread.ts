import { SscError, type SscErrorOptions } from '@ssc/errors';
import { findMission, type RunEvent } from '@ssc/missions';
import type { Host } from './host.ts';
import type { PlannedRun } from './planned-run.ts';
import { simulatedProvider } from './providers/simulated.ts';
import type { RunSettings } from './read-run-settings.ts';
import { type EndedRun, runOne } from './run-one.ts';
import type { Channel } from './thread.ts';

/** What a thread is told: a rehearsal to make, or that a signal came. */
export type ToRehearsal =
  | {
      readonly rehearse: Pick<PlannedRun, 'params' | 'seed'> & {
        readonly mission: string;
        readonly settings: RunSettings;
      };
    }
  | { readonly signal: 'SIGINT' | 'SIGTERM' };

/** What it tells: what happens, what it would print, and how the rehearsal ended. */
export type FromRehearsal =
  | { readonly event: RunEvent; readonly run: string }
  | { readonly out: string }
  | { readonly err: string }
  | { readonly exit: number }
  | { readonly ended: EndedRun }
  | { readonly refused: SscErrorOptions<SscError['problem']> }
  | { readonly bug: Error };

/** Makes rehearsals in this thread, one after the other, until it is ended. */
export function serveRehearsals(
  { send, onMessage }: Channel<FromRehearsal, ToRehearsal>,
  machine: Host,
): Promise<never> {
  const handlers = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const host: Host = {
    ...machine,
    out: (out) => send({ out }),
    err: (err) => send({ err }),
    exit: (exit) => send({ exit }),
    onSignal(handle) {
      handlers.add(handle);
      return () => handlers.delete(handle);
    },
  };
  onMessage((message) => {
    if ('rehearse' in message) void rehearse(message.rehearse, host, send);
    else for (const handle of [...handlers]) handle(message.signal);
  });
  return new Promise(() => {});
}

async function rehearse(
  { mission, params, seed, settings }: Extract<ToRehearsal, { rehearse: unknown }>['rehearse'],
  host: Host,
  send: (message: FromRehearsal) => void,
): Promise<void> {
  const planned = { mission: findMission(mission), params, seed };
  try {
    const ended = await runOne(planned, {
      settings,
      host,
      open: async (its) => simulatedProvider(its),
      onEvent: (event, run) => send({ event, run }),
    });
    send({ ended });
  } catch (error) {
    send(error instanceof SscError ? { refused: partsOf(error) } : { bug: copyable(error) });
  }
}

/** What goes from one thread to another: of a cause that is no error, its text. */
const copyable = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

function partsOf(error: SscError): SscErrorOptions<SscError['problem']> {
  const { problem, verdict, message, facts, hint, definite, cause } = error;
  return {
    problem,
    verdict,
    summary: message,
    facts,
    ...(hint !== undefined && { hint }),
    ...(definite !== undefined && { definite }),
    ...(cause !== undefined && { cause: copyable(cause) }),
  };
}
