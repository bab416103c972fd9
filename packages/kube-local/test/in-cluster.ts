import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import { bodyOf, type Programs } from '@ssc/process';
import {
  createBasePrograms,
  createKubeLocal,
  type KubeLocal,
  type KubeLocalOptions,
} from '../src/index.ts';

/** Answers of the API: tests read fields that may not be there. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of answers is what is tested
export type Fields = any;

/** A cluster for a test, with a client of a few lines. */
export interface TestCluster {
  readonly kube: KubeLocal;
  readonly clock: VirtualClock;
  /** The event log so far. */
  readonly lines: string[];
  call(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): Promise<{ status: number; body: Fields; headers: Readonly<Record<string, string>> }>;
  get(path: string): Promise<Fields>;
  post(path: string, body: unknown): Promise<Fields>;
  /** Looks each second until the test holds. */
  until(path: string, test: (object: Fields) => boolean, seconds?: number): Promise<Fields>;
  /** Type, reason, object, message and count of all events, in order of their first time. */
  events(about?: string): Promise<string[]>;
}

export interface TestOptions extends Partial<KubeLocalOptions> {
  readonly programs?: Programs;
  readonly seed?: string;
}

export const start = Date.UTC(2026, 0, 1);

/** Runs a test in a cluster of its own, with the image app:* of the base programs and those given. */
export async function inCluster<T>(
  test: (cluster: TestCluster) => Promise<T>,
  { programs = {}, seed = 'test', ...options }: TestOptions = {},
): Promise<T> {
  const clock = createVirtualClock({ start });
  const lines: string[] = [];
  const kube = createKubeLocal({
    clock,
    random: createRandom(seed),
    images: [
      {
        pattern: 'app:*',
        programs: { ...createBasePrograms(), ...programs },
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
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  const cluster: TestCluster = {
    kube,
    clock,
    lines,
    call,
    get: async (path) => (await call('GET', path)).body,
    async post(path, body) {
      const reply = await call('POST', path, body);
      if (reply.status !== 201) throw new Error(`${path}: ${reply.body.message}`);
      return reply.body;
    },
    async until(path, holds, seconds = 600) {
      let last: unknown;
      for (let i = 0; i <= seconds; i++) {
        last = await cluster.get(path);
        if (holds(last)) return last;
        await clock.sleep(1000);
      }
      throw new Error(`not within ${seconds} s: ${path} is ${JSON.stringify(last, null, 1)}`);
    },
    async events(about) {
      const list = await cluster.get(`${ns}/events`);
      return list.items
        .filter((event: Fields) => about === undefined || event.involvedObject.name === about)
        .sort((a: Fields, b: Fields) => serialOf(a) - serialOf(b))
        .map(
          (event: Fields) =>
            `${event.type} ${event.reason}${event.count > 1 ? ` x${event.count}` : ''}: ${event.message}`,
        );
    },
  };
  return clock.run(() => test(cluster));
}

const serialOf = (event: Fields): number =>
  Number(BigInt(`0x${event.metadata.name.split('.').at(-1)}`) % 10n ** 15n);

export const ns = '/api/v1/namespaces/default';
export const apps = '/apis/apps/v1/namespaces/default';
export const batch = '/apis/batch/v1/namespaces/default';

/** A pod of one container. */
export const pod = (name: string, container: object = {}, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'app:1', ...container }], ...spec },
});

/** A parallel StatefulSet behind the Service `net`. */
export const statefulSet = (
  name: string,
  replicas: number,
  container: object = {},
  podSpec: object = {},
  spec: object = {},
): object => ({
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
    ...spec,
  },
});

export const headless = (more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'net' },
  spec: { clusterIP: 'None', selector: { set: 'web' }, ...more },
});

export const configMap = (name: string, data: Record<string, string>): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const isRunning = (object: Fields): boolean => object.status?.phase === 'Running';
export const isReady = (object: Fields): boolean =>
  (object.status?.conditions ?? []).some(
    (condition: Fields) => condition.type === 'Ready' && condition.status === 'True',
  );
export const isGone = (object: Fields): boolean => object.code === 404;
