import { checkNodeConfig, explainKey, nodeConfigSchema, renderReport } from '@ssc/core-cfg';
import { usageError } from '@ssc/errors';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';

/** Checks configuration files. 2 when core would refuse one of them, 0 otherwise: warnings do not count. */
export async function configCheck(
  { args, options }: Input<typeof optionsOf.printed>,
  host: Host,
): Promise<number> {
  if (args.length === 0)
    throw usageError('SSC_USAGE_NO_FILE', 'no file is named', {
      hint: 'Name one or more: ssc config check stellar-core.cfg. Standard input is -.',
    });
  const texts = await Promise.all(args.map((path) => readInput(path, host)));
  const reports = args.map((path, i) =>
    checkNodeConfig(path === '-' ? 'standard input' : path, texts[i] ?? ''),
  );
  if (options.json) host.out(`${JSON.stringify(reports, null, 2)}\n`);
  else for (const report of reports) host.out(`${renderReport(report)}\n`);
  return reports.every((report) => report.verdict !== 'refused') ? 0 : 2;
}

/** Says what a key does. */
export async function configExplain({ args }: Input, host: Host): Promise<number> {
  const [key] = args;
  if (key === undefined || args.length > 1)
    throw usageError('SSC_USAGE_NO_KEY', 'explain takes the name of one key', {
      hint: 'For example: ssc config explain UNSAFE_QUORUM.',
    });
  host.out(`${explainKey(key)}\n`);
  return 0;
}

/** Prints the schema. */
export async function configSchema(_input: Input, host: Host): Promise<number> {
  host.out(`${JSON.stringify(nodeConfigSchema(), null, 2)}\n`);
  return 0;
}

async function readInput(path: string, host: Host): Promise<string> {
  try {
    return Buffer.from(await host.read(path)).toString('utf8');
  } catch (cause) {
    throw usageError('SSC_USAGE_FILE', `the file ${path} cannot be read`, { cause });
  }
}
