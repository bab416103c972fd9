import { describe, expect, test } from 'vitest';
import { checkReadme, checkTense, extractExamples } from '../src/examples.ts';
import { renderFinding } from '../src/finding.ts';
import { checkLeftovers } from '../src/leftovers.ts';
import { checkLinks } from '../src/links.ts';
import { checkMissions, toKebabCase } from '../src/missions.ts';
import { checkManifest } from '../src/package-manifest.ts';
import { renderSizes, sizeOfFile, sizesOfFunctions } from '../src/sizes.ts';
import { checkFiles, checkSettings, checkSurface } from '../src/surface.ts';
import { moduleAt, packageOf } from './modules.ts';

describe('manifests', () => {
  test('one that keeps all rules', () => {
    const dependencies = { '@ssc/errors': 'workspace:^', zod: 'catalog:' };
    expect(checkManifest(packageOf('tx', { dependencies }))).toEqual([]);
  });

  test('one that keeps none', () => {
    const wild = packageOf('tx', {
      name: 'tx',
      description: '',
      license: 'MIT',
      sideEffects: true,
      files: ['dist'],
      scripts: { build: 'tsc' },
      exports: {
        './*': './dist/*.js',
        './deep': {
          types: './dist/deep.d.ts',
          '@ssc/source': './src/deep.ts',
          default: './dist/deep.js',
        },
      },
      dependencies: { '@ssc/errors': '0.0.0', zod: '^4.0.0' },
    });
    expect(checkManifest(wild).map(renderFinding)).toMatchInlineSnapshot(`
      [
        "packages/tx/package.json: the name is tx; after its folder it is @ssc/tx",
        "packages/tx/package.json: there is no description",
        "packages/tx/package.json: "license" is "MIT"; all libraries have "Apache-2.0"",
        "packages/tx/package.json: "sideEffects" is true; all libraries have false",
        "packages/tx/package.json: "files" is ["dist"]; all libraries have ["dist","src"]",
        "packages/tx/package.json: script "build" is "tsc"; all libraries have "tsup && tsc -p tsconfig.build.json"",
        "packages/tx/package.json: script "test" is undefined; all libraries have "vitest run"",
        "packages/tx/package.json: script "typecheck" is undefined; all libraries have "tsc -p tsconfig.json"",
        "packages/tx/package.json: "exports" names no "." entry",
        "packages/tx/package.json: "exports" has "./package.json": "./package.json" in every package",
        "packages/tx/package.json: "exports" names its entries one by one, and "./*" is a pattern",
        "packages/tx/package.json: "exports" of "./*" has the conditions none; they are @ssc/source, types, default, in this order",
        "packages/tx/package.json: "exports" of "./deep" has the conditions types, @ssc/source, default; they are @ssc/source, types, default, in this order",
        "packages/tx/package.json: @ssc/errors is asked for as "0.0.0"; it is "workspace:^"",
        "packages/tx/package.json: zod is asked for as "^4.0.0"; it is "catalog:"",
      ]
    `);
  });
});

test('files that a package lacks', () => {
  const paths = new Set(['packages/tx/src/index.ts']);
  expect(checkFiles('packages/tx', paths).map(renderFinding)).toMatchInlineSnapshot(`
    [
      "packages/tx: there is no README.md, which says why the package exists",
      "packages/tx: there is no test/exports.test.ts, which holds the list of its exports",
    ]
  `);
});

test('settings that differ from those of all packages', () => {
  const files: Record<string, string> = {
    'packages/errors/tsconfig.build.json': '{ "include": ["src"] }',
    'packages/errors/vitest.config.ts': "({ name: 'errors' })",
    'packages/tx/tsconfig.build.json': '{ "include": ["src", "test"] }',
    'packages/tx/vitest.config.ts': "({\n  name: 'tx' })",
  };
  const found = checkSettings('packages/tx', (path) => files[path]).map(renderFinding);
  expect(found).toMatchInlineSnapshot(`
    [
      "packages/tx/tsconfig.build.json: differs from packages/errors/tsconfig.build.json; these are the same in all packages",
    ]
  `);
});

describe('exports', () => {
  test('by default and by star', () => {
    const text =
      "export * from './a.ts';\nexport default 1;\nexport { b as default } from './b.ts';\n";
    const found = checkSurface(moduleAt('packages/tx/src/index.ts', text));
    expect(found.map(renderFinding)).toMatchInlineSnapshot(`
      [
        "packages/tx/src/index.ts:1: "export *" hides what is exported; name it",
        "packages/tx/src/index.ts:2: there is a default export; exports have names",
        "packages/tx/src/index.ts:3: there is a default export; exports have names",
      ]
    `);
  });

  test('by name', () => {
    const text = "export { a } from './a.ts'; export type { B } from './b.ts'; export const c = 1;";
    expect(checkSurface(moduleAt('packages/tx/src/index.ts', text))).toEqual([]);
  });
});

describe('missions', () => {
  const index = moduleAt(
    'packages/missions/src/catalog.ts',
    ['simple-payment', 'wrong', 'two', 'lower', 'none', 'pay-mission', 'variable']
      .map((name) => `import './catalog/${name}.ts';`)
      .join('\n'),
  );
  const mission = (file: string, text: string): string[] =>
    checkMissions([index, moduleAt(`packages/missions/src/catalog/${file}`, text)]).map(
      renderFinding,
    );

  test('called as their files', () => {
    expect(mission('simple-payment.ts', "defineMission('SimplePayment', {});")).toEqual([]);
    expect(mission('simple-payment.ts', "defineMission({ name: 'SimplePayment' });")).toEqual([]);
  });

  test('called otherwise, or not found', () => {
    const found = [
      ...mission('wrong.ts', "defineMission('SimplePayment', {});"),
      ...mission('two.ts', "defineMission('Two', {}); defineMission('Three', {});"),
      ...mission('lower.ts', "defineMission('lower', {});"),
      ...mission('none.ts', 'export const none = 1;'),
      ...mission('variable.ts', 'defineMission(name, {});'),
      ...mission('pay-mission.ts', "defineMission('PayMission', {});"),
      ...mission('unknown.ts', "defineMission('Unknown', {});"),
    ];
    expect(found).toMatchInlineSnapshot(`
      [
        "packages/missions/src/catalog/wrong.ts: the mission is called "SimplePayment", so its file is packages/missions/src/catalog/simple-payment.ts",
        "packages/missions/src/catalog/two.ts: 2 calls of defineMission with a literal name; a file of the catalogue has one",
        "packages/missions/src/catalog/lower.ts: the mission is called "lower"; names are PascalCase",
        "packages/missions/src/catalog/none.ts: 0 calls of defineMission with a literal name; a file of the catalogue has one",
        "packages/missions/src/catalog/variable.ts: 0 calls of defineMission with a literal name; a file of the catalogue has one",
        "packages/missions/src/catalog/pay-mission.ts: the mission is called "PayMission"; names do without "Mission"",
        "packages/missions/src/catalog/unknown.ts: no source imports this mission, so nobody can run it",
      ]
    `);
  });

  test.each([
    ['SimplePayment', 'simple-payment'],
    ['MaxTPSClassic', 'max-tps-classic'],
    ['VersionMixNewCatchupToOld', 'version-mix-new-catchup-to-old'],
    ['Pubnet600Nodes', 'pubnet600-nodes'],
  ])('%s → %s', (name, file) => {
    expect(toKebabCase(name)).toBe(file);
  });
});

describe('leftovers', () => {
  const check = (text: string, path = 'packages/tx/src/a.ts'): string[] =>
    checkLeftovers({ path, text }, '/build/agent 1/ssc').map(renderFinding);
  const [mark, slashes] = ['TO', '//'].map((start, i) => start + ['DO', 'registry'][i]);

  test('what is found', () => {
    expect([
      ...check(`ok\n// ${mark}: later`),
      ...check(`${'<'.repeat(7)} HEAD\n`),
      ...check(`test${'.only'}('x', () => {});`),
      ...check(`resolved: https:${slashes}.npmjs.org/zod`),
      ...check(`tarball: http:${'//'}10.0.0.7/npm/zod-4.0.0.tgz`),
      ...check(`see ${'/root'}/notes.md`),
      ...check(`cd "${'/build/agent 1/ssc'}/packages"`),
      ...check(`read ../${'shared'}/kube`),
    ]).toMatchInlineSnapshot(`
      [
        "packages/tx/src/a.ts:2: "TODO" is a leftover; open an issue instead",
        "packages/tx/src/a.ts:1: "<<<<<<<" is the mark of a merge conflict",
        "packages/tx/src/a.ts:1: "test.only(" is for the moment of working on a test",
        "packages/tx/src/a.ts:1: "https://registry.npmjs.org/zod" is the address of a package registry; whoever installs has one of his own",
        "packages/tx/src/a.ts:1: "http://10.0.0.7/npm/zod-4.0.0.tgz" is the address of a package registry; whoever installs has one of his own",
        "packages/tx/src/a.ts:1: "/root/notes.md" is a path of one machine",
        "packages/tx/src/a.ts:1: "/build/agent 1/ssc" is the path of this checkout",
        "packages/tx/src/a.ts:1: "../shared" lies outside the repository; only tests in e2e/ look there",
      ]
    `);
  });

  test('what is left alone', () => {
    expect(
      check('mastodon, TODOS, method; https://example.org/a; container at /data/work/x'),
    ).toEqual([]);
    expect(check('registry.example.org/stellar-core:27.1.0')).toEqual([]);
    expect(check(`look for ../${'shared'}/kube`, 'e2e/test/kube.test.ts')).toEqual([]);
  });
});

describe('READMEs', () => {
  const good =
    '# @ssc/tx\n\nIt pays.\n\n```ts\nconst a = 1;\n```\n\n```sh\nls\n```\n\n```ts\nconst b = 2;\n```\n';

  test('examples are the blocks marked "ts", with their lines', () => {
    expect(extractExamples({ path: 'README.md', text: good })).toEqual([
      { path: 'README.md', line: 6, code: 'const a = 1;\n' },
      { path: 'README.md', line: 14, code: 'const b = 2;\n' },
    ]);
    expect(checkReadme({ path: 'README.md', text: good }, packageOf('tx'))).toEqual([]);
  });

  test('what is found', () => {
    const text =
      '# tx\n\nIt pays.\n\nFees will follow soon.\n\n```sh\necho will\n```\n`will` is a word.\n';
    expect(
      checkReadme({ path: 'README.md', text }, packageOf('tx')).map(renderFinding),
    ).toMatchInlineSnapshot(`
      [
        "README.md:1: a README begins with "# @ssc/tx", an empty line and a sentence that says why the package exists",
        "README.md: there is no example: a block marked "ts"",
        "README.md:5: "will" promises; documents say what is there",
      ]
    `);
    expect(
      checkTense({
        path: 'a.md',
        text: 'A node does not start so, and stops as soon as it can. `will` is a word.\n',
      }),
    ).toEqual([]);
    const found = checkTense({
      path: 'a.md',
      text: 'A node will not start.\n\nIt is going to stop.\nSoon it ends.\n',
    });
    expect(found.map(renderFinding)).toMatchInlineSnapshot(`
      [
        "a.md:1: "will" promises; documents say what is there",
        "a.md:3: "going to" promises; documents say what is there",
        "a.md:4: "Soon" promises; documents say what is there",
      ]
    `);
  });
});

test('links that lead somewhere, and one that does not', () => {
  const text =
    '[a](../README.md) [b](adr) [c](https://example.org) [d](#here)\n[e](lost.md#part)\n';
  const paths = new Set(['README.md', 'docs/adr/0001.md']);
  expect(checkLinks({ path: 'docs/a.md', text }, paths).map(renderFinding)).toEqual([
    'docs/a.md:2: the link to lost.md leads nowhere',
  ]);
});

test('sizes are told, the long ones by name', () => {
  const long = moduleAt(
    'a.ts',
    `export function long() {\n${'  f();\n'.repeat(80)}}\nconst short = () => 1;\nclass A { m() {\n} }\n`,
  );
  expect(sizesOfFunctions(long).map(({ where, lines }) => `${where} ${lines}`)).toEqual([
    'a.ts:1 long 82',
    'a.ts:83 short 1',
    'a.ts:84 m 2',
  ]);
  expect(renderSizes([sizeOfFile(long)], sizesOfFunctions(long))).toMatchInlineSnapshot(`
    "1 files: median 85 lines (examples 80), 95 % up to 85, 0 over 250
    3 functions: median 2 lines (examples 8), 95 % up to 82, 1 over 70
         82  a.ts:1 long"
  `);
});
