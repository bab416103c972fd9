import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { createRandom } from '@ssc/clock';
import {
  type AccessMode,
  createFormation,
  createPodConnect,
  type Formation,
  passphraseOf,
} from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import { toRunName } from '@ssc/kube-specs';
import { configUpgradeSet, rootKey, settingsUpgrade, signTransaction, xdr } from '@ssc/tx';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clock, openApi, type RealApi } from '../src/api.ts';
import { placeOf } from '../src/place.ts';
import { callMission, callSsc, heldOn, readResult } from '../src/ssc.ts';

const { kubeconfig, images, entry } = placeOf();
const gateway = { namespace: 'ssc-e2e-gateways', name: 'shared' };
let api: RealApi;
beforeAll(async () => {
  api = openApi(kubeconfig);
  if (entry === undefined) return;
  await api.send('POST', '/api/v1/namespaces', { metadata: { name: gateway.namespace } });
  const listener = { name: 'http', port: 80, protocol: 'HTTP' };
  await api.send(
    'POST',
    `/apis/gateway.networking.k8s.io/v1/namespaces/${gateway.namespace}/gateways`,
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: gateway.name },
      spec: {
        gatewayClassName: entry.gatewayClass,
        listeners: [{ ...listener, allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    },
  );
});
afterAll(async () => {
  await api.send('DELETE', `/api/v1/namespaces/${gateway.namespace}`);
  await api.close();
});

const address = ['--ingress-address', entry?.address ?? '', '--ingress-port', `${entry?.port}`];
const ways: readonly (readonly [string, ...string[]])[] = [
  ['auto'],
  ['proxy'],
  ['port-forward'],
  ['ingress', '--ingress-host', 'ssc.test', ...address],
  ['ingress', '--ingress-rewrite', 'traefik', '--ingress-domain', 'ssc.test', ...address],
  ['gateway', '--gateway', `${gateway.namespace}/${gateway.name}`, ...address],
];
const isEntry = (way: string): boolean => way === 'ingress' || way === 'gateway';

describe('SimplePayment', () => {
  for (const [way, ...more] of ways)
    test.skipIf(isEntry(way) && entry === undefined)(
      `by ${way} ${more.slice(0, 2).join(' ')}`,
      async () => {
        await api.inNamespace(async (namespace) => {
          const place = { kubeconfig, images, namespace };
          const words = ['--seed', '1', '--access', way, ...more];
          const call = callMission('SimplePayment', place, ...words);
          const { code, output, seconds } = await call.ended;
          process.stdout.write(`by ${way}: ${seconds.toFixed(1)} s\n`);
          expect(output).toContain(`SimplePayment: ${heldOn(images, output).verdict}`);
          expect([code, readResult(call.folder).afterwards]).toEqual([0, []]);
          rmSync(call.folder, { recursive: true });
        });
      },
    );
});

/** A node on the cluster that is reached as the mode says, for as long as the work takes. */
async function withNode(
  access: AccessMode,
  work: (formation: Formation, run: string, namespace: string) => Promise<void>,
): Promise<void> {
  const cluster = openCluster({ kubeconfig });
  const direct = new Agent({ allowH2: false });
  try {
    await api.inNamespace(async (namespace) => {
      const run = toRunName(randomBytes(3));
      const formation = createFormation({
        run,
        access,
        namespace,
        images,
        clock,
        direct,
        mission: 'Access',
        sets: { core: { nodes: 1 } },
        seed: '1',
        kube: api.kube,
        dispatcher: cluster.access.dispatcher,
        connect: createPodConnect(cluster.access, clock),
        random: createRandom(run),
        who: 'e2e',
        version: '0',
        signal: new AbortController().signal,
        note: (text) => void process.stdout.write(`${text}\n`),
      });
      try {
        await formation.bringUp();
        await work(formation, run, namespace);
      } finally {
        await formation.remove();
      }
    });
  } finally {
    await Promise.all([cluster.close(), direct.destroy()]);
  }
}

/** A transaction that is well made and has a sequence number of the past: 145 kB of a contract, 190 KiB as base64. */
function longTransaction(run: string): string {
  const passphrase = passphraseOf(run);
  const root = rootKey(passphrase);
  const set = configUpgradeSet([xdr.ConfigSettingEntry.configSettingContractMaxSizeBytes(65_536)]);
  const wasm = new Uint8Array(145_500);
  const [upload] = settingsUpgrade({
    passphrase,
    deployer: root.publicKey,
    salt: new Uint8Array(32),
    set,
    wasm,
  }).plans;
  const plan = { ...upload, source: root.publicKey, sequence: 0n };
  return signTransaction({ ...plan, passphrase, signers: [root] }).base64;
}

describe('a transaction whose URL has 190 KiB, and ssc http,', () => {
  const to = { address: entry?.address ?? '', port: entry?.port ?? 80 };
  const modes: readonly (readonly [AccessMode, readonly string[]])[] = [
    [{ kind: 'proxy' }, []],
    [{ kind: 'port-forward' }, []],
    [
      { kind: 'ingress', rewrite: 'nginx', host: 'ssc.test', entry: to },
      ['--ingress-host', 'ssc.test', ...address],
    ],
    [
      { kind: 'gateway', gateway, entry: to },
      ['--gateway', `${gateway.namespace}/${gateway.name}`, ...address],
    ],
  ];
  for (const [mode, words] of modes)
    test.skipIf(isEntry(mode.kind) && entry === undefined)(`reach the node by ${mode.kind}`, () =>
      withNode(mode, async ({ nodes: [node] }, run, namespace) => {
        const blob = longTransaction(run);
        expect(encodeURIComponent(blob).length).toBeGreaterThan(189 * 1024);
        // What it says shows that it has read the whole: a simulated node knows the operation by name, a real one the sequence.
        const said = await node?.submit(blob).then(
          ({ status }) => status,
          (error: unknown) => String(error),
        );
        process.stdout.write(`by ${mode.kind}: ${said}\n`);
        expect(said).toMatch(/^ERROR$|does not simulate the operation invokeHostFunction/u);
        const { code, output } = await callSsc(
          ...['http', run, 'core-0', 'info', '--access', mode.kind, ...words],
          ...['--kubeconfig', kubeconfig, '--namespace', namespace],
        ).ended;
        expect([code, output]).toEqual([0, expect.stringMatching(/^\{\s*"info"/u)]);
      }),
    );
});
