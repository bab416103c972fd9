import { defineConfig } from 'vitest/config';

/** Every package's settings: workspace imports resolve to sources, so no build is needed. */
export const shared = defineConfig({
  ssr: {
    resolve: { conditions: ['@ssc/source', 'module', 'node', 'development|production'] },
  },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    // One module graph per worker: importing an SDK costs half a second per file otherwise.
    isolate: false,
    // Against waiting for ever. A busy machine is no defect: several of these run at once on two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    benchmark: { include: ['bench/**/*.bench.ts'] },
  },
});
