import { type Clock, within } from '@ssc/clock';
import { exchange } from '@ssc/core-http';
import { isSscError } from '@ssc/errors';
import { corePorts, nodeAddress } from '@ssc/kube-specs';
import type { Carriers } from '../access/access.ts';
import type { AccessMode } from '../access/access-mode.ts';
import type { KubeApi, KubeObject } from '../kube/api.ts';
import type { Finding } from './finding.ts';

/** What is looked at. */
export interface ExamineAccessOptions extends Carriers {
  readonly mode: AccessMode;
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly namespace: string;
}

const what = 'access';
const answerWithinMs = 3000;
// There are no nodes to ask: whether the API server would pass a request on shows by what it says of a pod that is not there.
const nobody = 'ssc-doctor';

/** Whether requests would reach nodes by this way; nothing is created. */
export async function examineAccess(options: ExamineAccessOptions): Promise<Finding> {
  const { mode } = options;
  switch (mode.kind) {
    case 'auto':
    case 'proxy':
    case 'port-forward':
      return examineApiServer(options, mode.kind);
    case 'ingress':
    case 'gateway':
      return examineEntry(options, mode);
    case 'in-cluster':
      return { what, ok: true, seen: 'in-cluster: by the DNS names of pods' };
  }
}

async function examineApiServer(
  options: ExamineAccessOptions,
  kind: 'auto' | 'proxy' | 'port-forward',
): Promise<Finding> {
  const tried: string[] = [];
  for (const way of ['proxy', 'port-forward'] as const) {
    if (kind !== 'auto' && kind !== way) continue;
    const obstacle = await (way === 'proxy' ? proxyObstacle(options) : forwardObstacle(options));
    if (obstacle === undefined)
      return { what, ok: true, seen: [...tried, `${way}: requests are passed on`].join('; ') };
    tried.push(`${way}: ${obstacle}`);
  }
  return {
    what,
    ok: false,
    seen: tried.join('; '),
    fix: 'Let somebody who may grant pods/proxy or pods/portforward (ssc render rbac); or give --access ingress or gateway with a controller of the cluster, or run ssc in it (ssc render driver).',
  };
}

/** What stands between here and a pod by the pod proxy; undefined when nothing does. */
async function proxyObstacle(options: ExamineAccessOptions): Promise<string | undefined> {
  const { kube, clock, namespace, dispatcher } = options;
  const url = new URL(`${kube.proxyUrl(namespace, nobody, corePorts.http)}/info`);
  const request = { method: 'GET', origin: url.origin, path: url.pathname, headers: {} } as const;
  try {
    const reply = await within(clock, answerWithinMs, undefined, (signal) =>
      exchange(dispatcher, request, signal),
    );
    if (reply === undefined) return 'no answer within 3s';
    return reply.status === 404 && reply.body.includes(`pods \\"${nobody}\\" not found`)
      ? undefined
      : `${reply.status}: ${messageOf(reply.body)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function forwardObstacle(options: ExamineAccessOptions): Promise<string | undefined> {
  const { clock, namespace, connect } = options;
  if (connect === undefined) return 'not offered here';
  try {
    const stream = await within(clock, answerWithinMs, undefined, () =>
      connect({ namespace, pod: nobody, port: corePorts.http }),
    );
    stream?.destroy();
    return stream === undefined ? 'no answer within 3s' : undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return said.includes(`pods "${nobody}" not found`) ? undefined : said;
  }
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Not the API server's own words.
  }
  return body.trim().slice(0, 200) || 'nothing was said';
}

/** Whether such an object could be made, and whether anybody listens where requests are to be sent. */
async function examineEntry(
  options: ExamineAccessOptions,
  mode: AccessMode & { readonly kind: 'ingress' | 'gateway' },
): Promise<Finding> {
  const { kube, namespace } = options;
  const object = probeOf(mode, namespace);
  try {
    await kube.create(namespace, object, { dryRun: true });
  } catch (error) {
    const missing = isSscError(error, 'SSC_KUBE_REFUSED') && error.message.endsWith('NotFound');
    const said = error instanceof Error ? error.message : String(error);
    return {
      what,
      ok: false,
      seen: `${mode.kind}: ${said}`,
      fix: missing
        ? 'The cluster does not know the kind: install the Gateway API and a controller, or give another --access.'
        : 'Let somebody who may grant it: ssc render rbac --access ingress or gateway; or give another --access.',
    };
  }
  const obstacle = await entryObstacle(options, mode);
  if (obstacle === undefined)
    return { what, ok: true, seen: `${mode.kind}: ${object.kind} is taken, and somebody answers` };
  return {
    what,
    ok: false,
    seen: `${mode.kind}: ${obstacle}`,
    fix: 'Give --ingress-address and --ingress-port of the controller, or an --ingress-host that leads to it.',
  };
}

async function entryObstacle(
  { clock, direct, namespace }: ExamineAccessOptions,
  mode: AccessMode & { readonly kind: 'ingress' | 'gateway' },
): Promise<string | undefined> {
  if (direct === undefined) return 'not offered here';
  const reach = { ...mode.entry, kind: mode.kind, host: mode.host ?? mode.entry.address ?? '' };
  const nodeOf = { run: 'ssc-000000', set: 'doctor', ordinal: 0 };
  const { url, headers } = nodeAddress(reach, nodeOf, 'core', { namespace });
  const { origin, pathname: path } = new URL(url);
  try {
    const reply = await within(clock, answerWithinMs, undefined, (signal) =>
      exchange(direct, { method: 'GET', origin, path, headers }, signal),
    );
    return reply === undefined ? `${origin} does not answer within 3s` : undefined;
  } catch (error) {
    return `${origin}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const probeOf = (
  mode: AccessMode & { readonly kind: 'ingress' | 'gateway' },
  namespace: string,
): KubeObject =>
  mode.kind === 'ingress'
    ? ({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: nobody, namespace },
        spec: {
          ...(mode.className !== undefined && { ingressClassName: mode.className }),
          defaultBackend: { service: { name: nobody, port: { number: corePorts.http } } },
        },
      } as KubeObject)
    : ({
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: nobody, namespace },
        spec: { parentRefs: [{ name: mode.gateway.name, namespace: mode.gateway.namespace }] },
      } as KubeObject);
