import { type Clock, type Duration, waitFacts, waitUntil } from '@ssc/clock';
import type { CoreClient } from '@ssc/core-http';
import { type Fact, SscError } from '@ssc/errors';

/** How the state of a node is saved. */
export interface SaveStateOptions {
  readonly clock: Clock;
  readonly within: Duration;
  readonly signal: AbortSignal;
  /** Throws when a pod is in trouble. */
  check(): Promise<void>;
  /** Copies the files of the node as they are now. */
  copy(): Promise<void>;
}

/** Copies the files of a node until none of its ledgers closed meanwhile; gives the ledger that the copy is of. */
export const saveStateOf = (
  client: CoreClient,
  { clock, within, signal, check, copy }: SaveStateOptions,
): Promise<number> =>
  waitUntil(
    clock,
    {
      what: `the state of ${client.node} saved`,
      within,
      every: '200ms',
      signal,
      ended: (report) => stateNotSaved(client.node, waitFacts(report)),
    },
    async () => {
      const before = await client.info({ signal });
      const failure = await copy().catch((error: Error) => error);
      // A node that was taken over is no node to go on with.
      signal.throwIfAborted();
      await check();
      if (failure instanceof Error) return { done: false, saw: failure.message };
      const { ledger, startedOn } = await client.info({ signal });
      if (ledger.hash === before.ledger.hash && startedOn === before.startedOn)
        return { done: true, value: ledger.num };
      const saw = `it closed ledger ${ledger.num} while ledger ${before.ledger.num} was copied`;
      return { done: false, saw };
    },
  );

/** It says nothing about the network when files cannot be copied. */
const stateNotSaved = (node: string, facts: readonly Fact[]): SscError =>
  new SscError({
    problem: { code: 'SSC_STATE_NOT_SAVED' },
    verdict: 'broken',
    summary: `the state of ${node} could not be saved`,
    facts,
    hint: 'It is copied in its container, with cp, cmp and tar, between two ledgers: a state that takes longer than that cannot be.',
  });
