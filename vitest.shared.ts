import { defineConfig } from 'vitest/config';

// Against waiting for ever, and nothing else: a test has no limit of its own. A busy machine is no defect, and beside other work
// one that takes a minute alone may take twenty.
const patienceMs = 1_800_000;

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
    // As many as there are processors: vitest would leave one out, which of two is half. It has little to do itself.
    maxWorkers: '100%',
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    expect: { poll: { timeout: patienceMs } },
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    benchmark: { include: ['bench/**/*.bench.ts'] },
  },
});
