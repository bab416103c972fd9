import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseNodeLabel, parseTaint, toRunObjects } from '../src/index.ts';
import { messageOf } from './message.ts';
import { coreSet, networkPlan, runName } from './plan.fixture.ts';

test.each([
  ['spot', { key: 'spot' }],
  ['purpose:load', { key: 'purpose', value: 'load' }],
  ['example.org/disk:007', { key: 'example.org/disk', value: '007' }],
  ['purpose:', { key: 'purpose', value: '' }],
])('"%s" is read as it stands', (text, label) => {
  expect(parseNodeLabel(text)).toEqual(label);
  expect(parseTaint(text)).toEqual(label);
});

test.each(['', ':a', 'a b', 'a:b:c', 'a/b/c', '-a', 'Example.org/a', `${'a'.repeat(64)}`])(
  '"%s" is no label',
  (text) => {
    expect(messageOf(() => parseNodeLabel(text))).toContain(
      `✖ SSC_SCHEDULING  a node label is KEY or KEY:VALUE, got "${text}"`,
    );
  },
);

test('the refusal says what is allowed', () => {
  expect(messageOf(() => parseTaint('a=b:NoSchedule'))).toMatchInlineSnapshot(`
    "✖ SSC_SCHEDULING  a taint is KEY or KEY:VALUE, got "a=b:NoSchedule"
      A key is at most 63 of A-Z, a-z, 0-9, "-", "_" and ".", with a domain and "/" before it if need be; a value is of the same."
  `);
});

test('nothing is said of nodes when nothing is wanted, and spread pods are those of the run', () => {
  const spec = (plan: Parameters<typeof networkPlan>[0]): object | undefined =>
    toRunObjects(networkPlan(plan), 'u').statefulSets[0]?.spec?.template.spec;
  for (const field of ['affinity', 'tolerations', 'topologySpreadConstraints'])
    expect(spec({})).not.toHaveProperty(field);
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), (spread, dedicatedNodes) => {
      const [set] = toRunObjects(
        networkPlan({ scheduling: { spread, dedicatedNodes }, sets: [coreSet()] }),
        'u',
      ).statefulSets;
      const pod = set?.spec?.template;
      const spreading = pod?.spec?.topologySpreadConstraints ?? [];
      expect(spreading).toHaveLength(spread ? 1 : 0);
      for (const { labelSelector } of spreading) {
        expect(labelSelector?.matchLabels?.['ssc.stellar.org/run']).toBe(runName);
        expect(pod?.metadata?.labels).toMatchObject(labelSelector?.matchLabels ?? {});
      }
      const away = pod?.spec?.affinity?.podAntiAffinity;
      expect(away !== undefined).toBe(dedicatedNodes);
      // It keeps other runs away and none of its own.
      if (dedicatedNodes)
        expect(
          away?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector
            ?.matchExpressions,
        ).toContainEqual({ key: 'ssc.stellar.org/run', operator: 'NotIn', values: [runName] });
    }),
    { seed: 1, numRuns: 10 },
  );
});
