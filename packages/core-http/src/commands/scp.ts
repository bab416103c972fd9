import * as z from 'zod';
import { whole } from '../argument.ts';
import type { Command } from '../command.ts';
import type { QuorumSet } from './quorum.ts';

const uint = z.int().nonnegative();
const quorumSetSchema = z.looseObject({
  t: uint,
  v: z.array(z.unknown()),
}) as unknown as z.ZodType<QuorumSet>;

const slotSchema = z.looseObject({
  validated: z.boolean(),
  /** When (seconds since the Unix epoch), what, and whether it was validated. */
  statements: z
    .array(z.tuple([z.int(), z.string(), z.boolean()]))
    .nullable()
    .optional(),
  quorum_sets: z.record(z.string(), quorumSetSchema).nullable().optional(),
  nomination: z.looseObject({ roundnumber: uint, started: z.boolean() }).optional(),
  ballotProtocol: z
    .looseObject({
      heard: z.boolean(),
      ballot: z.string(),
      phase: z.string(),
      state: z.string(),
    })
    .optional(),
});

/** What a node knows of one slot. */
export type ScpSlot = z.infer<typeof slotSchema>;

const scpSchema = z
  .looseObject({
    you: z.string(),
    scp: z.record(z.string().regex(/^\d+$/u), slotSchema).nullable(),
    queue: z.record(z.string(), z.unknown()).nullable(),
  })
  .transform(({ you, scp, queue }) => ({
    you,
    slots: new Map(Object.entries(scp ?? {}).map(([slot, state]) => [Number(slot), state])),
    queue: queue ?? {},
  }));

/** The node's own name, the latest slots by number, and what it is fetching. */
export type ScpState = z.infer<typeof scpSchema>;

/** `scp`: the consensus state of the latest slots, 2 unless said otherwise. */
export const scpCommand = (
  options: { readonly slots?: number; readonly fullKeys?: boolean } = {},
): Command<ScpState> => ({
  name: 'scp',
  query: {
    limit: options.slots === undefined ? undefined : whole('slots', options.slots),
    fullkeys: options.fullKeys === true ? true : undefined,
  },
  kind: 'read',
  availability: 'networked',
  success: { kind: 'json', schema: scpSchema },
  expects: 'a JSON object with "you", "scp" and "queue"',
});
