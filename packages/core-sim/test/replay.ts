import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { renderConfig } from './configs.ts';
import { createTestNetwork, type Info, type TestNetwork } from './network.ts';

/** One line of a recording over time; `t` is seconds since the first start. */
export type Line = Event | Answer;

export interface Event {
  readonly t: number;
  readonly event: string;
  readonly node?: string;
  readonly request?: string;
  readonly envelope?: string;
  readonly body?: unknown;
}

export interface Answer {
  readonly t: number;
  readonly node: string;
  readonly path: string;
  readonly body?: { readonly info?: Info };
  readonly error?: string;
}

export function readRecording(name: string): Line[] {
  const file = new URL(`./fixtures/v27.1.0/${name}.jsonl.gz`, import.meta.url);
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** What was seen of a node at a moment. */
export interface Seen {
  readonly t: number;
  /** The state, or `gone` for a node that does not answer. */
  readonly state: string;
  readonly ledger: number;
  readonly hash: string;
  readonly version: number;
  readonly peers: number;
  readonly status: readonly string[];
}

export const seenOf = (t: number, info: Info | undefined): Seen =>
  info === undefined
    ? { t, state: 'gone', ledger: 0, hash: '', version: 0, peers: 0, status: [] }
    : {
        t,
        state: info.state,
        ledger: info.ledger.num,
        hash: info.ledger.hash,
        version: info.ledger.version,
        peers: info.peers.authenticated_count,
        status: info.status ?? [],
      };

export const recordedNodes = ['node-0', 'node-1', 'node-2'];

/** What the recording saw of each node, once a second. */
export function seenInRecording(lines: readonly Line[]): Map<string, Seen[]> {
  const seen = new Map<string, Seen[]>(recordedNodes.map((node) => [node, []]));
  for (const line of lines)
    if ('path' in line && line.path === 'info')
      seen.get(line.node)?.push(seenOf(line.t, line.body?.info));
  return seen;
}

/** The moment of the recordings' first start. */
export const recordedStart = Date.UTC(2026, 10, 22, 13, 20, 57);

/** Does to simulated nodes what was done to the real ones, at the same moments, and looks when it was looked. */
export async function replay(
  lines: readonly Line[],
  options: {
    readonly startMs: number;
    readonly seed?: string;
    readonly extra?: readonly string[];
    /** How long a message takes. */
    readonly latencyMs?: number;
    /** The tables of archives of a node. */
    readonly history?: (name: string) => string;
  },
): Promise<{ readonly seen: Map<string, Seen[]>; readonly network: TestNetwork }> {
  const config = (name: string): string =>
    renderConfig(name, recordedNodes, {
      seedName: name.replace('node', 'timeline'),
      extra: ['CATCHUP_COMPLETE = true', ...(options.extra ?? [])],
      ...(options.history && { history: options.history(name) }),
    });
  const network = createTestNetwork(
    Object.fromEntries(recordedNodes.map((name) => [name, config(name)])),
    options,
  );
  const seen = new Map<string, Seen[]>(recordedNodes.map((node) => [node, []]));
  const { clock } = network;
  const act = async (line: Event): Promise<void> => {
    const node = line.node ?? '';
    if (line.event === 'start') network.start(node);
    else if (line.event === 'kill -9') network.machine(node).running?.kill();
    else if (line.event === 'SIGINT') network.machine(node).running?.signal('SIGINT');
    else if (line.event === 'upgrades set') await network.ask(node, line.request ?? '');
    else if (line.event === 'tx')
      await network.ask('node-0', `/tx?blob=${encodeURIComponent(line.envelope ?? '')}`);
  };
  await clock.run(async () => {
    for (const name of recordedNodes) {
      await network.command(name, 'new-db');
      await network.command(name, 'new-hist', options.history === undefined ? 'local' : name);
    }
    const start = clock.now();
    for (const line of lines) {
      const wait = start + line.t * 1000 - clock.now();
      if (wait > 0) await clock.sleep(wait);
      if ('event' in line) await act(line);
      else if (line.path === 'info') {
        const text = await network.ask(line.node, '/info');
        const info = text === undefined ? undefined : (JSON.parse(text) as { info?: Info }).info;
        seen.get(line.node)?.push(seenOf(line.t, info));
      }
    }
  });
  return { seen, network };
}
