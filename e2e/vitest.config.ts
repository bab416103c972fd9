import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

/** What needs an API server and no machine that runs containers: a part of every test run. */
export default mergeConfig(
  shared,
  defineProject({
    test: {
      name: 'e2e',
      globalSetup: ['src/control-plane.setup.ts'],
      maxConcurrency: 16,
    },
  }),
);
