import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { main } from '../src/main.ts';
import { readAccess } from '../src/read-access.ts';
import { createFakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';

/** The way in that a command line asks for. */
async function ask(words: readonly string[], env: Record<string, string> = {}) {
  const input = await inputOf('mission', ['SimplePayment', ...words], createFakeHost(env));
  return readAccess(input.options, input.given, 'kubernetes', env)('ssc-1a2b3c');
}

/** What is said of one that cannot be used. */
async function refused(...words: readonly string[]): Promise<string> {
  const host = createFakeHost();
  expect(await main(['mission', 'SimplePayment', '--provider', 'kubernetes', ...words], host)).toBe(
    2,
  );
  expect([host.printed(), host.files.size]).toEqual(['', 0]);
  return host.complained();
}

describe('a way in', () => {
  test('is chosen by asking where nothing is said', async () => {
    expect(await ask([])).toEqual({ kind: 'auto' });
    expect(await ask(['--access', 'port-forward'])).toEqual({ kind: 'port-forward' });
  });

  test('by ingress', async () => {
    expect(
      await ask([
        ...['--access', 'ingress', '--ingress-class', 'traefik', '--ingress-rewrite', 'traefik'],
        ...['--ingress-annotation', 'a.b/c=d=e', '--ingress-host', 'ssc.test'],
        ...[
          '--ingress-address',
          '127.0.0.1',
          '--ingress-port',
          '8081',
          '--ingress-scheme',
          'https',
        ],
      ]),
    ).toEqual({
      kind: 'ingress',
      className: 'traefik',
      rewrite: 'traefik',
      annotations: { 'a.b/c': 'd=e' },
      host: 'ssc.test',
      entry: { address: '127.0.0.1', port: 8081, scheme: 'https' },
    });
  });

  test('by gateway, in the predecessor’s words for where it is', async () => {
    expect(
      await ask([
        ...['--access', 'gateway', '--gateway', 'gateway/ssc-gateway/http'],
        ...['--ingress-internal-domain', 'local', '--ingress-external-host', 'localhost'],
        ...['--ingress-external-port', '8081'],
      ]),
    ).toEqual({
      kind: 'gateway',
      gateway: { namespace: 'gateway', name: 'ssc-gateway', listener: 'http' },
      host: 'ssc-1a2b3c.local',
      entry: { address: 'localhost', port: 8081, scheme: 'http' },
    });
  });

  test('inside of the cluster only for who is there', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
    expect(await ask(['--access', 'in-cluster'], env)).toEqual({ kind: 'in-cluster' });
    await expect(ask(['--access', 'in-cluster'])).rejects.toThrow(
      '--access in-cluster cannot be used',
    );
  });

  test('with what does not fit together is refused, and nothing is started', async () => {
    expect([
      await refused('--access', 'ingress'),
      await refused('--access', 'gateway', '--ingress-host', 'a', '--ingress-domain', 'b'),
      await refused('--gateway', 'a/b', '--ingress-port', '80'),
      await refused('--gateway', 'shared'),
      await refused('--access', 'in-cluster'),
      await refused('--ingress-annotation', 'a'),
    ]).toMatchInlineSnapshot(`
      [
        "✖ SSC_USAGE_ACCESS  --access ingress cannot be used; nothing was started
        missing    --ingress-host, --ingress-domain or --ingress-address
        docs/access.md says which way suits which cluster.
      ",
        "✖ SSC_USAGE_ACCESS  --access gateway cannot be used; nothing was started
        --ingress-domain    is given beside --ingress-host
        missing             --gateway NAMESPACE/NAME
        docs/access.md says which way suits which cluster.
      ",
        "✖ SSC_USAGE_ACCESS  --access auto cannot be used; nothing was started
        --gateway         is read with --access gateway
        --ingress-port    is read with --access ingress or gateway
        docs/access.md says which way suits which cluster.
      ",
        "✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        --gateway    must be a namespace, a name and perhaps a listener, such as "gateways/shared" or "gateways/shared/http"; got "shared"
      ",
        "✖ SSC_USAGE_ACCESS  --access in-cluster cannot be used; nothing was started
        in-cluster    ssc does not run in a pod: ssc render driver prints one that does
        docs/access.md says which way suits which cluster.
      ",
        "✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        --ingress-annotation    must be a key, "=" and a value; got "a"
      ",
      ]
    `);
  });

  test('that only Kubernetes and simulations have is none on this machine', async () => {
    const host = createFakeHost();
    const words = ['mission', 'SimplePayment', '--provider', 'native', '--access', 'proxy'];
    expect(await main(words, host)).toBe(2);
    expect(host.complained()).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  a run on this machine cannot use what was given; nothing was started
        --access    has no meaning with --provider native: nodes are processes of a binary, and no cluster is used
      "
    `);
  });
});

test.each([
  ['port-forward'],
  ['ingress', '--ingress-host', 'ssc.test', '--ingress-class', 'traefik'],
  ['gateway', '--ingress-address', 'gateway.test', '--gateway', 'gateways/shared'],
  ['in-cluster'],
])('a rehearsal by %s', async (...words) => {
  const host = createFakeHost();
  const line = ['mission', 'BootAndSync', '--seed', '1', '--access', ...words];
  expect(await main(line, host)).toBe(0);
  expect(host.printed()).toContain('BootAndSync: rehearsed');
});

test('render prints what leads to the nodes', async () => {
  const host = createFakeHost();
  const words = ['render', 'BootAndSync', '--access', 'ingress', '--ingress-host', 'ssc.test'];
  expect(await main(words, host)).toBe(0);
  expect(host.printed().match(/kind: (Ingress|Service)$/gmu)).toHaveLength(8);
});

test('render rbac grants what the way in needs, and no more', async () => {
  const granted = async (...words: readonly string[]) => {
    const host = createFakeHost();
    expect(await main(['render', 'rbac', ...words], host)).toBe(0);
    return /pods\/proxy|pods\/portforward|ingresses|httproutes/gu[Symbol.match](host.printed());
  };
  expect(await granted()).toEqual(['pods/proxy', 'pods/portforward']);
  expect(await granted('--access', 'ingress')).toEqual(['pods/proxy', 'ingresses']);
  expect(await granted('--access', 'gateway')).toEqual(['pods/proxy', 'httproutes']);
  expect(await granted('--access', 'in-cluster')).toEqual(['pods/proxy']);
});

describe('ssc render driver', () => {
  const render = async (...words: readonly string[]) => {
    const env = { SSC_SIMPLE_PAYMENT_AMOUNT: '25 XLM', SSC_REPEAT: '2' };
    const host = createFakeHost(env);
    return { code: await main(['render', 'driver', ...words], host), host };
  };

  test('prints a Job that is told all that was given, and the account it works with', async () => {
    const { code, host } = await render(
      ...['SimplePayment', 'BootAndSync', '--namespace', 'sandbox', '--seed', '7', '--json'],
      ...['--driver-image', 'team/ssc:1', '--image', 'stellar/stellar-core:27.1.0'],
      ...['--driver-deadline', '90m', '--results-claim', 'runs'],
    );
    expect(code).toBe(0);
    const [account, role, binding, job] = parseAllDocuments(host.printed()).map((one) =>
      one.toJS(),
    );
    expect([account.kind, role.kind, binding.kind, job.kind]).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'Job',
    ]);
    expect(job.metadata).toMatchObject({ name: 'ssc-simplepayment', namespace: 'sandbox' });
    const { template, activeDeadlineSeconds } = job.spec;
    expect([activeDeadlineSeconds, template.spec.serviceAccountName]).toEqual([5400, 'ssc']);
    expect(template.spec.volumes[0].persistentVolumeClaim).toEqual({ claimName: 'runs' });
    const [container] = template.spec.containers;
    expect(container.image).toBe('team/ssc:1');
    expect(container.command).toMatchInlineSnapshot(`
      [
        "ssc",
        "mission",
        "SimplePayment",
        "BootAndSync",
        "--provider",
        "kubernetes",
        "--access",
        "in-cluster",
        "--namespace",
        "sandbox",
        "--image=stellar/stellar-core:27.1.0",
        "--seed=7",
        "--repeat=2",
        "--json=true",
      ]
    `);
    expect(container.env).toEqual([
      { name: 'HOME', value: '/ssc' },
      { name: 'SSC_SIMPLE_PAYMENT_AMOUNT', value: '25 XLM' },
    ]);
    // What it is told is what ssc mission takes.
    const inPod = createFakeHost({ KUBERNETES_SERVICE_HOST: '10.0.0.1' });
    const [, , ...words] = container.command as string[];
    const input = await inputOf('mission', words, inPod);
    expect(input.missions.map(({ name }) => name)).toEqual(['SimplePayment', 'BootAndSync']);
    expect(input.options).toMatchObject({ access: 'in-cluster', seed: '7', repeat: 2, json: true });
  });

  test('grants what such a run needs', async () => {
    const { host } = await render('BootAndSync', '--driver-image', 'a', '--image', 'b');
    expect(host.printed()).not.toMatch(/pods\/portforward|ingresses/u);
    expect(host.printed()).toContain('statefulsets');
  });

  test('wants missions and both images', async () => {
    const none = await render('--driver-image', 'a', '--image', 'b');
    const bare = await render('BootAndSync');
    expect([none.code, bare.code]).toEqual([2, 2]);
    expect(none.host.complained() + bare.host.complained()).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_NO_MISSION  render driver takes the names of missions
        For example: ssc render driver SimplePayment --driver-image registry.example/ssc:1 --image stellar/stellar-core:27.1.0.
      ✖ SSC_USAGE_IMAGE  a driver in the cluster needs its own image and that of stellar-core; missing: --driver-image, --image
      "
    `);
  });
});

/** The calls of ssc in docs/access.md, as words. */
const documented = readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => /^\.\/ssc (.*?)(?: [|>] .*)?$/u.exec(line)?.[1] ?? [])
  .map((line) => [line] as const);

test.each(documented)('docs/access.md: ssc %s', async (line) => {
  const command = ['mission', 'doctor', 'render'].find((name) => line.startsWith(name));
  const words = line.slice(command?.length).trim().split(' ');
  const host = createFakeHost();
  switch (command) {
    case 'mission': {
      const { options, given, missions } = await inputOf('mission', words, host);
      expect(missions).toHaveLength(1);
      readAccess(options, given, options.provider ?? 'simulated', {})('ssc-1a2b3c');
      break;
    }
    case 'doctor': {
      const { options, given } = await inputOf('doctor', words, host);
      readAccess(options, given, 'kubernetes', {})('ssc-1a2b3c');
      break;
    }
    default:
      expect(await main(line.split(' '), host), host.complained()).toBe(0);
  }
});
