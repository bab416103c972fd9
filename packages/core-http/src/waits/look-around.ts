import type { Fact } from '@ssc/errors';
import type { NodeInfo } from '../commands/info.ts';
import type { CallOptions, CoreClient } from '../core-client.ts';
import { isTransient } from '../problem.ts';
import { describeInfo } from './describe-info.ts';
import { joinNames } from './join-names.ts';
import { eachBounded, silenceOf } from './poll.ts';

/** What nodes say that an error is not about. */
export interface Around {
  readonly facts: readonly Fact[];
  /** Those that answer and have no peer. A node that is its own quorum needs none; it is no other node then. */
  readonly cutOff: readonly string[];
  readonly infos: ReadonlyMap<string, NodeInfo>;
}

const mostTold = 5;

/** Asks nodes once how they are; those that say the same stand together. */
export async function lookAround(
  nodes: readonly CoreClient[],
  { signal }: Pick<CallOptions, 'signal'>,
): Promise<Around> {
  const said = new Map<CoreClient, string>();
  const infos = new Map<string, NodeInfo>();
  await eachBounded(nodes, 32, async (node) => {
    try {
      const info = await node.info({
        readWithin: 0,
        answerWithin: '5s',
        ...(signal !== undefined && { signal }),
      });
      said.set(node, describeInfo(info));
      infos.set(node.node, info);
    } catch (error) {
      if (signal?.aborted === true || !isTransient(error)) throw error;
      said.set(node, silenceOf(node.node, error));
    }
  });
  const groups = [...Map.groupBy(nodes, (node) => said.get(node) ?? '')];
  const lines = groups
    .slice(0, mostTold)
    .map(([text, group]) => `${joinNames(group.map(({ node }) => node))}: ${text}`);
  if (groups.length > mostTold) lines.push(`and ${groups.length - mostTold} more`);
  return {
    facts: lines.length === 0 ? [] : [['Others', lines.join('\n')]],
    cutOff: [...infos]
      .filter(([, { peers }]) => peers.authenticated_count === 0)
      .map(([node]) => node),
    infos,
  };
}
