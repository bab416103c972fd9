import { expect, test } from 'vitest';
import { arrows, libraryRules, rootPackages } from '../src/arrows.ts';
import {
  checkAppImports,
  checkDependencies,
  checkDrawing,
  checkImports,
} from '../src/check-arrows.ts';
import { checkCircles } from '../src/circles.ts';
import { checkReadme, checkTense } from '../src/examples.ts';
import { type Finding, renderFinding } from '../src/finding.ts';
import { checkGlobals } from '../src/globals.ts';
import { checkLeftovers } from '../src/leftovers.ts';
import { checkLinks } from '../src/links.ts';
import { checkMissions } from '../src/missions.ts';
import { checkMocks } from '../src/mocks.ts';
import { checkManifest } from '../src/package-manifest.ts';
import { isDocument, readRepository, root } from '../src/repository.ts';
import { checkShellBlocks } from '../src/shell-blocks.ts';
import { renderSizes, sizeOfFile, sizesOfFunctions } from '../src/sizes.ts';
import { type Module, parseModule } from '../src/source.ts';
import { checkFiles, checkSettings, checkSurface } from '../src/surface.ts';

const repository = readRepository(root);
const { packages, paths } = repository;
const drawing = { arrows, libraryRules };

const parsed = new Map<string, Module>();

/** The parsed modules below a folder, each parsed once. */
const modulesIn = (folder: string): Module[] =>
  repository.files
    .filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith('.ts'))
    .filter(({ path }) => !path.includes('/fixtures/'))
    .map((file) => {
      const module = parsed.get(file.path) ?? parseModule(file);
      parsed.set(file.path, module);
      return module;
    });

const sources = packages.flatMap((one) => modulesIn(`${one.path}/src`));
const apps = [...paths].flatMap((path) => /^apps\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? []);
const appSources = apps.flatMap((folder) => modulesIn(`apps/${folder}/src`));

const expectNone = (findings: readonly Finding[]): void => {
  expect(findings.map(renderFinding)).toEqual([]);
};

test('there is something to check', () => {
  expect(packages.length).toBeGreaterThan(10);
  expect(apps).toContain('ssc-cli');
  expect(sources.length).toBeGreaterThan(packages.length);
});

test('the arrows between packages', () => {
  expectNone([
    ...checkDrawing(drawing, packages),
    ...packages.flatMap((one) => checkDependencies(drawing, one)),
    ...packages.flatMap((one) =>
      [...modulesIn(`${one.path}/src`), ...modulesIn(`${one.path}/test`)].flatMap((module) =>
        checkImports(drawing, one, module),
      ),
    ),
    ...appSources.flatMap((module) =>
      checkAppImports(drawing, module.path.split('/')[1] ?? '', module),
    ),
  ]);
});

test('no module leads back to itself', () => {
  for (const folder of ['apps', 'bench', 'e2e', 'packages', 'tools'])
    expectNone(checkCircles(modulesIn(folder)));
});

test('no test file puts other modules in the place of those that all of them share', () => {
  for (const folder of ['apps', 'bench', 'e2e', 'packages', 'tools'])
    expectNone(modulesIn(folder).flatMap(checkMocks));
});

test('time, chance, network, process and console come as arguments', () => {
  expectNone(
    sources
      .filter(({ path }) => !['clock', ...rootPackages].includes(path.split('/')[1] ?? ''))
      .flatMap(checkGlobals),
  );
});

test('only apps import packages that reach for the outside world by themselves', () => {
  for (const one of rootPackages)
    for (const [folder, row] of Object.entries(arrows))
      expect([folder, row.imports.includes(one), row.tests?.includes(one) ?? false]).toEqual([
        folder,
        false,
        false,
      ]);
});

test('package.json, README.md, index.ts and exports.test.ts of every package', () => {
  expectNone([
    ...packages.flatMap(checkManifest),
    ...packages.flatMap((one) => checkFiles(one.path, paths)),
    ...packages.flatMap((one) =>
      checkSettings(one.path, (path) => (paths.has(path) ? repository.text(path) : undefined)),
    ),
    ...packages
      .filter((one) => paths.has(`${one.path}/README.md`))
      .flatMap((one) => {
        const path = `${one.path}/README.md`;
        return checkReadme({ path, text: repository.text(path) }, one);
      }),
  ]);
});

test('exports have names', () => {
  expectNone([...sources, ...appSources].flatMap(checkSurface));
});

test('missions are called as their files', () => {
  expectNone(checkMissions(modulesIn('packages/missions/src')));
});

test('documents say what is there, in blocks whose commands are run', () => {
  const documents = repository.files.filter(({ path }) => isDocument(path));
  expectNone(documents.flatMap((file) => [...checkTense(file), ...checkShellBlocks(file)]));
});

test('links of documents lead somewhere', () => {
  const documents = repository.files.filter(({ path }) => path.endsWith('.md'));
  expectNone(documents.flatMap((file) => checkLinks(file, paths)));
});

test('no file has leftover marks, addresses of registries or paths of one machine', () => {
  expectNone(
    repository.files
      // It shows how each of them is found.
      .filter(({ path }) => path !== 'tools/repo-check/test/checks.test.ts')
      .flatMap((file) => checkLeftovers(file, root)),
  );
});

test('sizes, for reading', () => {
  const modules = [...sources, ...appSources, ...modulesIn('tools/repo-check/src')];
  console.log(renderSizes(modules.map(sizeOfFile), modules.flatMap(sizesOfFunctions)));
});
