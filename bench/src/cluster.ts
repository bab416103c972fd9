import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, createSystemClock, waitUntil } from '@ssc/clock';
import { openTestCluster, type TestCluster } from '@ssc/e2e/cluster';
import { renderError, type SscError } from '@ssc/errors';
import {
  createBudget,
  createFormation,
  createKubeApi,
  type KubeObject,
  kinds,
  planNetwork,
} from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import {
  networkSelector,
  renderSelector,
  toAnchor,
  toFuse,
  toRunName,
  toRunObjects,
} from '@ssc/kube-specs';
import { MockAgent } from 'undici';
import { line } from './line.ts';

const sizes = [10, 100, 300];
const pairs = 5;
const nodesPerSet = 5;
const namespace = 'default';
const clock = createSystemClock();

/** What bringing a network up and removing it took. */
interface Round {
  readonly upMs: number;
  readonly downMs: number;
  readonly callsUp: number;
  readonly callsDown: number;
}

/** A network of so many nodes, on a real API server whose machines only say that they run them. */
export async function benchCluster(): Promise<string> {
  const cluster = await openTestCluster({ runsContainers: false, fakeMachines: 10 });
  if ('reason' in cluster)
    return `Networks on a real API server: not measured, since ${cluster.reason}\n`;
  try {
    const texts: string[] = [];
    for (const nodes of sizes) texts.push(await benchSize(cluster, nodes));
    return texts.join('\n');
  } finally {
    cluster.close();
  }
}

async function benchSize(cluster: TestCluster, nodes: number): Promise<string> {
  const rounds: { ssc: Round; kubectl: Round }[] = [];
  const contenders = {
    ssc: () => measureSsc(cluster, nodes),
    kubectl: () => measureKubectl(cluster, nodes),
  };
  await contenders.ssc(); // warms what both use: the server
  await contenders.kubectl();
  for (let pair = 0; pair < pairs; pair++) {
    // Each goes first as often as the other, as far as five allow.
    if (pair % 2 === 0) {
      const ssc = await contenders.ssc();
      rounds.push({ ssc, kubectl: await contenders.kubectl() });
    } else {
      const kubectl = await contenders.kubectl();
      rounds.push({ ssc: await contenders.ssc(), kubectl });
    }
  }
  const sets = nodes / nodesPerSet;
  return [
    `${nodes} nodes in ${sets} sets, brought up and deleted on a real API server (${cluster.origin}), ${pairs} pairs in turn`,
    line(
      'up: ssc',
      rounds.map(({ ssc }) => ssc.upMs),
      ' ms',
      rounds[0]?.ssc.callsUp,
    ),
    line(
      'up: kubectl apply, wait',
      rounds.map(({ kubectl }) => kubectl.upMs),
      ' ms',
      rounds[0]?.kubectl.callsUp,
    ),
    line(
      'up: ratio',
      rounds.map(({ ssc, kubectl }) => ssc.upMs / kubectl.upMs),
      '×',
    ),
    line(
      'delete: ssc',
      rounds.map(({ ssc }) => ssc.downMs),
      ' ms',
      rounds[0]?.ssc.callsDown,
    ),
    line(
      'delete: kubectl delete',
      rounds.map(({ kubectl }) => kubectl.downMs),
      ' ms',
      rounds[0]?.kubectl.callsDown,
    ),
    line(
      'delete: ratio',
      rounds.map(({ ssc, kubectl }) => ssc.downMs / kubectl.downMs),
      '×',
    ),
    line(
      'both: ratio',
      rounds.map(({ ssc, kubectl }) => (ssc.upMs + ssc.downMs) / (kubectl.upMs + kubectl.downMs)),
      '×',
    ),
    '',
  ].join('\n');
}

function requestOf(nodes: number, run: string) {
  const names = Array.from({ length: nodes / nodesPerSet }, (_, i) => `set${i}`);
  // All follow the first sets: a quorum set of 300 members would only measure its own text.
  const leaders = names.slice(0, 2);
  const set = {
    nodes: nodesPerSet,
    quorum: { of: leaders },
    peers: leaders,
    archivesFrom: leaders,
  };
  return {
    run,
    mission: 'Bench',
    namespace,
    sets: Object.fromEntries(names.map((name) => [name, set])),
    images: { core: 'stellar/stellar-core', history: 'nginx' },
    seed: '1',
  };
}

const open = (cluster: TestCluster) => {
  const random = createRandom(randomBytes(8).toString('hex'));
  const { access, close } = openCluster({ kubeconfig: cluster.kubeconfig });
  const kube = createKubeApi({ access, clock, random, budget: createBudget(clock) });
  return { kube, random, close };
};

/** Until none of a run's pods is left; both contenders are watched in the same way. */
async function untilGone(cluster: TestCluster, run: string): Promise<void> {
  const { kube, close } = open(cluster);
  const query = { kind: kinds.pod, namespace, labelSelector: renderSelector(networkSelector(run)) };
  const wait = { what: `the pods of ${run} gone`, within: '10m', every: '50ms' } as const;
  await waitUntil(clock, wait, async () => {
    const left = (await kube.list(query)).items.length;
    return left === 0 ? { done: true, value: left } : { done: false, saw: `${left} pods` };
  });
  await close();
}

async function measureSsc(cluster: TestCluster, nodes: number): Promise<Round> {
  const { kube, random, close } = open(cluster);
  const run = toRunName(randomBytes(3));
  const formation = createFormation({
    ...requestOf(nodes, run),
    kube,
    dispatcher: answeringNodes(kube.proxyUrl(namespace, '', 0)),
    clock,
    random,
    who: 'bench',
    version: '0.0.0',
    signal: new AbortController().signal,
    note: () => {},
  });
  const before = performance.now();
  try {
    await formation.bringUp();
  } catch (error) {
    throw new Error(renderError(error as SscError));
  }
  const up = performance.now();
  const callsUp = sum(kube.calls);
  await formation.remove();
  const callsDown = sum(kube.calls) - callsUp;
  await untilGone(cluster, run);
  const downMs = performance.now() - up;
  await close();
  return { upMs: up - before, downMs, callsUp, callsDown };
}

const sum = (calls: Readonly<Record<string, number>>): number =>
  Object.values(calls).reduce((total, count) => total + count, 0);

/** Nothing runs on these machines: what nodes answer is made up here, and costs both contenders nothing. */
function answeringNodes(url: string): MockAgent {
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent
    .get(new URL(url).origin)
    .intercept({ path: (path) => path.endsWith('/info?compact=false') || path.includes('/info') })
    .reply(200, JSON.stringify({ info }), { headers: { 'content-type': 'application/json' } })
    .persist();
  return agent;
}

const info = {
  build: 'v27.1.0',
  protocol_version: 27,
  state: 'Synced!',
  startedOn: '2026-01-01T00:00:00Z',
  network: 'bench',
  ledger: {
    num: 5,
    hash: '0'.repeat(64),
    closeTime: 1_795_352_532,
    version: 27,
    baseFee: 100,
    baseReserve: 100_000_000,
    maxTxSetSize: 100,
    maxSorobanTxSetSize: 100,
    age: 0,
  },
  peers: { authenticated_count: 0, pending_count: 0 },
};

/** What a user would do with the same manifests; their owners are left out, since nobody gives them their uids. */
async function measureKubectl(cluster: TestCluster, nodes: number): Promise<Round> {
  const run = toRunName(randomBytes(3));
  const request = requestOf(nodes, run);
  const content = {
    mission: 'Bench',
    who: '',
    startedAt: '',
    version: '',
    holder: '',
    journal: '',
    asked: '',
    plan: '',
  };
  const objects: KubeObject[] = [
    toFuse({ run, mission: 'Bench', namespace, burnSeconds: 900 }),
    toAnchor({ run, namespace, content }, 'uid'),
    ...toRunObjects(planNetwork(request).plan, 'uid').all,
  ];
  const items = objects.map(
    ({ metadata: { ownerReferences: _, ...metadata } = {}, ...object }) => ({
      ...object,
      metadata,
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'ssc-bench-'));
  const file = join(folder, 'network.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const selector = renderSelector(networkSelector(run));
  try {
    const before = performance.now();
    // By the server: the other way keeps a copy in an annotation, which is too small for these ConfigMaps.
    const applied = kubectl(cluster, 'apply', '--server-side', '-f', file);
    const ready = `jsonpath={.status.readyReplicas}=${nodesPerSet}`;
    const waited = kubectl(
      cluster,
      'wait',
      'statefulset',
      '-l',
      selector,
      '--for',
      ready,
      '--timeout',
      '300s',
    );
    const up = performance.now();
    const deleted = kubectl(cluster, 'delete', '-f', file);
    await untilGone(cluster, run);
    const downMs = performance.now() - up;
    return { upMs: up - before, downMs, callsUp: applied + waited, callsDown: deleted };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs kubectl; gives the number of its requests, which it tells at this level. */
function kubectl(cluster: TestCluster, ...args: readonly string[]): number {
  const { status, stderr, error } = spawnSync(
    cluster.kubectl,
    ['--kubeconfig', cluster.kubeconfig, '-n', namespace, '-v', '6', ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0)
    throw new Error(`kubectl ${args[0]} ended with ${status}: ${stderr.slice(-2000)}`, {
      cause: error,
    });
  return (
    stderr.match(/\b(GET|POST|PATCH|DELETE|PUT)\b.{0,3}\s*(url=)?"?https?:|verb="/gu)?.length ?? 0
  );
}
