import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, createSystemClock } from '@ssc/clock';
import { renderError } from '@ssc/errors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBudget, createKubeApi, kinds } from '../../src/index.ts';
import { openCluster } from '../../src/kube/client-node.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const tls = {
  key: readFileSync(fixture('loopback.key')),
  cert: readFileSync(fixture('loopback.crt')),
};

let folder = '';
const ends: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssc-kubeconfig-'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  rmSync(folder, { recursive: true });
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on the loopback interface that answers as told. */
async function serve(answer: Answer, secure = false): Promise<string> {
  const server = secure ? createHttpsServer(tls, answer) : createHttpServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return `http${secure ? 's' : ''}://127.0.0.1:${port}`;
}

/** An API server that takes one token at a time, and knows which it was shown. */
async function tokenServer(secure = false) {
  const state = { accepted: 'token-1', shown: [] as string[], connections: new Set<unknown>() };
  const url = await serve((request, response) => {
    state.connections.add(request.socket);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    state.shown.push(token);
    const ok = token === state.accepted;
    const status = { kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' };
    response.writeHead(ok ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(ok ? { items: [], metadata: { resourceVersion: '1' } } : status));
  }, secure);
  return { url, state };
}

/** Writes a kubeconfig with this user; gives a call of the cluster that it names. */
function open(server: string, user: object, cluster: object = {}) {
  const kubeconfig = join(folder, 'config');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server, ...cluster } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'team' } }],
      'current-context': 'x',
    }),
  );
  const opened = openCluster({ kubeconfig });
  ends.push(() => opened.close());
  const clock = createSystemClock();
  const kube = createKubeApi({
    access: opened.access,
    clock: { ...clock, sleep: async () => {} },
    random: createRandom('1'),
    budget: createBudget(clock),
  });
  return {
    opened,
    list: () => kube.list({ kind: kinds.pod, namespace: opened.namespace }),
    textOf: () =>
      kube
        .list({ kind: kinds.pod, namespace: opened.namespace })
        .then(() => 'answered', renderError),
  };
}

/** A plugin that counts its runs and gives another token each time. */
function plugin(status: object = {}) {
  const script = join(folder, 'plugin.mjs');
  const log = join(folder, 'runs');
  writeFileSync(log, '');
  writeFileSync(
    script,
    `import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(log)}, process.env.KUBERNETES_EXEC_INFO + '\\n');
const run = readFileSync(${JSON.stringify(log)}, 'utf8').split('\\n').length - 1;
const status = { token: 'token-' + run, ...${JSON.stringify(status)} };
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));`,
  );
  const apiVersion = 'client.authentication.k8s.io/v1';
  return {
    user: {
      exec: { apiVersion, command: process.execPath, args: [script], interactiveMode: 'Never' },
    },
    runs: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
  };
}

describe('a credential plugin', () => {
  test('runs once for many requests, and is told who calls', async () => {
    const { url, state } = await tokenServer();
    const { user, runs } = plugin();
    const { list, opened } = open(url, user);
    await Promise.all(Array.from({ length: 20 }, list));
    await list();
    expect(new Set(state.shown)).toEqual(new Set(['token-1']));
    expect(opened.namespace).toBe('team');
    expect(runs().map((line) => JSON.parse(line) as object)).toEqual([
      {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        spec: { interactive: false },
      },
    ]);
  });

  test('runs again, once, when the server no longer takes its token', async () => {
    const { url, state } = await tokenServer();
    const { user, runs } = plugin();
    const { list } = open(url, user);
    await list();
    state.accepted = 'token-2';
    await Promise.all(Array.from({ length: 10 }, list));
    expect(runs()).toHaveLength(2);
    expect(state.shown.at(-1)).toBe('token-2');
  });

  test('runs again when its token has expired', async () => {
    const { url, state } = await tokenServer();
    const { user, runs } = plugin({ expirationTimestamp: '2020-01-01T00:00:00Z' });
    const { list } = open(url, user);
    await list();
    state.accepted = 'token-2';
    await list();
    expect(runs()).toHaveLength(2);
    expect(state.shown).toEqual(['token-1', 'token-2']);
  });

  test('whose token is never taken is refused in the server’s words, after one more try', async () => {
    const { url, state } = await tokenServer();
    state.accepted = 'another';
    const { user } = plugin();
    expect(await open(url, user).textOf()).toMatchInlineSnapshot(`
      "✖ SSC_KUBE_REFUSED  the API server refused to list pods of team: Unauthorized   (definite: nothing was changed)
        Answered    Unauthorized"
    `);
    expect(state.shown).toEqual(['token-1', 'token-2']);
  });

  test('that fails is named, with what it said and how to get it', async () => {
    const { url, state } = await tokenServer();
    const command = 'ssc-no-such-plugin';
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command,
      installHint: 'Get it from ada.',
    };
    expect(await open(url, { exec }).textOf()).toMatchInlineSnapshot(`
      "✖ SSC_KUBE_CREDENTIALS  the credential plugin "ssc-no-such-plugin" of the kubeconfig gave no credentials   (definite: nothing was changed)
        Said       spawn ssc-no-such-plugin ENOENT
        Install    Get it from ada.
        because  spawn ssc-no-such-plugin ENOENT"
    `);
    const args = ['-e', 'console.error("log in first"); process.exit(1)'];
    const failing = { exec: { ...exec, command: process.execPath, args } };
    expect(await open(url, failing).textOf()).toContain('Said       log in first');
    expect(state.shown).toEqual([]);
  });
});

describe('other credentials', () => {
  test('a token in the kubeconfig is read again when it was changed there', async () => {
    const { url, state } = await tokenServer();
    const { list } = open(url, { token: 'token-1' });
    await list();
    state.accepted = 'token-2';
    open(url, { token: 'token-2' });
    await list();
    expect(state.shown).toEqual(['token-1', 'token-1', 'token-2']);
  });

  test('a name and a password go as they are', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(JSON.stringify({ items: [], metadata: { resourceVersion: '1' } }));
    });
    await open(url, { username: 'ada', password: 'x' }).list();
    expect(seen).toEqual([`Basic ${Buffer.from('ada:x').toString('base64')}`]);
  });

  test('an OIDC token that has expired is renewed by its refresh token', async () => {
    const jwt = (token: string, exp: number): string =>
      `${[{ alg: 'none' }, { exp, token }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')}.x`;
    const renewed: string[] = [];
    const issuer: string = await serve((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.includes('openid-configuration')) {
        response.end(
          JSON.stringify({
            issuer,
            token_endpoint: `${issuer}/token`,
            id_token_signing_alg_values_supported: ['none'],
          }),
        );
        return;
      }
      request.on('data', (part: Buffer) =>
        renewed.push(new URLSearchParams(part.toString()).get('refresh_token') ?? ''),
      );
      request.on('end', () =>
        response.end(
          JSON.stringify({
            token_type: 'bearer',
            access_token: 'a',
            id_token: jwt('new', 4102444800),
            refresh_token: 'r-2',
            expires_in: 3600,
          }),
        ),
      );
    }, true);
    const { url, state } = await tokenServer();
    const config = {
      'client-id': 'ssc',
      'idp-issuer-url': issuer,
      'refresh-token': 'r-1',
      'id-token': jwt('old', 1),
      'idp-certificate-authority': fixture('loopback.crt'),
    };
    const { textOf } = open(url, { 'auth-provider': { name: 'oidc', config } });
    state.accepted = jwt('new', 4102444800);
    expect([await textOf(), await textOf()]).toEqual(['answered', 'answered']);
    expect(renewed).toEqual(['r-1']);
    state.accepted = 'another';
    expect(await textOf()).toContain('Unauthorized');
    expect(renewed).toEqual(['r-1', 'r-2']);
  });
});

describe('the connection', () => {
  test('is checked against the cluster’s own certificate authority, and kept', async () => {
    const { url, state } = await tokenServer(true);
    const ca = { 'certificate-authority': fixture('loopback.crt') };
    const { list } = open(url, { token: 'token-1' }, ca);
    for (let i = 0; i < 5; i++) await list();
    // An Agent for each request would make five.
    expect(state.connections.size).toBeLessThan(5);
    expect(await open(url, { token: 'token-1' }).textOf()).toContain('self-signed certificate');
  });
});
