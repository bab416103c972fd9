import { expect, test } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import { WaitingFirst } from '../../waiting-first.ts';

/** A test file of a project, as far as the order of files goes. */
const file = (project: object, path: string) =>
  ({ project, moduleId: `/checkout/${path}` }) as unknown as TestSpecification;

test('test files that wait for real processes come first in their project, else the longest', async () => {
  const [cli, tx] = ['ssc-cli', 'tx'].map((name) => ({
    name,
    config: { isolate: false, sequence: { groupOrder: 0 } },
  })) as [object, object];
  const durations = new Map([
    [file(tx, 'packages/tx/test/account.test.ts'), 1],
    [file(cli, 'apps/ssc-cli/test/options.test.ts'), 2],
    [file(cli, 'apps/ssc-cli/test/many.test.ts'), 30],
    [file(cli, 'apps/ssc-cli/test/native-missions.test.ts'), 20],
    [file(cli, 'apps/ssc-cli/test/native.test.ts'), 10],
    [file(tx, 'packages/tx/test/native.test.ts'), 40],
  ]);
  const getTestSpecificationResult = (one: TestSpecification) => ({
    duration: durations.get(one),
    failed: false,
  });
  const context = { cache: { getTestSpecificationResult } } as unknown as Vitest;
  const sorted = await new WaitingFirst(context).sort([...durations.keys()]);
  expect(sorted.map(({ moduleId }) => moduleId.split('/').slice(-3).join('/'))).toEqual([
    'ssc-cli/test/native-missions.test.ts',
    'ssc-cli/test/native.test.ts',
    'ssc-cli/test/many.test.ts',
    'ssc-cli/test/options.test.ts',
    'tx/test/native.test.ts',
    'tx/test/account.test.ts',
  ]);
});
