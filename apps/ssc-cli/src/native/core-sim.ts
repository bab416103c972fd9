import { createStellarCore, endByRefusedPort } from '@ssc/core-sim';
import { runOnHost } from '@ssc/host';

/** Runs this process as the simulated stellar-core: `ssc core-sim new-db --conf FILE`. Gives its exit code. */
export const coreSim = (argv: readonly string[]): Promise<number> =>
  runOnHost(createStellarCore(), ['stellar-core', ...argv.slice(1)], endByRefusedPort);
