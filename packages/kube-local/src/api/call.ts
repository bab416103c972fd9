import type { HttpRequest } from '@ssc/process';
import { parseRoute } from './route.ts';
import { verbOf } from './verbs.ts';

/** What was asked, for the event log and for counting. */
export interface Call {
  readonly verb: string;
  /** @example "pods/log" */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a request asks for. One that is below no kind is known by its method and path. */
export function describeRequest(request: HttpRequest): Call {
  const [path = '', search = ''] = request.path.split('?');
  try {
    const { kind, namespace, name, subresource } = parseRoute(path);
    return {
      // Whatever is asked of a pod by proxy, of the API it is a read.
      verb:
        subresource === 'proxy'
          ? 'get'
          : verbOf(request.method, name !== '', new URLSearchParams(search)),
      resource: subresource === '' ? kind.plural : `${kind.plural}/${subresource}`,
      namespace,
      name,
    };
  } catch {
    return { verb: request.method.toLowerCase(), resource: path, namespace: '', name: '' };
  }
}
