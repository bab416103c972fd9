import { type Clock, within } from '@ssc/clock';
import { type CallOptions, type CoreClient, exchange } from '@ssc/core-http';
import { present } from '@ssc/errors';
import type { NodeRef } from '@ssc/kube-specs';
import type { Access } from './access.ts';
import { GuardedDispatcher } from './guarded-dispatcher.ts';

/** How archives are reached. */
export interface ArchiveReaderOptions {
  readonly access: Access;
  /** Why nothing may be sent to them any more; undefined while it may. */
  readonly refusal: () => Error | undefined;
  readonly clock: Clock;
}

/** Tells the last ledger of the archive that a node's pod serves, or why it cannot be told. */
export type ArchiveReader = (node: CoreClient, call: CallOptions) => Promise<number | string>;

const answerWithinMs = 5000;

/** Reads the states of archives, on the way on which their nodes are reached. */
export function createArchiveReader(
  nodes: ReadonlyMap<string, NodeRef>,
  { access, refusal, clock }: ArchiveReaderOptions,
): ArchiveReader {
  return async ({ node }, { signal }) => {
    const way = access.node(present(nodes.get(node), 'a node of the network'), 'history');
    const dispatcher = new GuardedDispatcher(way.dispatcher, refusal);
    const { origin, pathname } = new URL(`${way.baseUrl}/.well-known/stellar-history.json`);
    const request = { method: 'GET', origin, path: pathname, headers: way.headers } as const;
    try {
      const reply = await within(clock, answerWithinMs, signal, (stop) =>
        exchange(dispatcher, request, stop),
      );
      if (reply === undefined) return 'no answer within 5s';
      return reply.status === 200 ? ledgerOf(reply.body) : `status ${reply.status}`;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  };
}

function ledgerOf(text: string): number | string {
  try {
    const { currentLedger } = JSON.parse(text) as { readonly currentLedger?: unknown };
    if (typeof currentLedger === 'number') return currentLedger;
  } catch {
    // Told below.
  }
  return `not the state of an archive: ${JSON.stringify(text.slice(0, 80))}`;
}
