import type { ConfigProblem } from '@ssc/core-cfg';
import type { ProcessContext } from '@ssc/process';
import { resolvePath } from '@ssc/process';
import { ConfigRefusal } from '../config/config-refusal.ts';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Defects } from '../defects.ts';
import { renderKey } from '../keys.ts';
import { createGenesis } from '../ledger/genesis.ts';
import type { LedgerState } from '../ledger/ledger.ts';
import type { Logger } from '../log.ts';
import { CoreNode } from '../node.ts';
import { FileStore } from '../store/file-store.ts';
import { createMemoryStore, type Store } from '../store/store.ts';
import type { CommandLine } from './command-line.ts';

/** A command that ends with exit code 1 and a message. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** One call of the program, with its configuration read. */
export interface Invocation {
  readonly self: ProcessContext;
  readonly logger: Logger;
  readonly line: CommandLine;
  readonly settings: NodeSettings;
  readonly refusedByCreate: ConfigProblem | undefined;
  readonly refusedByRun: ConfigProblem | undefined;
  /** What the node calls itself. */
  readonly build: string;
  readonly release: string;
  /** The highest protocol that the node knows. */
  readonly protocol: number;
  readonly version: string;
  readonly defects: Defects;
}

/** Sends the log where the configuration says, with the node's name in its lines. */
export function openLog({ self, settings, logger, line }: Invocation): void {
  const pattern = settings.logFilePath;
  const time = new Date(self.clock.now()).toISOString();
  const name = pattern.replaceAll(/\{\{|\}\}|\{datetime[^}]*\}/g, (part) =>
    part.startsWith('{d')
      ? time.slice(0, 19).replace('T', '_').replaceAll(':', '-')
      : part.slice(1),
  );
  logger.configure({
    node: renderKey(settings.key.id).slice(0, 5),
    file: pattern === '' ? undefined : resolvePath(name, self.cwd),
    console: line.options.has('console'),
  });
}

/** Refuses what core refuses when it opens its database. */
export function checkCreate({ refusedByCreate }: Invocation): void {
  const core = refusedByCreate?.core;
  if (core !== undefined) throw new ConfigRefusal(core.message, core.log);
}

export const genesisOf = (settings: NodeSettings): LedgerState =>
  createGenesis(settings.networkId, settings.genesisTestAccounts);

/** Where this node keeps its state. */
export function openStore({ self, settings, version }: Invocation): Store {
  const { databasePath: database } = settings;
  return database === undefined
    ? createMemoryStore(() => genesisOf(settings))
    : new FileStore({ files: self.files, settings, database, version });
}

/** The node of a command, with its ledger loaded; `crash` gets what must never happen. */
export function createNode(
  invocation: Invocation,
  crash: (error: unknown) => void,
  settings: NodeSettings = invocation.settings,
): CoreNode {
  const { self, logger, build, protocol, defects } = invocation;
  const store = openStore(invocation);
  return new CoreNode({
    self,
    settings,
    logger,
    store,
    build,
    supportedProtocol: protocol,
    defects,
    crash,
  });
}
