import { describe, expect, test } from 'vitest';
import { arrows, libraryRules } from '../src/arrows.ts';
import {
  checkAppImports,
  checkDependencies,
  checkDrawing,
  checkImports,
  type Drawing,
} from '../src/check-arrows.ts';
import { renderFinding } from '../src/finding.ts';
import { moduleAt, packageOf } from './modules.ts';

const drawing = { arrows, libraryRules };

/** A drawing for reading messages, which stay the same when the real one grows. */
const small: Drawing = {
  arrows: {
    errors: { imports: [] },
    'core-http': { imports: ['errors', 'tx'], tests: ['core-sim'] },
  },
  libraryRules: [
    { library: '@stellar/', values: ['tx', 'core-sim'] },
    { library: 'undici', values: ['core-http/src/wire.ts'], types: ['core-http'] },
  ],
};

/** What is found in one module of a package that depends on all that it imports. */
function check(path: string, text: string, held: Drawing = drawing): string[] {
  const folder = path.split('/')[1] ?? '';
  const module = moduleAt(path, text);
  const names = module.imports.map((one) =>
    one.specifier.split('/', one.specifier.startsWith('@') ? 2 : 1).join('/'),
  );
  const dependencies = Object.fromEntries(names.map((name) => [name, '*']));
  return checkImports(held, packageOf(folder, { dependencies }), module).map(renderFinding);
}

describe('what the drawing of this repository refuses', () => {
  test.each([
    ['packages/core-cfg/src/a.ts', "import { objectNames } from '@ssc/kube-specs';"],
    ['packages/kube-specs/src/a.ts', "import type { NodeConfig } from '@ssc/core-cfg';"],
    ['packages/formation/src/a.ts', "const { createCluster } = await import('@ssc/kube-local');"],
    ['packages/missions/src/a.ts', "export { simulatedNode } from '@ssc/core-sim';"],
    ['packages/missions/src/a.ts', "type Core = import('@ssc/core-sim').Core;"],
    ['packages/errors/src/a.ts', "import { toMs } from '@ssc/clock';"],
    ['packages/core-http/src/a.ts', "import { Keypair } from '@stellar/stellar-sdk/base';"],
    ['packages/core-cfg/src/a.ts', "import { Agent } from 'undici';"],
    ['packages/formation/src/quota.ts', "import { KubeConfig } from '@kubernetes/client-node';"],
    ['packages/formation/src/quota.ts', "import { type V1Pod } from '@kubernetes/client-node';"],
    ['packages/missions/src/a.ts', "import type { V1Pod } from '@kubernetes/client-node';"],
    ['packages/tx/src/a.ts', "import { readFileSync } from 'node:fs';"],
    ['packages/tx/src/a.ts', "import { render } from '../../core-cfg/src/render.ts';"],
    ['packages/tx/src/a.ts', "import { render } from '../test/render.ts';"],
    ['packages/tx/src/a.ts', 'await import(name);'],
    ['packages/tx/test/a.test.ts', "import { render } from '@ssc/core-cfg';"],
    ['packages/tx/test/a.test.ts', "import { render } from '../../core-cfg/src/render.ts';"],
  ])('%s: %s', (path, text) => {
    expect(check(path, text)).toHaveLength(1);
  });
});

test.each([
  ['packages/formation/src/a.ts', "import { renderNodeConfig } from '@ssc/core-cfg';"],
  ['packages/formation/test/a.test.ts', "import { createCluster } from '@ssc/kube-local';"],
  ['packages/missions/test/a.test.ts', "import { core } from '@ssc/core-sim';"],
  [
    'packages/formation/src/kube/client-node.ts',
    "import { KubeConfig } from '@kubernetes/client-node';",
  ],
  ['packages/kube-specs/src/pod.ts', "import type { V1Pod } from '@kubernetes/client-node';"],
  ['packages/core-sim/src/a.ts', "import { xdr } from '@stellar/stellar-sdk/base';"],
  ['packages/tx/src/a.ts', "import { createHash } from 'node:crypto';"],
  ['packages/tx/src/deep/a.ts', "import { pay } from '../pay.ts';"],
  [
    'packages/tx/test/a.test.ts',
    "import { readFileSync } from 'node:fs'; import { pay } from '../src/pay.ts'; import { tx } from '@ssc/tx';",
  ],
  ['packages/tx/src/a.ts', "import type { Stats } from 'node:fs';"],
])('allowed in %s: %s', (path, text) => {
  expect(check(path, text)).toEqual([]);
});

test('an import that "dependencies" does not name', () => {
  const owner = packageOf('kube-specs', {
    devDependencies: { '@kubernetes/client-node': 'catalog:' },
  });
  const text = "import type { V1Pod } from '@kubernetes/client-node';";
  const found = checkImports(drawing, owner, moduleAt('packages/kube-specs/src/a.ts', text));
  expect(found.map(renderFinding)).toMatchInlineSnapshot(`
    [
      "packages/kube-specs/src/a.ts:1: @kubernetes/client-node is imported by sources, and "dependencies" of packages/kube-specs/package.json does not name it",
    ]
  `);
});

test('the messages about imports', () => {
  const sources = [
    "import { pods } from '@ssc/kube-specs';",
    "import { Keypair } from '@stellar/stellar-sdk/base';",
    "import { Agent } from 'undici';",
    "import { readFileSync } from 'node:fs';",
    "import { pay } from '../../tx/src/pay.ts';",
    "import { fake } from '../test/fake.ts';",
    'await import(name);',
  ];
  expect([
    ...check('packages/core-http/src/a.ts', sources.join('\n'), small),
    ...check('packages/errors/src/a.ts', "import { toMs } from '@ssc/clock';", small),
    ...check('packages/core-http/test/a.test.ts', "import { run } from '@ssc/missions';", small),
  ]).toMatchInlineSnapshot(`
    [
      "packages/core-http/src/a.ts:1: core-http imports kube-specs, and may import errors, tx",
      "packages/core-http/src/a.ts:2: core-http imports @stellar/stellar-sdk/base, which is for tx, core-sim",
      "packages/core-http/src/a.ts:3: undici is loaded here; outside core-http/src/wire.ts it is imported with "import type"",
      "packages/core-http/src/a.ts:4: core-http imports node:fs; files, processes, sockets and time come as arguments",
      "packages/core-http/src/a.ts:5: ../../tx/src/pay.ts leaves packages/core-http/src; other packages are imported by name",
      "packages/core-http/src/a.ts:6: ../test/fake.ts leaves packages/core-http/src; other packages are imported by name",
      "packages/core-http/src/a.ts:7: the module that is loaded is computed, so that no check can see it",
      "packages/errors/src/a.ts:1: errors imports clock, and may import no other",
      "packages/core-http/test/a.test.ts:1: a test of core-http imports missions, and may import errors, tx, core-sim",
    ]
  `);
});

test('an app is above all packages, and has no libraries of theirs', () => {
  const imports = [
    "import { run } from '@ssc/missions';",
    "import { KubeConfig } from '@kubernetes/client-node';",
    "import type { V1Pod } from '@kubernetes/client-node';",
    "import { Keypair } from '@stellar/stellar-sdk';",
  ];
  const module = moduleAt('apps/ssc-cli/src/main.ts', imports.join('\n'));
  const found = checkAppImports(drawing, 'ssc-cli', module).map((one) => one.line);
  expect(found).toEqual([2, 4]);
});

test('the messages about dependencies', () => {
  const owner = packageOf('core-http', {
    dependencies: {
      '@ssc/errors': 'workspace:^',
      '@ssc/formation': 'workspace:^',
      zod: 'catalog:',
    },
    peerDependencies: { '@stellar/stellar-sdk': 'catalog:' },
    devDependencies: { '@ssc/core-sim': 'workspace:^', '@ssc/missions': 'workspace:^' },
  });
  expect(checkDependencies(small, owner).map(renderFinding)).toMatchInlineSnapshot(`
    [
      "packages/core-http/package.json: core-http depends on formation, and may import errors, tx",
      "packages/core-http/package.json: core-http depends on @stellar/stellar-sdk, which is for tx, core-sim",
      "packages/core-http/package.json: the tests of core-http depend on missions, and may import errors, tx, core-sim",
    ]
  `);
});

test('the drawing itself: a package without a row, a row without a package, a way back', () => {
  const bent = {
    libraryRules,
    arrows: {
      errors: { imports: [] },
      clock: { imports: ['errors', 'tx'] },
      tx: { imports: ['errors'], tests: ['clock'] },
      ghost: { imports: [] },
    },
  };
  const packages = ['errors', 'clock', 'tx', 'stranger'].map((folder) => packageOf(folder));
  expect(checkDrawing(bent, packages).map(renderFinding)).toMatchInlineSnapshot(`
    [
      "tools/repo-check/src/arrows.ts: packages/stranger has no row in the drawing",
      "tools/repo-check/src/arrows.ts: an arrow leads from clock back to clock",
      "tools/repo-check/src/arrows.ts: an arrow leads from tx back to tx",
      "tools/repo-check/src/arrows.ts: the drawing has ghost, and there is no packages/ghost",
    ]
  `);
});
