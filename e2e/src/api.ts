import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, createSystemClock } from '@ssc/clock';
import { exchange } from '@ssc/core-http';
import { createBudget, createKubeApi, type KubeApi } from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import { parseBody } from '../../packages/kube-local/test/sequences/sequence.ts';

/** What the API server answered, read as JSON where it is some. */
export interface Answer {
  readonly status: number;
  // The shape of answers is what is tested.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads fields that may not be there
  readonly body: any;
  readonly headers: Readonly<Record<string, string>>;
}

/** The real API server, as tests speak to it. */
export interface RealApi {
  readonly kube: KubeApi;
  readonly dispatcher: ReturnType<typeof openCluster>['access']['dispatcher'];
  readonly kubeconfig: string;
  send(method: string, path: string, body?: string | object, type?: string): Promise<Answer>;
  /** A namespace of its own, for as long as the work takes. */
  inNamespace<T>(
    work: (namespace: string) => Promise<T>,
    labels?: Readonly<Record<string, string>>,
  ): Promise<T>;
  /** What is in a namespace beyond what every namespace has: `Kind/name`, sorted. */
  objectsIn(namespace: string): Promise<string[]>;
  close(): Promise<void>;
}

export const clock = createSystemClock();

/** Opens the cluster of a kubeconfig. */
export function openApi(kubeconfig: string): RealApi {
  const { access, close } = openCluster({ kubeconfig });
  const kube = createKubeApi({
    access,
    clock,
    random: createRandom(randomBytes(8).toString('hex')),
    // Tests share the server with nobody.
    budget: createBudget(clock, { perSecond: 2000, burst: 2000 }),
  });
  const { origin, pathname } = new URL(access.baseUrl);
  const send: RealApi['send'] = async (method, path, body, type = 'application/json') => {
    const reply = await exchange(
      access.dispatcher,
      {
        method: method as 'GET',
        origin,
        path: `${pathname.replace(/\/$/u, '')}${path}`,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': type }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      new AbortController().signal,
    );
    return {
      status: reply.status,
      headers: reply.headers,
      body: parseBody(reply.headers['content-type'], reply.body),
    };
  };
  return {
    kube,
    dispatcher: access.dispatcher,
    kubeconfig,
    send,
    async inNamespace(work, labels = {}) {
      const name = `ssc-e2e-${randomBytes(4).toString('hex')}`;
      const made = await send('POST', '/api/v1/namespaces', { metadata: { name, labels } });
      if (made.status !== 201) throw new Error(`no namespace: ${JSON.stringify(made.body)}`);
      try {
        // Pods are refused until the namespace has its service account.
        const account = `/api/v1/namespaces/${name}/serviceaccounts/default`;
        const look = () => send('GET', account);
        await eventually(60_000, look, ({ status }) => status === 200);
        return await work(name);
      } finally {
        await send('DELETE', `/api/v1/namespaces/${name}`);
        rmSync(join(tmpdir(), `${name}.kubeconfig`), { force: true });
      }
    },
    async objectsIn(namespace) {
      const lists = await Promise.all(
        listed.map((path) =>
          send('GET', `/${path.replace('NAMESPACE', `namespaces/${namespace}`)}`),
        ),
      );
      return lists
        .flatMap(({ body }) =>
          // biome-ignore lint/suspicious/noExplicitAny: as above
          body.items.map((item: any) => `${body.kind.replace(/List$/u, '')}/${item.metadata.name}`),
        )
        .filter((name: string) => name !== 'ConfigMap/kube-root-ca.crt')
        .sort();
    },
    close,
  };
}

const listed = [
  'api/v1/NAMESPACE/configmaps',
  'api/v1/NAMESPACE/endpoints',
  'api/v1/NAMESPACE/persistentvolumeclaims',
  'api/v1/NAMESPACE/pods',
  'api/v1/NAMESPACE/secrets',
  'api/v1/NAMESPACE/services',
  'apis/apps/v1/NAMESPACE/controllerrevisions',
  'apis/apps/v1/NAMESPACE/statefulsets',
  'apis/batch/v1/NAMESPACE/jobs',
  'apis/discovery.k8s.io/v1/NAMESPACE/endpointslices',
];

/** Looks until it holds; says what was seen last when it does not within the time. */
export async function eventually<T>(
  withinMs: number,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
): Promise<T> {
  const end = clock.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (clock.now() > end)
      throw new Error(`not within ${withinMs / 1000} s; seen last: ${JSON.stringify(seen)}`);
    await clock.sleep(200);
  }
}
