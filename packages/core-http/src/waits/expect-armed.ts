import { assert, type Fact, type Problem, SscError } from '@ssc/errors';
import { type ArmedUpgrades, strangersArmed, type Upgrades } from '../commands/upgrades.ts';
import type { CoreClient } from '../core-client.ts';
import { joinNames } from './join-names.ts';
import { eachBounded } from './poll.ts';

/** Nodes that are not armed with what they were told. */
export interface NotArmedProblem extends Problem {
  readonly code: 'SSC_UPGRADE_NOT_ARMED';
  readonly nodes: readonly string[];
}

/**
 * Looks once whether every node is armed with these values, and with nothing else, from this time on. To be asked between
 * arming and the first ledger after the time: applied values are disarmed. Throws SSC_UPGRADE_NOT_ARMED.
 *
 * @param time seconds since the Unix epoch
 */
export async function expectArmed(
  nodes: readonly CoreClient[],
  time: number,
  upgrades: Upgrades,
  options: { readonly concurrency?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  assert(nodes.length > 0, 'there is no node that could be armed');
  const wanted = { ...upgrades, time };
  const differing = new Map<string, string>();
  await eachBounded(nodes, options.concurrency ?? 32, async (node) => {
    const armed = await node.upgrades.get(
      options.signal === undefined ? {} : { signal: options.signal },
    );
    const difference = differenceOf(wanted, armed);
    if (difference !== '') differing.set(node.node, difference);
  });
  if (differing.size === 0) return;
  const names = nodes.map(({ node }) => node).filter((node) => differing.has(node));
  throw new SscError<NotArmedProblem>({
    problem: { code: 'SSC_UPGRADE_NOT_ARMED', nodes: names },
    verdict: 'failed',
    summary: `${joinNames(names)} ${names.length === 1 ? 'is' : 'are'} not armed as told`,
    facts: names.map((name): Fact => [name, differing.get(name) ?? '']),
    hint: 'Arming replaces everything armed before; values already applied are disarmed.',
  });
}

function differenceOf(wanted: Upgrades & { time: number }, armed: ArmedUpgrades): string {
  const { settings: _settings, others: _others, ...known } = armed;
  const has = { ...known, ...Object.fromEntries(strangersArmed(armed)) };
  const names = new Set([...Object.keys(wanted), ...Object.keys(has)]) as Set<keyof typeof wanted>;
  return [...names]
    .filter((name) => withoutPadding(wanted[name]) !== withoutPadding(has[name]))
    .map((name) => `${name}: told ${wanted[name] ?? 'nothing'}, armed ${has[name] ?? 'nothing'}`)
    .join('; ');
}

const withoutPadding = (value: string | number | undefined): string | number | undefined =>
  typeof value === 'string' ? value.replace(/=+$/u, '') : value;
