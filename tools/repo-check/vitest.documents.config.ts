import { defineProject } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

/** What runs the commands of documents and of the pipeline: minutes, where all else here takes seconds. */
export default defineProject({
  ...shared,
  test: {
    ...shared.test,
    name: 'documents',
    include: ['documents/**/*.test.ts'],
    globalSetup: ['../staged.setup.ts'],
  },
});
