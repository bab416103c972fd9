import { createStellarCore } from '@ssc/core-sim';
import { runOnHost } from '@ssc/host';

/** Runs the simulated stellar-core with this machine's files, network and time; gives its exit code. */
export const main = (argv: readonly string[]): Promise<number> =>
  runOnHost(createStellarCore(), ['stellar-core', ...argv]);
