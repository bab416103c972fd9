import { expect, test } from 'vitest';
import { arrows } from '../src/arrows.ts';
import { renderFinding } from '../src/finding.ts';
import { checkPackageMap, renderPackageMap } from '../src/package-map.ts';
import { readRepository, root } from '../src/repository.ts';
import { packageOf } from './modules.ts';

test('the map in the README is the one that manifests and arrows give', () => {
  const { packages, text } = readRepository(root);
  const map = renderPackageMap(arrows, packages);
  const found = checkPackageMap({ path: 'README.md', text: text('README.md') }, map);
  expect(found.map(renderFinding), `the whole map:\n${map}`).toEqual([]);
});

test('a row that is missing and one that is not so', () => {
  const map = renderPackageMap({ errors: { imports: [] }, clock: { imports: ['errors'] } }, [
    packageOf('errors'),
    packageOf('clock'),
  ]);
  const text = map.replace(
    '| [clock](packages/clock) | Made up | errors |',
    '| [clock](packages/clock) | Time | errors |',
  );
  expect(checkPackageMap({ path: 'README.md', text: map }, map)).toEqual([]);
  expect(
    checkPackageMap({ path: 'README.md', text }, map).map(renderFinding),
  ).toMatchInlineSnapshot(`
    [
      "README.md: the map of packages lacks the row | [clock](packages/clock) | Made up | errors |",
      "README.md: the map of packages has a row that is not so: | [clock](packages/clock) | Time | errors |",
    ]
  `);
});
