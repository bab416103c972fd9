import { Archive } from '../history/archive.ts';
import { renderEmptyState, statePath, wellKnownPath } from '../history/archive-state.ts';
import { openDatabase } from './database.ts';
import { checkCreate, type Invocation, openLog, openStore } from './invocation.ts';

/** Makes empty archives of the named ones, which must not hold anything yet. */
export async function runNewHist(invocation: Invocation): Promise<number> {
  const { logger, line } = invocation;
  openLog(invocation);
  checkCreate(invocation);
  (await openDatabase(invocation))?.close();
  openStore(invocation).load();
  for (const label of line.positional) {
    const problem = await initialize(invocation, label);
    if (problem === undefined) continue;
    logger.log('History', 'ERROR', problem);
    return 1;
  }
  return 0;
}

/** Why the archive could not be made; undefined when it was. */
async function initialize(invocation: Invocation, label: string): Promise<string | undefined> {
  const { self, settings, logger, build } = invocation;
  const found = settings.archives.find((archive) => archive.name === label);
  if (found === undefined || found.put === undefined || found.get === undefined)
    return `Can't initialize unknown history archive '${label}'`;
  const archive = new Archive(found, self);
  logger.log('History', 'INFO', `Probing history archive '${label}' for existing state`);
  const folder = `${settings.bucketFolder}/tmp`;
  self.files.makeFolder(folder);
  const local = `${folder}/stellar-history.json`;
  if (await archive.get(wellKnownPath, local)) {
    self.files.remove(local);
    return `History archive '${label}' already initialized!`;
  }
  logger.log('History', 'INFO', `History archive '${label}' appears uninitialized`);
  logger.log('History', 'INFO', `Initializing history archive '${label}'`);
  self.files.write(local, renderEmptyState(build, settings.passphrase));
  for (const remote of [statePath(0), wellKnownPath])
    if (!(await archive.put(local, remote)))
      return `Failed to initialize history archive '${label}'`;
  self.files.remove(local);
  logger.log('History', 'INFO', `Initialized history archive '${label}'`);
  return undefined;
}
