import { defineConfig } from 'tsup';

/** How every library is built: ESM only; declarations come from tsc afterwards (TypeScript 7 has no API for tsup's own). */
export const library = defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node24',
  sourcemap: true,
  clean: true,
});

/** How every app is built: with all that it imports, and straight from the sources of the libraries, so that none of them is built first. */
export const app = defineConfig({
  entry: ['src/main.ts'],
  format: ['esm'],
  target: 'node24',
  platform: 'node',
  sourcemap: true,
  clean: true,
  // Everything in a few files: loading the SDKs' hundreds of modules one by one costs half a second each.
  noExternal: [/./],
  splitting: true,
  esbuildOptions: (options) => {
    options.conditions = ['@ssc/source', 'module'];
  },
  banner: {
    // For bundled CommonJS that calls require('node:...').
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
