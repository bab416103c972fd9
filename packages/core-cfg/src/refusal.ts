import type { NodeConfig } from './node-config.generated.ts';
import type { Option } from './options/option.ts';
import { optionNames, options } from './options/table.ts';
import type { ParsedNodeConfig } from './parse.ts';
import type { ConfigProblem, CoreLogLine, CoreRefusal } from './problem.ts';

const stages = ['load', 'create', 'run'] as const;

/**
 * The problem that stops core, or undefined when it goes on. `reach` says how far the command comes: `load` for those
 * that only read the file (`offline-info` also opens the database: `create`), `run` for that command alone.
 */
export function coreStopsAt(
  parsed: Pick<ParsedNodeConfig, 'stops'>,
  reach: CoreRefusal['stage'],
): ConfigProblem | undefined {
  for (const stage of stages.slice(0, stages.indexOf(reach) + 1)) {
    const first = parsed.stops.find((problem) => problem.core?.stage === stage);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** What core logs when it refuses a file, before it ends with exit code 1. */
export function refusalLines(refusal: CoreRefusal, fileName: string): CoreLogLine[] {
  if (refusal.stage === 'run') return [...refusal.log];
  const thrown =
    refusal.stage === 'load'
      ? `Failed to parse '${fileName}' :${refusal.message}`
      : refusal.message;
  return [
    ...refusal.log,
    { level: 'FATAL', text: `Got an exception: ${thrown}` },
    {
      level: 'FATAL',
      text: 'Please report this bug along with this log file if this was not expected',
    },
  ];
}

/** What core logs at start about keys that are only for tests. */
export function testingKeyLines(config: NodeConfig): CoreLogLine[] {
  return optionNames.flatMap((name): CoreLogLine[] => {
    const option: Option = options[name];
    const value = config[name];
    if (option.testingOnly === undefined || value === undefined || value === false) return [];
    const done = value === true ? 'enabled' : 'set';
    const effect = option.testingOnly === 'may' ? 'may not' : 'will not';
    return [
      {
        level: 'INFO',
        text: `'${name}' ${done} in configuration file - node ${effect} function properly with most networks`,
      },
    ];
  });
}
