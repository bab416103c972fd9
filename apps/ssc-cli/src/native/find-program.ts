import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { usageError } from '@ssc/errors';

/** Whether this user can run the file. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folders in which programs are looked for. */
export const pathFolders = (path = process.env['PATH'] ?? ''): string[] =>
  path.split(':').filter((folder) => folder !== '');

/** What stellar-core starts to read and write archives: the commands of its configuration, and gzip by itself. */
const toolsOfCore = ['cp', 'curl', 'gzip', 'mkdir'];

/**
 * Refuses a machine on which stellar-core could not read or publish archives (SSC_TOOL_MISSING, usage): it would try for ever,
 * and look as if the network were at fault.
 */
export function refuseMissingTools(path?: string): void {
  const folders = pathFolders(path);
  const missing = toolsOfCore.filter(
    (tool) => !folders.some((folder) => isExecutable(join(folder, tool))),
  );
  if (missing.length === 0) return;
  throw usageError(
    'SSC_TOOL_MISSING',
    `stellar-core reads and publishes archives by ${missing.join(', ')}, which PATH does not have; nothing was started`,
    { facts: [['PATH', folders.join(':')]], hint: 'Install it, or put its folder into PATH.' },
  );
}
