import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRandom, createSystemClock } from '@ssc/clock';
import { createCoreClient } from '@ssc/core-http';
import { openTestCluster, type TestCluster } from '@ssc/e2e/cluster';
import {
  type Access,
  type AccessMode,
  createAccess,
  createBudget,
  createKubeApi,
  createPodConnect,
} from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import {
  corePorts,
  type NetworkPlan,
  podName,
  resourceProfiles,
  toDataId,
  toRunName,
  toRunObjects,
} from '@ssc/kube-specs';
import { Agent } from 'undici';
import { inClusterScript, peerScript } from './access-peers.ts';
import { line } from './line.ts';

const peers = 600;
// Each answers for a hundred nodes: what is measured is the way to them.
const pods = 6;
const rounds = 5;
const namespace = `ssc-bench-${randomBytes(3).toString('hex')}`;
const gateway = { namespace, name: 'shared' };
const clock = createSystemClock();
const random = createRandom(randomBytes(8).toString('hex'));

/** 600 nodes asked for their state by each way in, on a real API server with a machine that runs pods. */
export async function benchAccess(): Promise<string> {
  const cluster = await openTestCluster({ runsContainers: true });
  if ('reason' in cluster) return `Ways in: not measured, since ${cluster.reason}\n`;
  const { entry, images } = cluster;
  if (entry === undefined || images === undefined)
    return 'Ways in: not measured, since the cluster has no ingress controller or no images\n';
  const { access, close } = openCluster({ kubeconfig: cluster.kubeconfig });
  const kube = createKubeApi({ access, clock, random, budget: createBudget(clock) });
  const direct = new Agent({ allowH2: false, connections: 64 });
  const connect = createPodConnect(access, clock);
  const run = toRunName(randomBytes(3));
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: objectsOf(run, images.core, entry.gatewayClass),
  });
  try {
    kubectl(cluster, ['create', 'namespace', namespace]);
    kubectl(cluster, ['apply', '-f', '-'], manifest);
    kubectl(cluster, [
      'wait',
      '--for=condition=Ready',
      'pod',
      '--all',
      '--timeout=300s',
      '-n',
      namespace,
    ]);
    const modes: readonly AccessMode[] = [
      { kind: 'proxy' },
      { kind: 'port-forward' },
      { kind: 'ingress', rewrite: 'nginx', host: 'ssc.test', entry },
      { kind: 'gateway', gateway, host: 'gateway.test', entry },
    ];
    const carriers = { dispatcher: access.dispatcher, connect, direct };
    const ways = modes.map((mode) => {
      const way = createAccess({ ...carriers, mode, kube, namespace });
      return { mode, took: [] as number[], poll: () => poll(run, way, mode) };
    });
    // Warms what all use, and waits until the controller has taken note.
    for (const way of ways) await warm(way.poll);
    for (let round = 0; round < rounds; round++)
      for (const { mode, took, poll: measured } of ways) {
        const { ms, failed } = await measured();
        if (failed.length > 0)
          throw new Error(`${failed.length} of ${peers} did not answer by ${mode.kind}`, {
            cause: failed[0],
          });
        took.push(ms);
      }
    const inside = pollInside(cluster, run);
    return render(
      [...ways.map(({ mode, took }) => [mode.kind, took] as const), ['in-cluster', inside]],
      cluster,
    );
  } finally {
    await Promise.all([close(), direct.destroy()]);
    kubectl(cluster, ['delete', 'namespace', namespace, '--wait=false']);
    cluster.close();
  }
}

/** Until all answer: a controller needs some seconds to take note of so many rules. */
async function warm(pollAll: () => ReturnType<typeof poll>): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { failed } = await pollAll();
    if (failed.length === 0) return;
    if (tries === 10) throw new Error(`${failed.length} nodes do not answer`, { cause: failed[0] });
    await clock.sleep(1000);
  }
}

/** Asks every node at once, each by a client of its own, as a mission does. */
async function poll(
  run: string,
  access: Access,
  { kind }: AccessMode,
): Promise<{ readonly ms: number; readonly failed: readonly unknown[] }> {
  // By the API server nodes are named by their pods, of which there are only so many.
  const isByPod = kind === 'proxy' || kind === 'port-forward';
  const clients = Array.from({ length: peers }, (_, i) => {
    const way = access.node({ run, set: 'core', ordinal: isByPod ? i % pods : i });
    return createCoreClient({ ...way, node: `core-${i}`, clock, random });
  });
  const before = performance.now();
  const answers = await Promise.allSettled(
    clients.map((client) => client.info({ readWithin: 0, answerWithin: '60s' })),
  );
  return {
    ms: performance.now() - before,
    failed: answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : [])),
  };
}

/** The same from a pod, by a client of a few lines. */
function pollInside(cluster: TestCluster, run: string): number[] {
  const pod = podName({ run, set: 'core', ordinal: 0 });
  const words = [
    'exec',
    '-n',
    namespace,
    pod,
    '--',
    '/usr/bin/node',
    '-e',
    inClusterScript(run, peers, rounds),
  ];
  return JSON.parse(kubectl(cluster, words)) as number[];
}

function render(
  ways: readonly (readonly [string, readonly number[]])[],
  cluster: TestCluster,
): string {
  const middle = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  const base = middle(ways[0]?.[1] ?? []);
  return [
    `${peers} nodes asked for /info at once (${cluster.origin}), ${rounds} rounds in turn; ${pods} pods answer for all, by names of their own where a way has one for each node`,
    ...ways.map(
      ([name, took]) => `${line(name, took, ' ms')}  ${(middle(took) / base).toFixed(2)}× of proxy`,
    ),
    '',
  ].join('\n');
}

function objectsOf(run: string, image: string, gatewayClassName: string): object[] {
  const listener = { name: 'http', port: 80, protocol: 'HTTP' };
  return [
    ...Array.from({ length: pods }, (_, i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: podName({ run, set: 'core', ordinal: i }),
        namespace,
        labels: { peer: String(i) },
      },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'peer', image, command: ['/usr/bin/node', '-e', peerScript] }],
      },
    })),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: gateway,
      spec: { gatewayClassName, listeners: [listener] },
    },
    ...accessObjects(run),
  ];
}

/** The Services, Ingresses and routes of such a network, but that each Service leads to one of the pods that there are. */
function accessObjects(run: string): object[] {
  const plan = (access: NonNullable<NetworkPlan['access']>): NetworkPlan => ({
    run,
    mission: 'Bench',
    namespace,
    access,
    history: { image: 'nginx', port: 8080 },
    sets: [
      {
        name: 'core',
        image: 'none',
        nodes: Array.from({ length: peers }, () => ({ config: '' })),
        running: true,
        dataId: toDataId({ run, set: 'core' }, 1),
        data: { kind: 'empty-dir', medium: 'disk' },
        preparation: { newDb: true, newHist: [] },
        waitForConsensus: false,
        resources: resourceProfiles.small,
        history: false,
      },
    ],
  });
  const ingress = toRunObjects(
    plan({ kind: 'ingress', rewrite: 'nginx', host: 'ssc.test' }),
    '',
  ).access;
  const routes = toRunObjects(plan({ kind: 'gateway', gateway, host: 'gateway.test' }), '').access;
  let service = 0;
  return [...ingress, ...routes.filter(({ kind }) => kind !== 'Service')].map((object) => {
    const { ownerReferences: _, ...metadata } = object.metadata ?? {};
    if (object.kind !== 'Service') return { ...object, metadata };
    const ports = [{ name: 'http', port: corePorts.http }];
    return { ...object, metadata, spec: { selector: { peer: String(service++ % pods) }, ports } };
  });
}

function kubectl(
  { kubectl: program, kubeconfig }: TestCluster,
  words: readonly string[],
  input = '',
): string {
  const { status, stdout, stderr } = spawnSync(program, ['--kubeconfig', kubeconfig, ...words], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) throw new Error(`kubectl ${words[0]} ended with ${status}: ${stderr}`);
  return stdout;
}
