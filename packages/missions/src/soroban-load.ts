import type { CoreSetSpec } from '@ssc/formation';

const always = (value: number) => ({ values: [value], weights: [1] });

/** What generated Soroban transactions ask for: so little that the limits of a new network allow it, as core's own sizes are not. */
export const smallSorobanLoad: NonNullable<CoreSetSpec['sorobanLoad']> = {
  wasmBytes: always(1024),
  dataEntries: always(1),
  ioKilobytes: always(1),
  txSizeBytes: always(64),
  instructions: always(1_000_000),
};
