import { checkNodeConfig, explainKey, nodeConfigSchema, renderReport } from '@ssc/core-cfg';
import { usageError } from '@ssc/errors';
import { readOptions } from '../command-line.ts';
import type { Host } from '../host.ts';
import { configOptions } from '../option-table.ts';
import type { Found } from '../parse-command.ts';

/** Checks configuration files. 2 when core would refuse one of them, 0 otherwise: warnings do not count. */
export async function configCheck(found: Found, host: Host): Promise<number> {
  const { options } = readOptions(configOptions, {}, found.options);
  if (found.args.length === 0)
    throw usageError('SSC_USAGE_NO_FILE', 'no file is named', {
      hint: 'Name one or more: ssc config check stellar-core.cfg. Standard input is -.',
    });
  const texts = await Promise.all(found.args.map((path) => readInput(path, host)));
  const reports = found.args.map((path, i) =>
    checkNodeConfig(path === '-' ? 'standard input' : path, texts[i] ?? ''),
  );
  if (options['json'] === true) host.out(`${JSON.stringify(reports, null, 2)}\n`);
  else for (const report of reports) host.out(`${renderReport(report)}\n`);
  return reports.every((report) => report.verdict !== 'refused') ? 0 : 2;
}

/** Says what a key does. */
export async function configExplain(found: Found, host: Host): Promise<number> {
  readOptions([], {}, found.options);
  const [key] = found.args;
  if (key === undefined || found.args.length > 1)
    throw usageError('SSC_USAGE_NO_KEY', 'explain takes the name of one key', {
      hint: 'For example: ssc config explain UNSAFE_QUORUM.',
    });
  host.out(`${explainKey(key)}\n`);
  return 0;
}

/** Prints the schema. */
export async function configSchema(found: Found, host: Host): Promise<number> {
  readOptions([], {}, found.options);
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
