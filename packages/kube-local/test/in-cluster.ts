import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import { bodyOf, type Program } from '@ssc/process';
import {
  createBasePrograms,
  createKubeLocal,
  type KubeLocal,
  type KubeLocalOptions,
} from '../src/index.ts';

export type Fields = Record<string, any>;

/** A cluster for a test, with a client of a few lines. */
export interface TestCluster {
  readonly kube: KubeLocal;
  readonly clock: VirtualClock;
  readonly lines: string[];
  call(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): Promise<{ status: number; body: any; text: string }>;
  get(path: string): Promise<any>;
  /** Looks at the object each second until the test holds. */
  until(path: string, test: (object: any) => boolean, seconds?: number): Promise<any>;
  events(): Promise<string[]>;
}

/** Runs a test in a cluster of its own. */
export async function inCluster<T>(
  test: (cluster: TestCluster) => Promise<T>,
  options: Partial<KubeLocalOptions> & { programs?: Record<string, Program>; seed?: string } = {},
): Promise<T> {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) });
  const lines: string[] = [];
  const kube = createKubeLocal({
    clock,
    random: createRandom(options.seed ?? 'test'),
    images: [
      {
        pattern: 'app:*',
        programs: { ...createBasePrograms(), ...options.programs },
        entrypoint: ['sleep'],
        cmd: ['infinity'],
      },
    ],
    log: (line) => lines.push(line),
    ...options,
  });
  const call: TestCluster['call'] = async (method, path, body, type = 'application/json') => {
    const response = await kube.handle({
      method,
      path,
      headers: { 'content-type': type },
      body:
        body === undefined
          ? new Uint8Array()
          : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    });
    const text = Buffer.from(await bodyOf(response)).toString('utf8');
    const isJson = response.headers['content-type']?.startsWith('application/json') === true;
    return { status: response.status, body: isJson ? JSON.parse(text) : text, text };
  };
  const cluster: TestCluster = {
    kube,
    clock,
    lines,
    call,
    get: async (path) => (await call('GET', path)).body,
    async until(path, holds, seconds = 600) {
      let last: unknown;
      for (let i = 0; i <= seconds; i++) {
        last = await cluster.get(path);
        if (holds(last)) return last;
        await clock.sleep(1000);
      }
      throw new Error(`not within ${seconds} s: ${path} is ${JSON.stringify(last, null, 1)}`);
    },
    events: async () =>
      (await cluster.get('/api/v1/namespaces/default/events')).items.map(
        (event: Fields) =>
          `${event['type']} ${event['reason']} ${event['involvedObject'].name}: ${event['message']}`,
      ),
  };
  return clock.run(() => test(cluster));
}

export const ns = '/api/v1/namespaces/default';
export const apps = '/apis/apps/v1/namespaces/default';
export const batch = '/apis/batch/v1/namespaces/default';

export const pod = (name: string, spec: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'app:1', ...spec['container'] }], ...spec['pod'] },
});

export const statefulSet = (
  name: string,
  replicas: number,
  more: Fields = {},
  container: Fields = {},
  podSpec: Fields = {},
): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name },
  spec: {
    serviceName: 'net',
    replicas,
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: { set: name } },
    template: {
      metadata: { labels: { set: name } },
      spec: { containers: [{ name: 'main', image: 'app:1', ...container }], ...podSpec },
    },
    ...more,
  },
});
