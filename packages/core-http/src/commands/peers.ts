import * as z from 'zod';
import type { Command } from '../command.ts';
import { emptyList } from './lists.ts';

const uint = z.int().nonnegative();

const peerSchema = z.looseObject({
  /** `ip:port`. */
  address: z.string(),
  /** Seconds since the connection was made. */
  elapsed: uint,
  /** Milliseconds. */
  latency: uint,
  /** The peer's build. */
  ver: z.string(),
  /** The peer's overlay version. */
  olver: uint,
  /** An alias, five characters of the key, or with `fullKeys` the key. */
  id: z.string(),
  flow_control: z.looseObject({}),
});

/** A peer whose hand-shake is done. With `details` many more counters are there, under core's names. */
export type Peer = z.infer<typeof peerSchema>;

const peersSchema = z
  .looseObject({
    authenticated_peers: z.looseObject({
      inbound: emptyList(peerSchema),
      outbound: emptyList(peerSchema),
    }),
    pending_peers: z.looseObject({
      inbound: emptyList(z.string()),
      outbound: emptyList(z.string()),
    }),
  })
  .transform((peers) => ({
    inbound: peers.authenticated_peers.inbound,
    outbound: peers.authenticated_peers.outbound,
    authenticated: [...peers.authenticated_peers.inbound, ...peers.authenticated_peers.outbound],
    pending: [...peers.pending_peers.inbound, ...peers.pending_peers.outbound],
  }));

/** Authenticated peers by direction and together; addresses of the pending ones. */
export type Peers = z.infer<typeof peersSchema>;

/** `peers`: who this node is connected to. */
export const peersCommand = (
  options: { readonly fullKeys?: boolean; readonly details?: boolean } = {},
): Command<Peers> => ({
  name: 'peers',
  query: {
    fullkeys: options.fullKeys === true ? true : undefined,
    compact: options.details === true ? false : undefined,
  },
  kind: 'read',
  availability: 'networked',
  success: { kind: 'json', schema: peersSchema },
  expects: 'a JSON object with "authenticated_peers" and "pending_peers"',
});
