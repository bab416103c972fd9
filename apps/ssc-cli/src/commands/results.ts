import { usageError } from '@ssc/errors';
import { eventJsonSchema, resultJsonSchema } from '@ssc/missions';
import { readOptions } from '../command-line.ts';
import type { Host } from '../host.ts';
import type { Found } from '../parse-command.ts';

const schemas: Readonly<Record<string, () => object>> = {
  result: resultJsonSchema,
  event: eventJsonSchema,
};

/** Prints the JSON Schema of what a run writes. */
export async function resultsSchema(found: Found, host: Host): Promise<number> {
  readOptions([], {}, found.options);
  const [what = 'result', ...rest] = found.args;
  const schema = Object.hasOwn(schemas, what) ? schemas[what] : undefined;
  if (schema === undefined || rest.length > 0)
    throw usageError(
      'SSC_USAGE_RESULTS',
      `results schema takes "result" or "event"; got "${found.args.join(' ')}"`,
    );
  host.out(`${JSON.stringify(schema(), null, 2)}\n`);
  return 0;
}
