import { defineConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

/** What needs a machine that runs containers: `pnpm e2e`. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    name: 'e2e-real',
    include: ['real/**/*.test.ts', 'test/contract.test.ts'],
    globalSetup: ['src/real-node.setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
