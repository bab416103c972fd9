import { runCommand } from '../http/admin.ts';
import { readCommand } from '../http/request.ts';
import type { CoreNode } from '../node.ts';
import type { PostgresSession } from '../store/postgres.ts';
import { openDatabase } from './database.ts';
import { checkCreate, createNode, type Invocation, openLog } from './invocation.ts';
import { listenHttp } from './listen-http.ts';
import { acquireLock } from './lock.ts';
import { endByRefusedPort, takenPeerPort } from './refused-port.ts';

/** A real node answers its admin port so long after its start, and is booting for a while more, never twice the same. */
const listenAfterMs = 100;
const bootMs = { least: 50, spread: 60 } as const;
/** How long an orderly stop takes. */
const stopMs = 30;

/** The node, until a signal ends it. */
export async function runNode(invocation: Invocation): Promise<number> {
  const { self, logger, build } = invocation;
  const { log } = logger;
  openLog(invocation);
  let ask: (signal: string) => void = () => {};
  const stopped = new Promise<string>((resolve) => {
    ask = resolve;
  });
  self.onSignal(ask);
  log('default', 'INFO', `Starting stellar-core ${build}`);
  checkCreate(invocation);
  await self.clock.sleep(listenAfterMs);
  const release = acquireLock(invocation);
  let node: CoreNode | undefined;
  let database: PostgresSession | undefined;
  const listener = listenHttp(invocation, () => node);
  try {
    // What the folders hold may be another process's, which has the port then: it is read once that is sure not to be so.
    await listener?.opened;
    if (isRefused(invocation)) return 1;
    database = await openDatabase(invocation);
    const crashed = new Promise<never>((_, reject) => {
      database?.onLost((reason) => reject(new Error(`lost the database: ${reason}`)));
      boot(invocation, reject, (booted) => {
        node = booted;
      });
    });
    const signal = await Promise.race([stopped, crashed]);
    log('default', 'INFO', `got signal ${signal === 'SIGINT' ? 2 : 15}, shutting down`);
    node?.stop();
    await self.clock.sleep(stopMs);
    log('default', 'INFO', 'Application destructing');
    log('default', 'INFO', 'Application destroyed');
    return 0;
  } catch (error) {
    const taken = takenPeerPort(error);
    if (taken === undefined) throw error;
    const { text, code } = endByRefusedPort(taken, self.clock.now());
    self.stderr(text);
    return code;
  } finally {
    listener?.close();
    database?.close();
    release();
  }
}

/** Tells what core refuses only when it is to run; false when there is nothing. */
function isRefused({ logger, refusedByRun }: Invocation): boolean {
  const core = refusedByRun?.core;
  if (core === undefined) return false;
  for (const { partition, level, text } of core.log)
    logger.log(partition ?? 'default', level, text);
  return true;
}

/** Makes the node and starts it, which takes a while; gives it to `booted` then. */
function boot(
  invocation: Invocation,
  crash: (error: unknown) => void,
  booted: (node: CoreNode) => void,
): void {
  const { clock, random } = invocation.self;
  const node = createNode(invocation, crash);
  void clock.sleep(bootMs.least + random.int(bootMs.spread)).then(() => {
    try {
      startNode(invocation, node);
      booted(node);
    } catch (error) {
      crash(error);
    }
  });
}

function startNode({ settings, logger, line }: Invocation, node: CoreNode): void {
  const { log } = logger;
  const { header, hash } = node.ledger;
  log(
    'Ledger',
    'INFO',
    `Loaded LCL header from database: [seq=${header.ledgerSeq}, hash=${hash.slice(0, 6)}]`,
  );
  const force = settings.isValidator && !line.options.has('wait-for-consensus');
  if (force)
    for (const text of ['* ', '* Force-starting scp from the current db state.', '* '])
      log('default', 'INFO', text);
  node.start(force);
  for (const text of settings.commands) {
    const command = readCommand(`/${text}`);
    const reply = command && runCommand(node, command);
    log('default', 'INFO', `${text} -> ${reply ?? 'unknown command'}`);
  }
}
