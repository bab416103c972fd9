import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default mergeConfig(
  shared,
  defineProject({
    test: {
      name: 'ssc-cli',
      globalSetup: ['../../tools/staged.setup.ts'],
      setupFiles: ['./test/own-temporary-folder.ts'],
    },
  }),
);
