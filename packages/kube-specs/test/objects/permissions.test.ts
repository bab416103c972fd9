import { expect, test } from 'vitest';
import { type PermissionRule, toDriverJob, toPermissionObjects } from '../../src/index.ts';
import { messageOf } from '../message.ts';

const rulesOf = (rules: readonly PermissionRule[]): unknown =>
  toPermissionObjects({ namespace: 'sandbox', rules }).role.rules;

test('what may be done with a resource stands in one place', () => {
  expect(
    rulesOf([
      { group: '', resources: ['pods', 'events'], verbs: ['list'] },
      { group: '', resources: ['pods'], verbs: ['get'] },
      { group: '', resources: ['services'], verbs: ['list', 'get'] },
      { group: 'apps', resources: ['statefulsets'], verbs: ['list'] },
    ]),
  ).toEqual([
    { apiGroups: [''], resources: ['events'], verbs: ['list'] },
    { apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list'] },
    { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['list'] },
  ]);
});

test('no more than what is named can be allowed', () => {
  const refusal = (rules: readonly PermissionRule[]): string => messageOf(() => rulesOf(rules));
  expect([
    refusal([]),
    refusal([{ group: 'apps', resources: [], verbs: ['get'] }]),
    refusal([{ group: '', resources: ['*'], verbs: ['get'] }]),
    refusal([{ group: '', resources: ['pods'], verbs: ['*'] }]),
  ]).toMatchInlineSnapshot(`
    [
      "✖ SSC_PERMISSIONS  an account needs at least one rule, got none",
      "✖ SSC_PERMISSIONS  a rule for group "apps" allows nothing: it has 0 resources and 1 verbs",
      "✖ SSC_PERMISSIONS  a rule for group "" has a wildcard; every resource and verb is named",
      "✖ SSC_PERMISSIONS  a rule for group "" has a wildcard; every resource and verb is named",
    ]
  `);
});

test('ssc that cannot run in the cluster as it is told is refused', () => {
  expect(
    messageOf(() =>
      toDriverJob({
        namespace: 'Sand',
        name: 'x'.repeat(53),
        image: '',
        args: [],
        deadlineSeconds: 0,
      }),
    ),
  ).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  ssc cannot run in the cluster like this; nothing was made
      namespace          must be 1 to 63 of a-z, 0-9 and "-", got "Sand"
      name               must be 1 to 52 of a-z, 0-9 and "-", got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
      image              must be an image's name, got ""
      deadlineSeconds    must be a whole number above 0, got 0"
  `);
});
