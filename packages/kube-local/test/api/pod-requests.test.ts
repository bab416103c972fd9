import { textResponse } from '@ssc/process';
import { describe, expect, test } from 'vitest';
import { describeRequest } from '../../src/api/call.ts';
import { kinds } from '../../src/api/kinds.ts';
import {
  answerForward,
  answerLog,
  answerProxy,
  type PodAccess,
} from '../../src/api/pod-requests.ts';
import { parseRoute } from '../../src/api/route.ts';
import { ApiError } from '../../src/api/status.ts';
import { createStore } from '../../src/api/store.ts';
import type { Pod } from '../../src/types/pod.ts';

const store = createStore({ historyLimit: 10 });
const ports = [
  { name: 'http', containerPort: 8080 },
  { name: 'peer', containerPort: 11625 },
];
store.put(kinds.pod, {
  metadata: { namespace: 'n', name: 'p', uid: 'u' },
  spec: { containers: [{ name: 'c', ports }] },
  status: { phase: 'Running', podIP: '10.0.0.7' },
} as unknown as Pod);

/** Says what is asked of it. */
const pods: PodAccess = {
  log: (pod, query) => textResponse(200, `log of ${pod.metadata.name} ${query}`),
  proxy: async (_, port, { scheme, path }) => textResponse(200, `${scheme} ${port} ${path}`),
  forward: (_, port) => new ApiError(400, 'BadRequest', `port ${port}`),
};
const below = '/api/v1/namespaces/n/pods';
const request = { method: 'GET', headers: {}, body: new Uint8Array() };

describe('a request that is passed on to a pod', () => {
  const proxied = async (path: string, search = ''): Promise<string> => {
    const route = parseRoute(`${below}/${path}`);
    const sent = { ...request, path: '' };
    const { body } = await answerProxy(store, pods, route, sent, search);
    return Buffer.from(body as Uint8Array).toString();
  };

  test.each([
    ['p:80/proxy/info', 'http 80 /info'],
    ['https:p:443/proxy/a/b', 'https 443 /a/b'],
    [':p:80/proxy', 'http 80 /'],
    ['p:peer/proxy/', 'http 11625 /'],
    ['p/proxy/', 'http 8080 /'],
  ])('%s', async (path, expected) => {
    expect(await proxied(path)).toBe(expected);
  });

  test('its query goes with it', async () => {
    expect(await proxied('p:80/proxy/upgrades', '?mode=get')).toBe('http 80 /upgrades?mode=get');
  });

  test('a port and a pod that are not there', async () => {
    await expect(proxied('p:none/proxy/')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ApiError: error trying to reach service: address 10.0.0.7:none: unknown port]`,
    );
    await expect(proxied('q:80/proxy/')).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ApiError: pods "q" not found]`,
    );
  });
});

test('connections and logs are only of pods that are there', () => {
  const forward = (pod: string): string =>
    (answerForward(store, pods, { namespace: 'n', pod, port: 80 }) as ApiError).message;
  expect([forward('p'), forward('q')]).toEqual(['port 80', 'pods "q" not found']);
  const log = (method: string) =>
    answerLog(
      store,
      pods,
      parseRoute(`${below}/p/log`),
      { ...request, method, path: '' },
      new URLSearchParams('previous=true'),
    );
  expect(String(Buffer.from(log('GET').body as Uint8Array))).toBe('log of p previous=true');
  expect(() => log('POST')).toThrowErrorMatchingInlineSnapshot(
    `[ApiError: the server does not allow this method on the requested resource]`,
  );
});

describe('what is asked, for the event log', () => {
  test.each([
    ['GET', below, 'list pods n/'],
    ['GET', `${below}?watch=true`, 'watch pods n/'],
    ['GET', `${below}/p/log?follow=1`, 'get pods/log n/p'],
    ['POST', `${below}/p:80/proxy/tx`, 'get pods/proxy n/p:80'],
    ['POST', below, 'create pods n/'],
    ['PUT', `${below}/p/status`, 'update pods/status n/p'],
    ['PATCH', `${below}/p`, 'patch pods n/p'],
    ['DELETE', below, 'deletecollection pods n/'],
    ['PUT', below, 'put pods n/'],
    ['OPTIONS', '/version', 'options /version /'],
  ])('%s %s', (method, path, expected) => {
    const { verb, resource, namespace, name } = describeRequest({ ...request, method, path });
    expect(`${verb} ${resource} ${namespace}/${name}`).toBe(expected);
  });
});
