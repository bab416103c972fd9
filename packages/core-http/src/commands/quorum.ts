import * as z from 'zod';
import { word } from '../argument.ts';
import type { Command } from '../command.ts';
import { quorumSummarySchema, transitiveSchema } from './info.ts';
import { emptyList } from './lists.ts';

const uint = z.int().nonnegative();

/** A quorum set as core prints it: a threshold and members, which are names or sets. */
export interface QuorumSet {
  readonly t: number;
  readonly v: readonly (string | QuorumSet)[];
}

const quorumSetSchema: z.ZodType<QuorumSet> = z.lazy(() =>
  z.looseObject({ t: uint, v: z.array(z.union([z.string(), quorumSetSchema])) }),
);

const names = emptyList(z.string());
const phase = z.enum(['unknown', 'PREPARE', 'CONFIRM', 'EXTERNALIZE', 'expired']);

const quorumSchema = z.looseObject({
  node: z.string(),
  qset: z.looseObject({
    agree: names,
    delayed: names,
    disagree: names,
    missing: names,
    fail_at: uint,
    fail_with: names.optional(),
    hash: z.string(),
    ledger: uint,
    phase,
    validated: z.boolean().optional(),
    value: quorumSetSchema,
    /** Name → milliseconds. */
    lag_ms: z.record(z.string(), z.int()).nullable().optional(),
    /** Slot → name → bytes. */
    cost: z.record(z.string(), z.record(z.string(), uint)).nullable().optional(),
  }),
  maybe_dead_nodes: emptyList(z.string()).optional(),
  transitive: transitiveSchema.optional(),
});

/** What a node's quorum set says of the latest slot, which may still be open: names by what they say. */
export type Quorum = z.infer<typeof quorumSchema>;

/** Who is asked about, and how names are given. */
export interface QuorumOptions {
  /** A name or key that the node knows; itself when left out. */
  readonly of?: string;
  readonly fullKeys?: boolean;
}

/** `quorum`: the node's quorum set, and who agrees. */
export const quorumCommand = (options: QuorumOptions = {}): Command<Quorum> => ({
  name: 'quorum',
  query: queryOf(options),
  kind: 'read',
  availability: 'networked',
  success: { kind: 'json', schema: quorumSchema },
  expects: 'a JSON object with "node" and "qset"',
});

/** A quorum set in counts. */
export type QuorumSummary = z.infer<typeof quorumSummarySchema>;

/** `quorum?compact=true`: the latest slot in counts; `info` has the same of the slot before. */
export const quorumSummaryCommand = (options: QuorumOptions = {}): Command<QuorumSummary> => ({
  name: 'quorum',
  query: { ...queryOf(options), compact: true },
  kind: 'read',
  availability: 'networked',
  success: { kind: 'json', schema: quorumSummarySchema },
  expects: 'a JSON object with "node" and "qset"',
});

const transitiveQuorumSchema = z.looseObject({
  ...transitiveSchema.partial().shape,
  maybe_dead_nodes: emptyList(z.string()).optional(),
  nodes: emptyList(
    z.looseObject({
      node: z.string(),
      status: z.enum(['unknown', 'missing', 'behind', 'tracking', 'ahead']),
      /** The slot of the last message, when there was one. */
      heard: uint.optional(),
      distance: uint.optional(),
      qset: quorumSetSchema.optional(),
      value: z.string().optional(),
      value_id: uint.optional(),
    }),
  ),
});

/** The quorum sets of all nodes that this one's quorum leads to, and how far each is. */
export type TransitiveQuorum = z.infer<typeof transitiveQuorumSchema>;

/** `quorum?transitive=true`. */
export const transitiveQuorumCommand = (
  options: QuorumOptions = {},
): Command<TransitiveQuorum> => ({
  name: 'quorum',
  query: { ...queryOf(options), transitive: true },
  kind: 'read',
  availability: 'networked',
  success: { kind: 'json', schema: transitiveQuorumSchema },
  expects: 'a JSON object with "nodes"',
});

const queryOf = (options: QuorumOptions) => ({
  node: options.of === undefined ? undefined : word('node', options.of),
  fullkeys: options.fullKeys === true ? true : undefined,
});
