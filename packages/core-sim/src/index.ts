// The simulated stellar-core.

export { coreSimVersion, createStellarCore, type StellarCoreOptions } from './stellar-core.ts';
