import process from 'node:process';
import { createStellarCore, endByRefusedPort, olderRelease } from '@ssc/core-sim';
import { runOnHost } from '@ssc/host';

/**
 * Runs the simulated stellar-core with this machine's files, network and time; gives its exit code. With CORE_SIM_RELEASE
 * "older" in the environment it is the older release, which does not know the latest protocol.
 */
export const main = (argv: readonly string[]): Promise<number> => {
  const isOlder = process.env['CORE_SIM_RELEASE'] === 'older';
  const core = createStellarCore(isOlder ? olderRelease : {});
  return runOnHost(core, ['stellar-core', ...argv], endByRefusedPort);
};
