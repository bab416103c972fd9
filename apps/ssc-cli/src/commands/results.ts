import { usageError } from '@ssc/errors';
import { eventJsonSchema, resultJsonSchema } from '@ssc/missions';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';

const schemas: Readonly<Record<string, () => object>> = {
  result: resultJsonSchema,
  event: eventJsonSchema,
};

/** Prints the JSON Schema of what a run writes. */
export async function resultsSchema({ args }: Input, host: Host): Promise<number> {
  const [what = 'result', ...rest] = args;
  const schema = Object.hasOwn(schemas, what) ? schemas[what] : undefined;
  if (schema === undefined || rest.length > 0)
    throw usageError(
      'SSC_USAGE_RESULTS',
      `results schema takes "result" or "event"; got "${args.join(' ')}"`,
    );
  host.out(`${JSON.stringify(schema(), null, 2)}\n`);
  return 0;
}
