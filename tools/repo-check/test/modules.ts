import type { Package, PackageManifest } from '../src/package-manifest.ts';
import { type Module, parseModule } from '../src/source.ts';

/** A module of a made-up file. */
export const moduleAt = (path: string, text: string): Module => parseModule({ path, text });

/** A made-up package that keeps all rules, with changes. */
export const packageOf = (folder: string, changes: Partial<PackageManifest> = {}): Package => ({
  path: `packages/${folder}`,
  folder,
  manifest: {
    name: `@ssc/${folder}`,
    description: 'Made up',
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    files: ['dist', 'src'],
    scripts: {
      build: 'tsup && tsc -p tsconfig.build.json',
      test: 'vitest run',
      typecheck: 'tsc -p tsconfig.json',
    },
    engines: { node: '>=24.11.0' },
    exports: {
      '.': {
        '@ssc/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
      './package.json': './package.json',
    },
    ...changes,
  },
});
