import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default mergeConfig(
  shared,
  defineProject({
    // Its tests start processes, which take their time on a busy machine.
    test: { name: 'repo-check', testTimeout: 120_000, expect: { poll: { timeout: 30_000 } } },
  }),
);
