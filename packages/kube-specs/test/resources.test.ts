import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  parseRequirements,
  parseResourceProfile,
  resourceProfiles,
  toRequirements,
  withResources,
} from '../src/index.ts';
import { messageOf } from './message.ts';

test('a profile by its name', () => {
  expect(toRequirements(parseResourceProfile('parallel-catchup'))).toMatchInlineSnapshot(`
    {
      "limits": {
        "cpu": "2000m",
        "ephemeral-storage": "40960Mi",
        "memory": "28672Mi",
      },
      "requests": {
        "cpu": "250m",
        "ephemeral-storage": "35840Mi",
        "memory": "8192Mi",
      },
    }
  `);
  expect(messageOf(() => parseResourceProfile('smal'))).toMatchInlineSnapshot(`
    "✖ SSC_RESOURCES  there is no resource profile "smal"; did you mean "small"?
      Profiles    small, medium, acceptance, pubnet, pubnet-tier1, parallel-catchup, catchup, upgrade"
  `);
  expect(messageOf(() => parseResourceProfile('toString'))).toContain('SSC_RESOURCES');
});

test('what a server writes its own way is read as it was written', () => {
  for (const resources of Object.values(resourceProfiles))
    expect(parseRequirements(toRequirements(resources))).toEqual(resources);
  expect(
    parseRequirements({
      requests: { cpu: '1', memory: '1Gi' },
      limits: { cpu: '1500m', memory: '2Gi', 'ephemeral-storage': '1Ti' },
    }),
  ).toEqual({
    ...{ cpuRequestMillis: 1000, cpuLimitMillis: 1500 },
    ...{ memoryRequestMiB: 1024, memoryLimitMiB: 2048, diskLimitMiB: 1024 * 1024 },
  });
});

test('some of it is replaced', () => {
  const changed = withResources(resourceProfiles.small, { memoryLimitMiB: 512 });
  expect(changed).toEqual({ ...resourceProfiles.small, memoryLimitMiB: 512 });
});

test('numbers that cannot be are refused', () => {
  const small = resourceProfiles.small;
  expect(messageOf(() => withResources(small, { cpuRequestMillis: 2000 }))).toMatchInlineSnapshot(
    `"✖ SSC_RESOURCES  the cpu request 2000 is above its limit 1000"`,
  );
  expect(messageOf(() => withResources(small, { memoryLimitMiB: 0.5 }))).toMatchInlineSnapshot(
    `"✖ SSC_RESOURCES  memoryLimitMiB must be a whole number above 0, got 0.5"`,
  );
});

test('no request is above its limit, whatever was replaced', () => {
  const amount = fc.integer({ min: 1, max: 10_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(resourceProfiles)),
      fc.record(
        { cpuRequestMillis: amount, cpuLimitMillis: amount, memoryLimitMiB: amount },
        { requiredKeys: [] },
      ),
      (profile, changes) => {
        try {
          const { cpuRequestMillis, cpuLimitMillis } = withResources(profile, changes);
          expect(cpuRequestMillis).toBeLessThanOrEqual(cpuLimitMillis);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SSC_RESOURCES', verdict: 'usage' });
        }
      },
    ),
    { seed: 1 },
  );
});
