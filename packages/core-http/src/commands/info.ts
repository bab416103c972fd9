import * as z from 'zod';
import type { Command } from '../command.ts';

const uint = z.int().nonnegative();

/** Which state a node says it is in (stellar-core: src/main/ApplicationImpl.cpp). */
export type NodeState =
  | 'Booting'
  | 'Joining SCP'
  | 'Connected'
  | 'Catching up'
  | 'Synced!'
  | 'Stopping';

const nodeStates = [
  'Booting',
  'Joining SCP',
  'Connected',
  'Catching up',
  'Synced!',
  'Stopping',
] as const satisfies readonly NodeState[];

/** Counts of the nodes in the node's quorum set by what they say of the last slot; the slot's own phase. */
const voteShape = {
  agree: uint,
  delayed: uint,
  disagree: uint,
  missing: uint,
  /** How many of the agreeing nodes must fail before this one is blocked; 0 also when it is already. */
  fail_at: uint,
  /** First six hex digits of the quorum set's hash. */
  hash: z.string(),
  ledger: uint,
  phase: z.enum(['unknown', 'PREPARE', 'CONFIRM', 'EXTERNALIZE', 'expired']),
};

const qsetSchema = z
  .looseObject({
    ...z.object(voteShape).partial().shape,
    /** Bytes of SCP messages. */
    cost: uint,
    lag_ms: z.int().nullable(),
    /** Only on validators. */
    validated: z.boolean().optional(),
  })
  // All of them or, before the node has taken part in any slot, none.
  .superRefine((qset, context) => {
    const names = Object.keys(voteShape) as (keyof typeof voteShape)[];
    const missing = names.filter((name) => qset[name] === undefined);
    if (missing.length === 0 || missing.length === names.length) return;
    context.addIssue({ code: 'custom', message: 'missing', path: [missing[0] ?? ''] });
  });

type Vote = z.infer<z.ZodObject<typeof voteShape>>;

/** The analysis of the transitive quorum, from the first time it has run. */
export const transitiveSchema = z.looseObject({
  intersection: z.boolean(),
  last_check_ledger: uint,
  node_count: uint,
  critical: z.array(z.array(z.string())).nullable().optional(),
  last_good_ledger: uint.optional(),
  potential_split: z.array(z.array(z.string())).optional(),
});

/** A quorum set in counts: in `info` of the slot before the last, in the compact `quorum` of the last. */
export const quorumSummarySchema = z.looseObject({
  node: z.string(),
  maybe_dead_nodes: z.array(z.string()).optional(),
  qset: qsetSchema,
  transitive: transitiveSchema.optional(),
});

const infoSchema = z
  .looseObject({
    info: z.looseObject({
      build: z.string(),
      /** The highest protocol that the binary supports. */
      protocol_version: uint,
      state: z.enum(nodeStates),
      startedOn: z.iso.datetime(),
      network: z.string(),
      ledger: z.looseObject({
        num: uint,
        hash: z.string().regex(/^[0-9a-f]{64}$/u),
        /** Seconds since the Unix epoch; 0 in the genesis ledger. */
        closeTime: uint,
        /** The protocol of the ledger. */
        version: uint,
        /** Stroops. */
        baseFee: uint,
        /** Stroops. */
        baseReserve: uint,
        maxTxSetSize: uint,
        /** From protocol 20. */
        maxSorobanTxSetSize: uint.optional(),
        /** Only when not 0. */
        flags: uint.optional(),
        /** Seconds since closeTime. */
        age: uint,
        bucketlist: z.array(z.looseObject({ curr: z.string(), snap: z.string() })).optional(),
      }),
      peers: z.looseObject({ authenticated_count: uint, pending_count: uint }),
      /** At most one message about each of catchup, publishing and upgrades. */
      status: z.array(z.string()).optional(),
      quorum: quorumSummarySchema.optional(),
      invariant_failures: z.looseObject({ count: uint }).optional(),
    }),
  })
  .transform(({ info }) => info);

/** The node's state in one look, under core's own names; members that are not declared here are kept. */
export type NodeInfo = z.infer<typeof infoSchema> & {
  /** True when the node is core-sim, which says so in `build` and in a response header. */
  readonly simulated: boolean;
};

/** `info`: state, ledger, peers, quorum in counts. */
export const infoCommand = (
  options: { readonly bucketList?: boolean } = {},
): Command<z.infer<typeof infoSchema>> => ({
  name: 'info',
  // Only the literal "false" adds the bucket list.
  query: { compact: options.bucketList === true ? false : undefined },
  kind: 'read',
  availability: 'always',
  success: { kind: 'json', schema: infoSchema },
  expects: 'a JSON object with "info"',
});

/** What the node's summary says of the last slot of its quorum set, or undefined before it has seen one. */
export function quorumVote(info: Pick<NodeInfo, 'quorum'>): Vote | undefined {
  const qset = info.quorum?.qset;
  return qset?.phase === undefined ? undefined : (qset as Vote);
}
