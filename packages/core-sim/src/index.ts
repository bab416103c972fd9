// The simulated stellar-core.

export { type EndByRefusedPort, endByRefusedPort } from './commands/refused-port.ts';
export type { Defects } from './defects.ts';
export {
  coreSimVersion,
  createStellarCore,
  olderRelease,
  type StellarCoreOptions,
} from './stellar-core.ts';
