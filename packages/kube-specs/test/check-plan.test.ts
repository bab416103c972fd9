import { expect, test } from 'vitest';
import { raiseDataId, toDataId, toRunObjects } from '../src/index.ts';
import { messageOf } from './message.ts';
import { coreSet, networkPlan } from './plan.fixture.ts';

test('all that is wrong in a plan is named at once', () => {
  const plan = networkPlan({
    namespace: 'Sand_box',
    history: { image: '', port: 80 },
    user: 0,
    sets: [
      coreSet({
        nodes: [],
        image: 'a b',
        dataId: 'x; rm -rf /',
        data: { kind: 'claim', sizeMiB: 0 },
        preparation: { newDb: true, newHist: ['--help'], catchup: 'now' },
      }),
      coreSet({ data: { kind: 'empty-dir', medium: 'memory', sizeLimitMiB: 1.5 } }),
    ],
  });
  expect(messageOf(() => toRunObjects(plan, 'u'))).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  12 problems in the plan of run ssc-1a2b3c; nothing was made
      namespace                        must be 1 to 63 of a-z, 0-9 and "-", got "Sand_box"
      history.image                    must be an image's name, got ""
      history.port                     must be 1024 to 65535, since it is not opened as root, got 80
      sets.core.nodes                  must be 1 to 9999, got 0
      sets.core.image                  must be an image's name, got "a b"
      sets.core.dataId                 must be of a-z, 0-9, "-" and ".", got "x; rm -rf /"
      sets.core.data.sizeMiB           must be a whole number above 0, got 0
      sets.core.preparation.catchup    must be DESTINATION/COUNT such as "current/0", got "now"
      sets.core.preparation.newHist    "--help" cannot be the name of an archive
      sets.core.data.sizeLimitMiB      must be a whole number above 0, got 1.5
      sets                             "core" stands there twice
      user                             must be a user id above 0 or "image", got 0"
  `);
});

test('one problem', () => {
  expect(
    messageOf(() => toRunObjects(networkPlan({ sets: [coreSet({ name: '' })] }), 'u')),
  ).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  a problem in the plan of run ssc-1a2b3c; nothing was made
      sets    a set needs a name"
  `);
});

test('a data id names the set and its generation, and is raised by one', () => {
  const id = toDataId({ run: 'ssc-1a2b3c', network: 1, set: 'core' }, 9);
  expect(id).toBe('ssc-1a2b3c-n1-core-g9');
  expect(raiseDataId(id)).toBe('ssc-1a2b3c-n1-core-g10');
});

test('what is no data id or generation is refused', () => {
  expect(messageOf(() => raiseDataId('core'))).toMatchInlineSnapshot(
    `"✖ SSC_PLAN_INVALID  "core" is not a data id (one ends in "-g" and a number)"`,
  );
  expect(messageOf(() => toDataId({ run: 'ssc-1a2b3c', set: 'core' }, 0))).toMatchInlineSnapshot(
    `"✖ SSC_PLAN_INVALID  a generation of data is 1 or above, got 0"`,
  );
});

test('what a plan of more than pods cannot be made from', () => {
  const plan = networkPlan({
    access: {
      kind: 'gateway',
      host: 'A b',
      gateway: { name: '', namespace: 'x.y', listener: '-' },
    },
    exporter: { image: '' },
    postgres: { image: 'p:1', password: '', user: 0, settings: { 'a b': '1' } },
    sets: [
      coreSet({ data: { kind: 'claim', sizeMiB: 1, storageClass: 'Fast disk' } }),
      coreSet({
        name: 'far',
        nodes: [
          { config: '', delays: [{ to: 'a', delayMs: 1 }] },
          { config: '', delays: [{ to: 'a b', delayMs: 1 }] },
        ],
      }),
    ],
  });
  expect(messageOf(() => toRunObjects(plan, 'u'))).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  10 problems in the plan of run ssc-1a2b3c; nothing was made
      postgres.password              must be one line that is not empty
      postgres.settings              "a b" cannot be the name of a setting
      postgres.user                  must be a user id above 0, got 0
      exporter.image                 must be an image's name, got ""
      access.host                    must be a DNS name, got "A b"
      access.gateway.name            must be a DNS name, got ""
      access.gateway.namespace       must be 1 to 63 of a-z, 0-9 and "-", got "x.y"
      access.gateway.listener        must be a DNS name, got "-"
      sets.core.data.storageClass    must be a DNS name, got "Fast disk"
      sets.far.nodes                 have delays, but the plan has no image for them (delay)"
  `);
});

test('a server or a delay that the plan has no image for', () => {
  const plan = networkPlan({
    access: { kind: 'ingress', rewrite: 'nginx', className: 'A B' },
    delay: { image: 'd:1' },
    sets: [
      coreSet({ database: 'postgres' }),
      coreSet({
        name: 'far',
        nodes: [
          [{ to: 'a b', delayMs: 1 }],
          [
            { to: 'a', delayMs: 1 },
            { to: 'a', delayMs: 2 },
          ],
          [{ to: 'a', delayMs: -1 }],
          [{ to: 'a', delayMs: 0.0001 }],
          [{ to: 'a', delayMs: Number.NaN }],
        ].map((delays) => ({ config: '', delays })),
      }),
    ],
  });
  expect(messageOf(() => toRunObjects(plan, 'u'))).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  7 problems in the plan of run ssc-1a2b3c; nothing was made
      access.className            must be a DNS name, got "A B"
      sets.core.database          is postgres, but the plan has no image for it (postgres)
      sets.far.nodes[0].delays    must lead to the DNS name of a node, got "a b"
      sets.far.nodes[1].delays    stand there twice for "a"
      sets.far.nodes[2].delays    must be 0 to 300000 ms with at most three digits after the point, got -1 to "a"
      sets.far.nodes[3].delays    must be 0 to 300000 ms with at most three digits after the point, got 0.0001 to "a"
      sets.far.nodes[4].delays    must be 0 to 300000 ms with at most three digits after the point, got NaN to "a""
  `);
});
