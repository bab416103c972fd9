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
