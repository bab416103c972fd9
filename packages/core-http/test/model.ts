import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import { type CoreClient, createCoreClient } from '../src/index.ts';
import { FakeDispatcher, type FakeReply, type FakeRequest, refused } from './fake-network.ts';

/** What a test says of one node at one moment; what it leaves out is as on a healthy node of three. */
export interface ModelNode {
  readonly state?: string;
  readonly ledger?: number;
  readonly hash?: string;
  readonly network?: string;
  readonly version?: number;
  readonly maxTxSetSize?: number;
  readonly peers?: number;
  readonly status?: readonly string[];
  readonly startedOn?: string;
  /** False: nothing was voted on yet. */
  readonly quorum?:
    | false
    | { readonly ledger?: number; readonly disagree?: number; readonly phase?: string };
  readonly metrics?: Readonly<Record<string, number>>;
  readonly armed?: Readonly<Record<string, number | string>>;
  /** The body of `sorobaninfo`. */
  readonly soroban?: string;
  /** In place of all else. */
  readonly reply?: FakeReply;
}

/** Nodes that are as a function of the seconds says; undefined is a refused connection. */
export type Model = (seconds: number) => Readonly<Record<string, ModelNode | undefined>>;

/** Clients of all nodes of a model, on a virtual clock that begins at 0. */
export function modelNetwork(model: Model): {
  readonly clock: VirtualClock;
  readonly nodes: CoreClient[];
  readonly requests: FakeRequest[];
} {
  const clock = createVirtualClock({ start: 0 });
  const dispatcher = new FakeDispatcher((request) => {
    const name = new URL(request.origin).hostname;
    const node = model(clock.now() / 1000)[name];
    if (node === undefined) return refused();
    if ('reply' in node) return node.reply;
    return answer(node, request);
  });
  const nodes = Object.keys(model(0)).map((node) =>
    createCoreClient({
      dispatcher,
      baseUrl: `http://${node}:11626`,
      node,
      clock,
      random: createRandom('1'),
    }),
  );
  return { clock, nodes, requests: dispatcher.requests };
}

function answer(node: ModelNode, request: FakeRequest): string {
  if (request.command === 'info') return infoBody(node);
  if (request.command === 'metrics') return metricsBody(node.metrics ?? {});
  if (request.command === 'upgrades') return armedBody(node.armed ?? {});
  if (request.command === 'sorobaninfo' && node.soroban !== undefined) return node.soroban;
  if (request.command === 'generateload') {
    return request.query.get('mode') === 'stop'
      ? 'Stopped load generation'
      : JSON.stringify({
          status: { mode: request.query.get('mode'), tx_rate: '1 tx/s', txs_remaining: 1 },
        });
  }
  throw new Error(`the model does not know ${request.command}`);
}

export function infoBody(node: ModelNode): string {
  const ledger = node.ledger ?? 10;
  const quorum = node.quorum ?? {};
  return JSON.stringify({
    info: {
      build: 'v27.1.0',
      protocol_version: 27,
      state: node.state ?? 'Synced!',
      startedOn: node.startedOn ?? '2026-11-22T12:45:52Z',
      network: node.network ?? 'Standalone Network ; February 2017',
      ledger: {
        num: ledger,
        hash: node.hash ?? ledger.toString(16).padStart(64, 'a'),
        closeTime: 1795351571,
        version: node.version ?? 27,
        baseFee: 100,
        baseReserve: 100000000,
        maxTxSetSize: node.maxTxSetSize ?? 100,
        age: 1,
      },
      peers: { authenticated_count: node.peers ?? 2, pending_count: 0 },
      ...(node.status !== undefined && { status: node.status }),
      quorum: {
        node: 'self',
        qset:
          quorum === false
            ? { cost: 0, lag_ms: null }
            : {
                agree: 3,
                cost: 7124,
                delayed: 0,
                disagree: quorum.disagree ?? 0,
                fail_at: 2,
                hash: '97f17c',
                lag_ms: null,
                ledger: quorum.ledger ?? Math.max(0, ledger - 1),
                missing: 0,
                phase: quorum.phase ?? 'EXTERNALIZE',
                validated: true,
              },
      },
    },
  });
}

function metricsBody(counts: Readonly<Record<string, number>>): string {
  const rates = { mean_rate: 0, '1_min_rate': 0, '5_min_rate': 0, '15_min_rate': 0 };
  const metrics = Object.entries(counts).map(([name, count]) => [
    name,
    { type: 'meter', count, event_type: 'run', rate_unit: 's', ...rates },
  ]);
  return JSON.stringify({
    ts: '2026-11-22T12:45:52Z',
    uname: 'vm',
    metrics: Object.fromEntries(metrics),
  });
}

function armedBody(armed: Readonly<Record<string, number | string>>): string {
  const names = [
    'configupgradesetkey',
    'expirationminutes',
    'fee',
    'flags',
    'maxsorobantxsetsize',
    'maxtxsize',
    'nominationtimeoutlimit',
    'reserve',
    'version',
  ];
  return JSON.stringify({
    time: armed['time'] ?? 0,
    upgradeversion: 1,
    ...Object.fromEntries(
      names.map((name) => [
        name,
        armed[name] === undefined ? { nullopt: true } : { nullopt: false, data: armed[name] },
      ]),
    ),
  });
}
