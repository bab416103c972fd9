import type { Random } from '@ssc/clock';
import { type ConfigProblem, parseNodeConfig } from '@ssc/core-cfg';
import { present } from '@ssc/errors';
import { type FileError, type Files, readText, resolvePath } from '@ssc/process';
import { ConfigRefusal } from './config-refusal.ts';
import type { NodeSettings } from './node-settings.ts';
import { toSettings } from './to-settings.ts';

/** A configuration that was read, with what would refuse it later than at reading. */
export interface ReadSettings {
  readonly settings: NodeSettings;
  /** What `new-db`, `new-hist` and `run` refuse. */
  readonly refusedByCreate: ConfigProblem | undefined;
  /** What only `run` refuses. */
  readonly refusedByRun: ConfigProblem | undefined;
}

/** Reads the file as core does, and fills in core's defaults. Throws a {@link ConfigRefusal}. */
export function readSettings(
  files: Files,
  path: string,
  cwd: string,
  random: Random,
): ReadSettings {
  const text = readFile(files, path, cwd);
  const { config, quorumSet, problems } = parseNodeConfig(text);
  const refused = problems.filter((problem) => problem.severity === 'refused');
  const atLoad = refused.find((problem) => problem.core?.stage === 'load');
  if (atLoad !== undefined || config === undefined || quorumSet === undefined) {
    const core = present(atLoad ?? refused[0], 'a refused configuration names no problem').core;
    throw new ConfigRefusal(
      `Failed to parse '${path}' :${core?.message ?? 'invalid configuration'}`,
      core?.log,
    );
  }
  return {
    settings: toSettings(config, quorumSet, cwd, random),
    refusedByCreate: refused.find((problem) => problem.core?.stage === 'create'),
    refusedByRun: refused.find((problem) => problem.core?.stage === 'run'),
  };
}

function readFile(files: Files, path: string, cwd: string): string {
  try {
    return readText(files, resolvePath(path, cwd));
  } catch (error) {
    if ((error as FileError).code !== 'ENOENT') throw error;
    throw new ConfigRefusal(`No config file ${path} found`);
  }
}
