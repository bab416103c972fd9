/** What one package may import of the others. */
export interface Arrows {
  /** Other packages of the repository, by the name of their folder. */
  readonly imports: readonly string[];
  /** More of them for its tests. These count in the order of builds too, so they may not lead back to it. */
  readonly tests?: readonly string[];
  /** Modules of Node.js beyond the pure ones. */
  readonly node?: readonly string[];
}

/** The words in which a package says what it stands on; the lower ones first. */
const ground = ['errors', 'clock'] as const;

/**
 * The one drawing of who may know whom, from the bottom up. Packages that stand side by side are strangers: kube-specs takes
 * finished TOML as text and hands names out as text, and formation joins the two. Nobody below the app knows core-sim or
 * kube-local, so that a mission cannot tell a simulated cluster from a real one.
 */
export const arrows: Readonly<Record<string, Arrows>> = {
  errors: { imports: [] },
  clock: { imports: ['errors'], node: ['node:async_hooks', 'node:timers', 'node:timers/promises'] },
  process: { imports: ground },
  // Part of the composition root, in a package because both apps use it: see `rootPackages`.
  host: {
    imports: [...ground, 'process'],
    node: ['node:child_process', 'node:fs', 'node:http', 'node:net', 'node:os', 'node:process'],
  },
  'core-cfg': { imports: ground },
  tx: { imports: ground },
  'core-http': { imports: [...ground, 'tx'], tests: ['kube-local'] },
  history: { imports: [...ground, 'tx'] },
  'kube-schema': { imports: ['errors'] },
  'kube-specs': { imports: ground, tests: ['kube-schema'] },
  'core-sim': {
    imports: [...ground, 'process', 'core-cfg', 'tx'],
    tests: ['core-http', 'history'],
  },
  'kube-local': {
    imports: [...ground, 'process', 'kube-schema', 'kube-specs'],
    node: ['node:stream'],
  },
  'perf-reporter': { imports: ground },
  'data-dump': { imports: ground },
  formation: {
    imports: [...ground, 'core-cfg', 'core-http', 'data-dump', 'kube-specs', 'tx'],
    tests: ['core-sim', 'kube-local', 'process'],
    node: ['node:https', 'node:stream'],
  },
  missions: {
    imports: [...ground, 'core-cfg', 'core-http', 'formation', 'kube-specs', 'perf-reporter', 'tx'],
    tests: ['core-sim', 'kube-local', 'process'],
  },
};

/** Packages that reach for the outside world by themselves; nothing but apps imports them, so that all others get it as arguments. */
export const rootPackages: readonly string[] = ['host'];

/** Modules of Node.js that compute and touch nothing outside: any package may use them. */
export const pureNodeModules: readonly string[] = [
  'node:assert',
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:path',
  'node:path/posix',
  'node:string_decoder',
  'node:url',
  'node:util',
  'node:zlib',
];

/** Who may import a library whose spread would tie packages to it. */
export interface LibraryRule {
  /** By its name, or all of a scope: `@stellar/`. */
  readonly library: string;
  /** Packages, or single files of one, that may load it. */
  readonly values: readonly string[];
  /** More packages that may use its types, of which nothing is left at run time. */
  readonly types?: readonly string[];
}

export const libraryRules: readonly LibraryRule[] = [
  { library: '@stellar/', values: ['tx', 'core-sim'] },
  {
    library: '@kubernetes/client-node',
    values: ['formation/src/kube/client-node.ts'],
    types: ['formation', 'kube-local', 'kube-schema', 'kube-specs', 'ssc-cli'],
  },
  { library: 'smol-toml', values: ['core-cfg', 'ssc-cli'] },
  { library: 'undici', values: ['core-http', 'formation', 'kube-local', 'ssc-cli'] },
];
