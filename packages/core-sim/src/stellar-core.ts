import type { ProcessContext, Program } from '@ssc/process';
import { runCatchup } from './commands/catchup.ts';
import {
  type CommandLine,
  parseCommandLine,
  renderCommands,
  renderUsage,
  unsupportedCommands,
} from './commands/command-line.ts';
import { runHttpCommand } from './commands/http-command.ts';
import { CommandFailure, type Invocation } from './commands/invocation.ts';
import { runNewDb } from './commands/new-db.ts';
import { runNewHist } from './commands/new-hist.ts';
import { runOfflineInfo } from './commands/offline-info.ts';
import { runNode } from './commands/run.ts';
import { ConfigRefusal } from './config/config-refusal.ts';
import { readSettings } from './config/read-settings.ts';
import { type Defects, skewed } from './defects.ts';
import { createLogger, type Logger, parseLevel } from './log.ts';
import { DatabaseError } from './store/database-error.ts';

/** The version of this package, as builds, logs and replies tell it. */
export const coreSimVersion = '0.0.0';

/** A release before the default one, which does not know its protocol: for networks of two versions. */
export const olderRelease = { release: 'v26.0.0', protocol: 26 } as const;

/** Which stellar-core is simulated. */
export interface StellarCoreOptions {
  /** The release whose behaviour is shown. @default "v27.1.0" */
  readonly release?: string;
  /** The highest ledger protocol that the node knows. @default 27 */
  readonly protocol?: number;
  /** What is wrong with the nodes of these host names; nothing by default. */
  readonly defects?: (host: string) => Defects | undefined;
}

/**
 * Makes the program `stellar-core` as a simulated node runs it: the same command line, configuration file, output and exit
 * codes. It sees nothing but its context, so any number of them can run side by side.
 */
export function createStellarCore(options: StellarCoreOptions = {}): Program {
  const release = options.release ?? 'v27.1.0';
  const protocol = options.protocol ?? 27;
  const build = `core-sim ${coreSimVersion} (simulates ${release})`;
  return async (healthy) => {
    const defects = options.defects?.(healthy.env['HOSTNAME'] ?? healthy.net.address) ?? {};
    const self = skewed(healthy, defects.skewMs);
    const words = self.argv.slice(1);
    const parsed = parseCommandLine(words);
    if (parsed === undefined) return refuseCommand(self, words, build);
    if ('message' in parsed) {
      self.stderr(
        `${parsed.message}\n\n${parsed.command === undefined ? '' : renderUsage(parsed.command)}`,
      );
      return 1;
    }
    if (parsed.isHelp) {
      self.stdout(renderUsage(parsed.command));
      return 0;
    }
    switch (parsed.command.name) {
      case 'help':
        self.stdout(renderCommands(build));
        return 0;
      case 'version':
        self.stdout(`${build}\nledger protocol version: ${protocol}\n`);
        return 0;
      default:
        return runConfigured(self, parsed, { build, release, protocol, defects });
    }
  };
}

function refuseCommand(self: ProcessContext, words: readonly string[], build: string): number {
  const name = words.find((word) => unsupportedCommands.includes(word));
  if (name === undefined) self.stdout(renderCommands(build));
  else self.stderr(`core-sim does not simulate the command ${name}\n`);
  return 1;
}

async function runConfigured(
  self: ProcessContext,
  line: CommandLine,
  what: Pick<Invocation, 'build' | 'release' | 'protocol' | 'defects'>,
): Promise<number> {
  const { build } = what;
  const logger = createLogger(
    self,
    `This is ${build}, a simulated stellar-core: what follows is no statement about a real one`,
  );
  try {
    const file = line.options.get('conf') ?? 'stellar-core.cfg';
    logger.log('default', 'INFO', `Config from ${file}`);
    const level = line.options.get('ll');
    if (level !== undefined) logger.setLevel(parseLevel(level));
    const read = readSettings(self.files, file, self.cwd, self.random);
    for (const [noteLevel, text] of read.settings.notes) logger.log('default', noteLevel, text);
    const invocation: Invocation = {
      self,
      logger,
      line,
      ...what,
      ...read,
      version: coreSimVersion,
    };
    return await commandOf(line.command.name)(invocation);
  } catch (error) {
    return tellFailure(logger, error);
  } finally {
    logger.flush();
  }
}

function commandOf(name: string): (invocation: Invocation) => Promise<number> {
  switch (name) {
    case 'catchup':
      return runCatchup;
    case 'http-command':
      return runHttpCommand;
    case 'new-db':
      return runNewDb;
    case 'new-hist':
      return runNewHist;
    case 'offline-info':
      return runOfflineInfo;
    default:
      return runNode;
  }
}

/** Ends as core does on what it throws: a FATAL line with the message, exit code 1. */
function tellFailure({ log }: Logger, error: unknown): number {
  if (
    !(error instanceof ConfigRefusal) &&
    !(error instanceof DatabaseError) &&
    !(error instanceof CommandFailure)
  )
    throw error;
  if (error instanceof ConfigRefusal)
    for (const { partition, level, text } of error.log) log(partition ?? 'default', level, text);
  log('default', 'FATAL', `Got an exception: ${error.message}`);
  log(
    'default',
    'FATAL',
    'Please report this bug along with this log file if this was not expected',
  );
  return 1;
}
