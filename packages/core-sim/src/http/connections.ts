import { findNode } from '../herder/members.ts';
import { renderKey } from '../keys.ts';
import type { CoreNode } from '../node.ts';
import type { Command } from './request.ts';
import { orNull, renderStyled } from './styled-json.ts';

export const listBans = (node: CoreNode): string =>
  renderStyled({ bans: orNull([...node.bans.nodes].map(renderKey)) });

export function unban(node: CoreNode, command: Command): string {
  const name = command.args.get('node');
  if (name === undefined) return 'Must specify at least peer id: unban?node=NODE_ID';
  const id = findNode(node.settings, name);
  if (id === undefined) return `Peer ${name} not found`;
  node.bans.unban(id);
  return `Unban peer: ${name}`;
}

export function dropPeer(node: CoreNode, command: Command): string {
  const name = command.args.get('node');
  if (name === undefined) return 'Must specify at least peer id: droppeer?node=NODE_ID';
  const id = findNode(node.settings, name);
  const isBan = command.args.get('ban') === '1';
  if (id === undefined || (!isBan && node.overlay.peer(id) === undefined))
    return `Peer ${name} not found`;
  if (isBan) node.bans.ban(id);
  node.overlay.drop(id, isBan ? 'dropped and banned' : 'dropped by user');
  return `${isBan ? 'Drop and ban' : 'Drop'} peer: ${name}`;
}

export function connect(node: CoreNode, command: Command): string {
  const [peer, port] = [command.args.get('peer'), command.args.get('port')];
  if (peer === undefined || port === undefined)
    return 'Must specify a peer and port: connect&peer=PEER&port=PORT';
  node.overlay.addTarget(`${peer}:${port}`);
  return `Connect to: ${peer}:${port}`;
}
