import { type ArchiveReport, type ArchiveSource, verifyArchive } from '@ssc/history';
import { passphrase } from '../configs.ts';
import type { TestNetwork } from '../network.ts';

/** The archive that a machine keeps in /data/history, read by the package that knows nothing of core-sim. */
export function archiveOf(network: TestNetwork, name: string): ArchiveSource {
  const { files } = network.machine(name);
  return {
    name,
    fetch: async (path) => {
      const full = `/data/history/${path}`;
      return files.info(full) === undefined ? undefined : files.read(full);
    },
  };
}

export const verify = (network: TestNetwork, name: string): Promise<ArchiveReport> =>
  verifyArchive(archiveOf(network, name), { passphrase });

/** Arms an upgrade on nodes for now. */
export async function arm(
  network: TestNetwork,
  names: readonly string[],
  values: string,
): Promise<void> {
  const now = `${new Date(network.clock.now()).toISOString().slice(0, 19)}Z`;
  for (const name of names)
    await network.ask(name, `/upgrades?mode=set&upgradetime=${now}&${values}`);
}

/** Makes data and an archive for each node and starts it. */
export async function startAll(network: TestNetwork, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await network.command(name, 'new-db');
    await network.command(name, 'new-hist', 'local');
    network.start(name);
  }
}
