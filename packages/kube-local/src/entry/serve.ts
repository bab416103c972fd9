import { type HttpResponse, type Net, NetError, textResponse } from '@ssc/process';
import { kinds } from '../api/kinds.ts';
import type { KubeRequest } from '../api/pod-requests.ts';
import type { Store } from '../api/store.ts';
import { selectedPods } from '../controllers/endpoints.ts';
import { isOver, isReady } from '../controllers/pod-state.ts';
import type { Service } from '../types/objects.ts';
import type { Pod } from '../types/pod.ts';
import type { EntryRules } from './controller.ts';
import { type Backend, findRoute } from './routes.ts';

/** Answers requests from outside as an ingress controller made of nginx does. */
export function createEntry(options: {
  readonly store: Store;
  readonly net: Net;
  readonly rules: EntryRules;
  readonly urlLimit: number;
}): (request: KubeRequest) => Promise<HttpResponse> {
  const { store, net, rules, urlLimit } = options;

  return async (request) => {
    if (request.path.length > urlLimit) return page(414, 'Request-URI Too Large');
    const { host = '', connection: _, ...headers } = request.headers;
    const [path = '', query] = request.path.split('?');
    const found = findRoute(rules.routes, host.replace(/:\d+$/u, ''), path);
    if (found?.route.backend === undefined) return page(404, 'Not Found');
    const at = addressOf(store, found.route.backend);
    if (at === undefined) return page(503, 'Service Temporarily Unavailable');
    try {
      return await net.request(
        `http://${at}${found.path}${query === undefined ? '' : `?${query}`}`,
        {
          method: request.method,
          headers,
          body: request.body,
          ...(request.signal !== undefined && { signal: request.signal }),
        },
      );
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      return page(502, 'Bad Gateway');
    }
  };
}

/** Address and port of the first pod behind a Service. */
function addressOf(store: Store, { namespace, service, port }: Backend): string | undefined {
  const found = store.get(kinds.service, namespace, service) as Service | undefined;
  const wanted = found?.spec.ports?.find((one) => one.port === port || one.name === port);
  if (found === undefined || wanted === undefined) return undefined;
  const published = found.spec.publishNotReadyAddresses === true;
  const isIn = (one: Pod): boolean =>
    one.status.podIP !== undefined && !isOver(one) && (published || isReady(one));
  const pod = selectedPods({ store }, found).find(isIn);
  if (pod === undefined) return undefined;
  const target = typeof wanted.targetPort === 'number' ? wanted.targetPort : wanted.port;
  return `${pod.status.podIP}:${target}`;
}

function page(status: number, text: string): HttpResponse {
  const title = `${status} ${text}`;
  return textResponse(
    status,
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
    'text/html',
  );
}
