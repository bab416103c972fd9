import { defineConfig } from 'tsup';

/** How every library is built: ESM only; declarations come from tsc afterwards (TypeScript 7 has no API for tsup's own). */
export const library = defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node24',
  sourcemap: true,
  clean: true,
});
