import { is, refused } from './expectation.ts';

/** A ledger by number and hash: at protocol 0 unless said otherwise. */
export const ledger = (
  num: number,
  hash: string,
  closeTime: number,
  age: number,
  rest: Readonly<Record<string, unknown>> = {},
) => ({
  num,
  hash,
  closeTime,
  age,
  version: 0,
  baseFee: 100,
  baseReserve: 100_000_000,
  maxTxSetSize: 100,
  ...rest,
});
/** What changes with protocol 27. */
export const at27 = (
  maxTxSetSize: number,
  maxSorobanTxSetSize: number,
  baseReserve = 100_000_000,
) => ({
  version: 27,
  maxTxSetSize,
  maxSorobanTxSetSize,
  baseReserve,
});

export const genesis = ledger(
  1,
  '76df1b9ff762a7a8af1f3c88549fe742e488e80fde561e34b1b6115bdac8d397',
  0,
  0,
);
/** The genesis ledger with a thousand test accounts has another hash. */
export const genesisOfTrio = ledger(
  1,
  '7af5dd3ff5a724f630f144d0f9f90caae093d776ab622e72a6d2db289d920088',
  0,
  0,
);

/** The transitive quorum as last looked at. */
export const analysed = (last_check_ledger: number, node_count: number) => ({
  transitive: { critical: null, intersection: true, last_check_ledger, node_count },
});

/** Before any slot was seen: nothing but these two. */
export const noSlot = { cost: 0, lag_ms: null };
/** One slot: who agrees and who is missing, how many failures block it, bytes, lag. */
export const slot = (
  number: number,
  hash: string,
  [agree, missing, fail_at]: readonly [number, number, number],
  cost: number,
  lag_ms: number | null,
  rest: Readonly<Record<string, unknown>> = { validated: true },
) => ({
  ledger: number,
  hash,
  agree,
  missing,
  fail_at,
  cost,
  lag_ms,
  delayed: 0,
  disagree: 0,
  phase: 'EXTERNALIZE',
  ...rest,
});
/** A validator that is its own quorum. */
export const own = (number: number, hash: string) => slot(number, hash, [1, 0, 0], 0, null);
/** All three agree; a second failure blocks. */
export const three = (
  number: number,
  cost: number,
  lag: number | null,
  rest?: Readonly<Record<string, unknown>>,
) => slot(number, '97f17c', [3, 0, 2], cost, lag, rest);

export const info = (
  state: string,
  startedOn: string,
  at: object,
  authenticated: number,
  qset: object,
  rest: {
    readonly quorum?: object;
    readonly status?: readonly string[];
  } = {},
) =>
  is({
    build: 'v27.1.0',
    network: 'Standalone Network ; February 2017',
    protocol_version: 27,
    state,
    startedOn,
    ledger: at,
    peers: { authenticated_count: authenticated, pending_count: 0 },
    quorum: { node: 'self', maybe_dead_nodes: [], qset, ...rest.quorum },
    ...(rest.status !== undefined && { status: rest.status }),
  });

export const zeros = '0'.repeat(64);
/** Eleven levels; those not named are empty. */
export const buckets = (...levels: readonly (readonly [curr: string, snap: string])[]) => ({
  bucketlist: Array.from({ length: 11 }, (_, level) => {
    const [curr = zeros, snap = zeros] = levels[level] ?? [];
    return { curr, snap };
  }),
});

/** The first moments of a node. */
export const booting = refused('SSC_CORE_BOOTING');
