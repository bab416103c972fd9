import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type { RunEvent, RunResult } from '../src/index.ts';
import type { runEvent, runResult } from '../src/result-schema.ts';

test('what is written fits the schema, and each key of the schema is written', () => {
  expectTypeOf<keyof RunResult>().toEqualTypeOf<keyof z.output<typeof runResult>>();
  expectTypeOf<RunResult['verdict']>().toEqualTypeOf<z.output<typeof runResult>['verdict']>();
  expectTypeOf<RunEvent['type']>().toEqualTypeOf<z.output<typeof runEvent>['type']>();
});
