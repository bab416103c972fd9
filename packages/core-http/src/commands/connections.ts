import * as z from 'zod';
import { whole, word } from '../argument.ts';
import { type Command, wording } from '../command.ts';
import { emptyList } from './lists.ts';

const act = {
  kind: 'act',
  availability: 'networked',
  refusal: /^(Peer .* not found|Must specify )/u,
} as const;

/** `connect`: asks the node to connect to a peer; whether it does, its peers show. */
export function connectCommand(host: string, port: number): Command<void> {
  const expected = `Connect to: ${word('host', host)}:${whole('port', port, { least: 1, most: 65535 })}`;
  return {
    name: 'connect',
    query: { peer: host, port },
    ...act,
    success: wording(expected),
    expects: `"${expected}"`,
  };
}

/** `droppeer`: cuts a connection by the peer's full key, and with `ban` refuses it from then on. */
export function dropPeerCommand(
  key: string,
  options: { readonly ban?: boolean } = {},
): Command<void> {
  const expected = `${options.ban === true ? 'Drop and ban peer' : 'Drop peer'}: ${word('node', key)}`;
  return {
    name: 'droppeer',
    query: { node: key, ban: options.ban === true ? 1 : undefined },
    ...act,
    success: wording(expected),
    expects: `"${expected}"`,
  };
}

/** `unban`: takes a full key off the banned ones. */
export function unbanCommand(key: string): Command<void> {
  const expected = `Unban peer: ${word('node', key)}`;
  return {
    name: 'unban',
    query: { node: key },
    ...act,
    success: wording(expected),
    expects: `"${expected}"`,
  };
}

const bansSchema = z
  .looseObject({ bans: emptyList(z.string()) })
  .transform((reply): readonly string[] => reply.bans);

/** `bans`: full keys of the banned peers. */
export const bansCommand = (): Command<readonly string[]> => ({
  name: 'bans',
  kind: 'read',
  availability: 'networked',
  success: { kind: 'json', schema: bansSchema },
  expects: 'a JSON object with "bans"',
});
