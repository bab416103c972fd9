import { type Look, waitFacts, waitUntil } from '@ssc/clock';
import { type Fact, isSscError, SscError } from '@ssc/errors';
import { type KubeApi, kinds } from '../kube/api.ts';
import type { AccessMode } from './access-mode.ts';
import { describeRoute } from './describe-route.ts';
import { measureUrlLimit } from './measure-url-limit.ts';
import type { NodeWay } from './node-way.ts';
import type { NodeToReach, OpenRequest } from './open-request.ts';

/** A way in through a controller that has to take note of what was created. */
export interface EntryOptions {
  readonly mode: AccessMode & { readonly kind: 'ingress' | 'gateway' };
  readonly request: OpenRequest;
  readonly kube: KubeApi;
  readonly namespace: string;
  readonly node: (ref: NodeToReach['ref']) => NodeWay;
  /** Where the longest URL is kept, once it is known. */
  readonly limit: { bytes: number; hint: string };
}

// What one round asks at once.
const mostAtOnce = 64;

/**
 * Waits until each node itself answers. Until then a controller answers 404, 502 or 503 by itself, or nothing listens: none
 * of these is a word of stellar-core. Ends with what the Ingresses or routes say about themselves.
 */
export async function waitUntilOpen(options: EntryOptions): Promise<void> {
  const { request, mode, limit } = options;
  const { clock, signal, nodes } = request;
  const [first] = nodes;
  if (first === undefined) return;
  let shut = nodes;
  await waitUntil(
    clock,
    {
      what: `all nodes to answer by ${mode.kind}`,
      within: request.within,
      signal,
      ended: async (report) =>
        shutError(options, shut, waitFacts({ ...report, stillMs: undefined })),
    },
    async (): Promise<Look<void>> => {
      await request.check();
      const saw = await lookAt(request, shut);
      shut = shut.filter((node) => saw.has(node));
      if (shut.length === 0) return { done: true, value: undefined };
      const [node] = shut;
      return {
        done: false,
        saw: node === undefined ? '' : (saw.get(node)?.message ?? ''),
        progress: nodes.length - shut.length,
      };
    },
  );
  if (limit.bytes !== Number.POSITIVE_INFINITY) return;
  limit.bytes = await measureUrlLimit(options.node(first.ref), first.client, request);
  limit.hint = urlHint(mode);
}

/** What stands between here and each of the nodes that do not answer. */
async function lookAt(
  { signal }: OpenRequest,
  nodes: readonly NodeToReach[],
): Promise<Map<NodeToReach, Error>> {
  const saw = new Map<NodeToReach, Error>();
  for (let i = 0; i < nodes.length; i += mostAtOnce)
    await Promise.all(
      nodes.slice(i, i + mostAtOnce).map(async (node) => {
        try {
          await node.client.info({ signal, readWithin: 0, answerWithin: '5s' });
        } catch (error) {
          signal.throwIfAborted();
          // Core itself was asked for a path that is not its own: waiting takes no prefix off.
          if (isSscError(error, 'SSC_CORE_COMMAND_MISSING')) throw prefixError(node, error);
          saw.set(node, error instanceof Error ? error : new Error(String(error)));
        }
      }),
    );
  return saw;
}

const prefixError = ({ client }: NodeToReach, cause: Error): SscError =>
  new SscError({
    problem: { code: 'SSC_ACCESS_PREFIX' },
    verdict: 'broken',
    summary: `requests reach ${client.node} with the prefix of the pod still in their path`,
    hint: 'The controller does not know the annotations that take it off: --ingress-rewrite says whose they are (nginx or traefik), --ingress-annotation sets others.',
    cause,
  });

async function shutError(
  { mode, kube, namespace, request }: EntryOptions,
  shut: readonly NodeToReach[],
  waited: readonly Fact[],
): Promise<SscError> {
  const kind = mode.kind === 'ingress' ? kinds.ingress : kinds.httpRoute;
  const routes = request.routes.map((route) => route.metadata?.name ?? '');
  const described = await Promise.all(
    routes
      .slice(0, 3)
      .map(
        async (name): Promise<Fact> => [
          `${kind.kind} ${name}`,
          describeRoute(
            await kube.read({ kind, namespace, name }).catch(() => undefined),
            mode.kind,
          ),
        ],
      ),
  );
  const names = shut.map(({ client }) => client.node);
  return new SscError({
    problem: { code: 'SSC_ACCESS_SHUT', nodes: names } as const,
    verdict: 'broken',
    summary: `${names.length} of ${request.nodes.length} nodes cannot be reached by ${mode.kind}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`,
    facts: [
      ...waited,
      ['Asked at', addressOf(mode)],
      ...described,
      ...(routes.length > 3 ? [['And', `${routes.length - 3} more`] as const] : []),
    ],
    hint: hints[mode.kind],
  });
}

const hints = {
  ingress:
    'Where no address is shown, no controller has taken the Ingress: look at --ingress-class. Else look at --ingress-host, --ingress-address and --ingress-port.',
  gateway:
    'Where nothing is accepted, the Gateway does not take routes from this namespace or host: look at --gateway. Else look at --ingress-host, --ingress-address and --ingress-port.',
} as const;

function addressOf({ entry, host }: EntryOptions['mode']): string {
  const { scheme = 'http', port, address = host ?? '' } = entry;
  const at = `${scheme}://${address}${port === undefined ? '' : `:${port}`}`;
  return host === undefined || host === address ? at : `${at} with host ${host}`;
}

function urlHint(mode: EntryOptions['mode']): string {
  if (mode.kind === 'gateway')
    return 'Raise what the Gateway takes as a header (Envoy: max_request_headers_kb, 60 by default), or give --access port-forward.';
  return mode.rewrite === 'nginx'
    ? 'Set large-client-header-buffers to "4 256k" in the ConfigMap of ingress-nginx, or give --access port-forward.'
    : 'Raise what the controller takes as a header, or give --access port-forward.';
}
