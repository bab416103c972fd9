import { createVirtualClock } from '@ssc/clock';
import { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { type AccessOptions, createAccess } from '../../src/access/access.ts';
import type { AccessMode } from '../../src/access/access-mode.ts';
import { createLocalCluster } from '../kube/local-cluster.ts';

const node = { run: 'ssc-1a2b3c', set: 'core', ordinal: 1 };

/** Carries nothing. */
class Nothing extends Dispatcher {
  override dispatch(): boolean {
    throw new Error('nothing is sent in this test');
  }
}

const open = (mode: AccessMode, more: Partial<AccessOptions> = {}) => {
  const { kube } = createLocalCluster();
  const [dispatcher, direct] = [new Nothing(), new Nothing()];
  const connect = () => Promise.reject(new Error('nothing is connected in this test'));
  return createAccess({ mode, kube, namespace: 'sandbox', dispatcher, direct, connect, ...more });
};

const ingress = { kind: 'ingress', rewrite: 'nginx', host: 'a.test' } as const;
const gateway = { kind: 'gateway', gateway: { name: 'g', namespace: 'gateways' } } as const;

test('a node has another address, and another longest URL, by each way', () => {
  const modes: readonly AccessMode[] = [
    { kind: 'auto' },
    { kind: 'proxy' },
    { kind: 'port-forward' },
    { ...ingress, entry: {} },
    { ...ingress, entry: { address: '127.0.0.1', port: 8080 } },
    { ...gateway, entry: { address: 'gateway.test', scheme: 'https' } },
    { kind: 'in-cluster' },
  ];
  const ways = modes.map((mode) => {
    const { baseUrl, headers, urlLimit } = open(mode).node(node);
    return `${mode.kind} ${baseUrl} ${headers['host'] ?? '-'} ${urlLimit.bytes}`;
  });
  expect(ways).toMatchInlineSnapshot(`
    [
      "auto http://kube.invalid/api/v1/namespaces/sandbox/pods/ssc-1a2b3c-core-1:11626/proxy - 1000000",
      "proxy http://kube.invalid/api/v1/namespaces/sandbox/pods/ssc-1a2b3c-core-1:11626/proxy - 1000000",
      "port-forward http://ssc-1a2b3c-core-1.sandbox.pod:11626 - Infinity",
      "ingress http://a.test/ssc-1a2b3c-core-1/core - Infinity",
      "ingress http://127.0.0.1:8080/ssc-1a2b3c-core-1/core a.test:8080 Infinity",
      "gateway https://gateway.test/ssc-1a2b3c-core-1/core - Infinity",
      "in-cluster http://ssc-1a2b3c-core-1.ssc-1a2b3c.sandbox.svc:11626 - Infinity",
    ]
  `);
});

test('a large network is told once that it should spare the API server', async () => {
  for (const [size, said] of [
    [100, []],
    [
      101,
      [
        'all requests to 101 nodes go through the API server; above 100, --access ingress or gateway spares it',
      ],
    ],
  ] as const) {
    const notes: string[] = [];
    const request = {
      clock: createVirtualClock({ start: 0 }),
      signal: new AbortController().signal,
      within: '1m',
      networkSize: size,
      nodes: [],
      routes: [],
      check: async () => {},
      note: (text: string) => void notes.push(text),
    } as const;
    const access = open({ kind: 'port-forward' });
    await access.open(request);
    await access.open(request);
    expect(notes).toEqual(said);
  }
});
