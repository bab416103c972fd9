import { exitCodeOf, renderError, SscError } from '@ssc/errors';
import { createHost, type Host } from './host.ts';
import { parseCommand } from './parse-command.ts';
import { threadOfThis } from './thread.ts';

/** The program: gives the exit code. */
export async function main(argv: readonly string[], host: Host = createHost()): Promise<number> {
  try {
    // What `ssc up` runs as nodes where no binary is given.
    if (argv[0] === 'core-sim') return await (await import('./native/core-sim.ts')).coreSim(argv);
    // What a rehearsal of several missions runs in its threads.
    if (argv[0] === 'rehearsal-thread')
      return await (await import('./rehearsal-thread.ts')).serveRehearsals(threadOfThis(), host);
    return await parseCommand(argv)(host);
  } catch (error) {
    host.err(`${renderError(error)}\n`);
    return error instanceof SscError ? exitCodeOf(error.verdict) : exitCodeOf('broken');
  }
}
