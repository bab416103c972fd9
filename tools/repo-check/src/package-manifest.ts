import type { Finding } from './finding.ts';

/** The parts of a package.json that are checked. */
export interface PackageManifest {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly private?: boolean;
  readonly sideEffects?: boolean;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
}

/** A published package of the repository. */
export interface Package {
  /** Its folder from the root. @example "packages/tx" */
  readonly path: string;
  /** The last part of it. */
  readonly folder: string;
  readonly manifest: PackageManifest;
}

/** What all libraries say alike. */
const common = {
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  files: ['dist', 'src'],
  engines: { node: '>=24.11.0' },
};

/** Scripts that all libraries have; there may be more. */
const commonScripts = {
  build: 'tsup && tsc -p tsconfig.build.json',
  test: 'vitest run',
  typecheck: 'tsc -p tsconfig.json',
};

/** Checks that a library says what all say, and names each of its entries with sources, types and code. */
export function checkManifest({ path, folder, manifest }: Package): Finding[] {
  const file = `${path}/package.json`;
  const findings: Finding[] = [];
  const add = (message: string): void => void findings.push({ path: file, message });
  if (manifest.name !== `@ssc/${folder}`)
    add(`the name is ${manifest.name}; after its folder it is @ssc/${folder}`);
  if (!manifest.description) add('there is no description');
  for (const [key, expected] of Object.entries(common)) {
    const seen = manifest[key as keyof typeof common];
    if (JSON.stringify(seen) !== JSON.stringify(expected))
      add(`"${key}" is ${JSON.stringify(seen)}; all libraries have ${JSON.stringify(expected)}`);
  }
  for (const [name, expected] of Object.entries(commonScripts)) {
    const seen = manifest.scripts?.[name];
    if (seen !== expected)
      add(`script "${name}" is ${JSON.stringify(seen)}; all libraries have "${expected}"`);
  }
  const entries = Object.entries(manifest.exports ?? {});
  if (manifest.exports?.['.'] === undefined) add('"exports" names no "." entry');
  if (manifest.exports?.['./package.json'] !== './package.json')
    add('"exports" has "./package.json": "./package.json" in every package');
  for (const [entry, target] of entries) {
    if (entry === './package.json') continue;
    if (entry.includes('*'))
      add(`"exports" names its entries one by one, and "${entry}" is a pattern`);
    const conditions =
      typeof target === 'object' && target !== null ? Object.keys(target).join(', ') : 'none';
    if (conditions !== '@ssc/source, types, default')
      add(
        `"exports" of "${entry}" has the conditions ${conditions}; they are @ssc/source, types, default, in this order`,
      );
  }
  for (const [name, range] of Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
  })) {
    const expected = name.startsWith('@ssc/') ? 'workspace:^' : 'catalog:';
    if (range !== expected) add(`${name} is asked for as "${range}"; it is "${expected}"`);
  }
  return findings;
}
