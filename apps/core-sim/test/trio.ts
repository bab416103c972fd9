import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reservePorts } from '@ssc/host';
import { staged } from '../../../tools/staged.ts';
import { createTestKey } from './test-key.ts';

/** What a program printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The bundle under test, made from the sources as they are, and a folder for nodes. */
export interface Installed {
  readonly folder: string;
  readonly program: string;
  /** The older release. */
  readonly olderProgram: string;
  remove(): void;
}

export async function install(): Promise<Installed> {
  const bundle = await staged('core-sim');
  const folder = mkdtempSync(join(tmpdir(), 'core-sim-'));
  return {
    folder,
    program: join(bundle, 'bin/core-sim.js'),
    olderProgram: join(bundle, 'bin/core-sim-old.js'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A running node with the folder it lives in. */
export interface Node {
  readonly name: string;
  readonly folder: string;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly config: string;
}

/** Configurations of nodes that all trust each other, on this machine, closing a ledger each second. */
export async function layOut(root: string, names: readonly string[]): Promise<Node[]> {
  // Held for as long as this process lives: other test files take ports at the same time.
  const { ports } = await reservePorts({ count: 2 * names.length, start: Math.random() });
  return names.map((name, i) => {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    const [httpPort = 0, peerPort = 0] = ports.slice(2 * i);
    const quote = (items: readonly string[]): string =>
      items.map((item) => JSON.stringify(item)).join(', ');
    const keys = names.map((other) =>
      other === name ? `$${name}` : `${createTestKey(other).publicKey} ${other}`,
    );
    const archive = (from: string): string =>
      [
        `get = "cp ${from}/history/{0} {1}"`,
        `put = "cp {0} ${from}/history/{1}"`,
        `mkdir = "mkdir -p ${from}/history/{0}"`,
      ].join('\n');
    writeFileSync(
      join(folder, 'core.cfg'),
      [
        'NETWORK_PASSPHRASE = "three processes"',
        `NODE_SEED = "${createTestKey(name).seed} ${name}"`,
        'NODE_IS_VALIDATOR = true',
        `HTTP_PORT = ${httpPort}`,
        `PEER_PORT = ${peerPort}`,
        `DATABASE = "sqlite3://${folder}/stellar.db"`,
        `BUCKET_DIR_PATH = "${folder}/buckets"`,
        'LOG_FILE_PATH = ""',
        'NTP_DRIFT_CHECK_SERVER = ""',
        'ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING = true',
        'FAILURE_SAFETY = 0',
        'UNSAFE_QUORUM = true',
        `PREFERRED_PEERS = [${quote(names.flatMap((_, j) => (j === i ? [] : `127.0.0.1:${ports[2 * j + 1]}`)))}]`,
        '[QUORUM_SET]',
        'THRESHOLD_PERCENT = 66',
        `VALIDATORS = [${quote(keys)}]`,
        '[HISTORY.local]',
        archive(folder),
        '',
      ].join('\n'),
    );
    return { name, folder, httpPort, peerPort, config: join(folder, 'core.cfg') };
  });
}

/** Runs the program to its end. */
export async function run(program: string, ...words: readonly string[]): Promise<Ended> {
  return start(program, ...words).ended;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said on stderr so far. */
  log(): string;
}

/** Starts the program as a child of this test. */
export function start(program: string, ...words: readonly string[]): Running {
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${join(process.execPath, '..')}:/usr/bin:/bin` },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    stderr += part.toString();
  });
  return {
    child,
    log: () => stderr,
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    }),
  };
}

/** Asks a node's admin port. */
export const ask = (node: Node, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request({ port: node.httpPort, host: '127.0.0.1', path }, (reply) => {
      let text = '';
      reply.on('data', (part: Buffer) => {
        text += part.toString();
      });
      reply.on('end', () => resolve(text));
    });
    asked.on('error', reject);
    asked.end();
  });

/** The part of `/info` that the tests read. */
export interface Info {
  readonly state: string;
  readonly ledger: { readonly num: number; readonly hash: string; readonly version: number };
}

/** `/info`, or undefined while the node does not answer or is booting. */
export async function info(node: Node): Promise<Info | undefined> {
  const text = await ask(node, '/info').catch(() => '{}');
  return (JSON.parse(text) as { readonly info?: Info }).info;
}

/** Looks until there is something to see; the test's own time limit ends it. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
