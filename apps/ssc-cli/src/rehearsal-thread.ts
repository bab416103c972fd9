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
  | { readonly refused: SscErrorOptions<SscError['problem']> };

/** Makes rehearsals in this thread, one after the other, for as long as it is not ended. */
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
  return new Promise((_, reject) => {
    onMessage((message) => {
      if ('rehearse' in message) rehearse(message.rehearse, host, send).catch(reject);
      else for (const handle of [...handlers]) handle(message.signal);
    });
  });
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
    if (!(error instanceof SscError)) throw error;
    send({ refused: partsOf(error) });
  }
}

function partsOf(error: SscError): SscErrorOptions<SscError['problem']> {
  const { problem, verdict, message, facts, hint, definite, cause } = error;
  return {
    problem,
    verdict,
    summary: message,
    facts,
    ...(hint !== undefined && { hint }),
    ...(definite !== undefined && { definite }),
    ...(cause !== undefined && { cause }),
  };
}
