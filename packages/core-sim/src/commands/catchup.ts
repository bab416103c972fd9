import { readText, resolvePath } from '@ssc/process';
import type { CatchupTarget } from '../catchup/catchup-job.ts';
import { catchUp } from '../catchup/catchup-work.ts';
import { checkpointOf } from '../history/checkpoint.ts';
import { describeInfo } from '../http/info.ts';
import { renderStyled } from '../http/styled-json.ts';
import type { CoreNode } from '../node.ts';
import { renderUsage } from './command-line.ts';
import { openDatabase } from './database.ts';
import { CommandFailure, checkCreate, createNode, type Invocation, openLog } from './invocation.ts';
import { listenHttp } from './listen-http.ts';
import { acquireLock } from './lock.ts';

/** Exit codes of the command. */
const exitCodes = { done: 0, refused: 1, notNewer: 2, failed: 3 } as const;

/** Brings the database to a ledger by what archives hold, without a network. */
export async function runCatchup(invocation: Invocation): Promise<number> {
  const { self, settings, line } = invocation;
  const wanted = parseDestination(line.positional[0] ?? '');
  if (namesUnknownArchive(invocation)) {
    self.stderr(`Catchup error: bad archive name\n\n${renderUsage(line.command)}`);
    return exitCodes.refused;
  }
  openLog(invocation);
  checkCreate(invocation);
  (await openDatabase(invocation))?.close();
  const release = acquireLock(invocation);
  let crash: (error: unknown) => void = () => {};
  const crashed = new Promise<never>((_, reject) => {
    crash = reject;
  });
  const node = createNode(invocation, crash, {
    ...settings,
    runStandalone: true,
    manualClose: true,
  });
  const listener = listenHttp(invocation, () => node);
  try {
    return await bring(invocation, node, wanted, crashed);
  } finally {
    listener?.close();
    release();
  }
}

function namesUnknownArchive({ line, settings }: Invocation): boolean {
  const archive = line.options.get('archive');
  if (archive === undefined || archive === 'any') return false;
  return !settings.archives.some(({ name }) => name === archive);
}

/** Brings the node to the ledger, and tells of it; gives the exit code. */
async function bring(
  invocation: Invocation,
  node: CoreNode,
  wanted: Pick<CatchupTarget, 'to' | 'count'>,
  crashed: Promise<never>,
): Promise<number> {
  const target = targetOf(invocation, wanted);
  node.startOffline();
  const { ledgerSeq } = node.ledger.header;
  if (target.to !== undefined && target.to <= ledgerSeq) {
    banner(
      invocation,
      `Target ledger ${target.to} is not newer than last closed ledger ${ledgerSeq} - nothing to do`,
      `If you really want to catchup to ${target.to} run stellar-core new-db`,
    );
    return exitCodes.notNewer;
  }
  const host = {
    ...node.herder.closing.catchupHost(),
    tell: (status: string) => node.tellCatchup(status),
  };
  const outcome = await Promise.race([catchUp(host, target), crashed]);
  banner(invocation, outcome === 'done' ? 'Catchup finished.' : 'Catchup failed.');
  tellInfo(invocation, renderStyled(describeInfo(node, false)));
  invocation.logger.log('default', 'INFO', 'Application destroyed');
  return outcome === 'done' ? exitCodes.done : exitCodes.failed;
}

function targetOf(
  invocation: Invocation,
  wanted: Pick<CatchupTarget, 'to' | 'count'>,
): CatchupTarget {
  const { options } = invocation.line;
  const archive = options.get('archive');
  return {
    ...wanted,
    ...(archive !== 'any' && { archive }),
    trustedHash: trustedHashOf(invocation, wanted.to),
    verifiesResults: options.has('extra-verification'),
  };
}

/** `100/max`, `current/0`: the last ledger and how many of the last ones are replayed. */
function parseDestination(text: string): Pick<CatchupTarget, 'to' | 'count'> {
  const [to, count] = text.split('/');
  return {
    to: to === 'current' ? undefined : Number(to),
    count: count === 'max' ? Number.POSITIVE_INFINITY : Number(count),
  };
}

/** The hash that the command line vouches for. */
function trustedHashOf(
  { self, settings, line, logger }: Invocation,
  to: number | undefined,
): string | undefined {
  const file = line.options.get('trusted-checkpoint-hashes');
  if (file !== undefined) {
    if (to === undefined || to !== checkpointOf(to, settings.checkpointFrequency))
      throw new CommandFailure(
        'destination ledger is not a checkpoint boundary, but trusted checkpoints file was provided',
      );
    const list = JSON.parse(readText(self.files, resolvePath(file, self.cwd))) as [
      number,
      string,
    ][];
    const hash = list.find(([seq]) => seq === to)?.[1];
    if (hash === undefined)
      throw new CommandFailure('destination ledger not found in trusted checkpoints file');
    return hash;
  }
  const hash = line.options.get('trusted-hash');
  if (hash === undefined && !line.options.has('force-untrusted-catchup'))
    logger.log(
      'History',
      'WARNING',
      'Unsafe command: use --trusted-checkpoint-hashes or --trusted-hash to ensure catchup integrity. If you want to run untrusted catchup, use --force-untrusted-catchup.',
    );
  return hash;
}

function banner({ logger }: Invocation, ...lines: string[]): void {
  for (const text of ['*', ...lines.map((line) => `* ${line}`), '*'])
    logger.log('default', 'INFO', text);
}

function tellInfo(invocation: Invocation, info: string): void {
  const { self, line } = invocation;
  const file = line.options.get('output-file');
  if (file === undefined) {
    banner(invocation, 'Catchup info:');
    self.stdout(info);
  } else {
    self.files.write(resolvePath(file, self.cwd), info);
    banner(invocation, `Wrote catchup info to ${file}`);
  }
}
