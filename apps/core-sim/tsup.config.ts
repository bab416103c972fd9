import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts'],
  format: ['esm'],
  target: 'node24',
  platform: 'node',
  sourcemap: true,
  clean: true,
  // Everything in a few files: loading the SDKs' hundreds of modules one by one costs half a second each.
  noExternal: [/./],
  splitting: true,
  banner: {
    // For bundled CommonJS that calls require('node:...').
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
