import type { CoreClient, SorobanInfo } from '@ssc/core-http';
import { usageError } from '@ssc/errors';

/** What each node's ledger has of Soroban. Throws SSC_SOROBAN_NOT_ACTIVE when one has none: it comes with protocol 20. */
export async function sorobanInfosOf(
  clients: readonly CoreClient[],
  signal: AbortSignal,
): Promise<SorobanInfo[]> {
  const infos = await Promise.all(clients.map((client) => client.sorobanInfo({ signal })));
  const without = clients.filter((_, i) => infos[i] === undefined).map(({ node }) => node);
  if (without.length > 0)
    throw usageError(
      'SSC_SOROBAN_NOT_ACTIVE',
      'Soroban comes with protocol 20, and the ledger is before it',
      {
        facts: [['Nodes', without.join(', ')]],
        hint: "Upgrade it first: upgrade({ protocol: 'latest' }).",
      },
    );
  return infos as SorobanInfo[];
}
