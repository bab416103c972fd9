import { defineConfig } from 'vitest/config';
import { WaitingFirst } from './tools/waiting-first.ts';

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'apps/*',
      'tools/repo-check',
      'tools/repo-check/vitest.documents.config.ts',
      'e2e',
    ],
    sequence: { sequencer: WaitingFirst },
    reporters: ['default', './tools/closing-line.ts'],
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.ts'],
      reporter: ['text-summary', 'lcov'],
    },
  },
});
