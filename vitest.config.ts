import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'apps/*',
      'tools/repo-check',
      'tools/repo-check/vitest.documents.config.ts',
      'e2e',
    ],
    reporters: ['default', './tools/closing-line.ts'],
    coverage: {
      provider: 'v8',
      include: ['{packages,apps}/*/src/**/*.ts'],
      reporter: ['text-summary', 'lcov'],
    },
  },
});
