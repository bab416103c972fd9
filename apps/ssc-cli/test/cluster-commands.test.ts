import { permissionsFor } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clean } from '../src/commands/clean.ts';
import { doctor } from '../src/commands/doctor.ts';
import { mission } from '../src/commands/mission.ts';
import { runs } from '../src/commands/runs.ts';
import { main } from '../src/main.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';
import { type Typed, withKeptRun } from './kept-run.ts';

const typed = {
  runs: async (words, host, open) => runs(await inputOf('runs', words, host), host, open),
  clean: async (words, host, open) => clean(await inputOf('clean', words, host), host, open),
  doctor: async (words, host, open) => doctor(await inputOf('doctor', words, host), host, open),
} satisfies Record<string, Typed>;

const withRun = (keepFor?: string) => withKeptRun(typed, keepFor);

describe('a run that was kept', () => {
  test('says until when, is listed, and is removed by its name', async () => {
    const { run, printed, type, provider } = await withRun();
    expect(printed).toContain(`kept until 2026-01-01T02:00:`);
    expect((await type('runs')).replaceAll(run, 'RUN_______')).toMatchInlineSnapshot(`
      "0
      RUN         MISSION        WHO          SINCE    STATE  PHASE DONE    BURNS DOWN
      RUN_______  SimplePayment  ada@build-7  27s ago  kept   final checks  in 2h
      "
    `);
    const listed = JSON.parse((await type('runs', '--json')).slice(2)) as object[];
    expect(listed.at(-1)).toMatchObject({
      ...{ provider: 'kubernetes', run, state: 'kept' },
      ...{ who: 'ada@build-7', holder: '' },
    });
    expect(await type('clean', run, '--dry-run')).toBe(
      `0\nwould remove ${run} (SimplePayment, ada@build-7)\n`,
    );
    expect(await type('clean', run)).toBe(`0\nremoved ${run} (SimplePayment, ada@build-7)\n`);
    await provider.run(() => provider.clock.sleep(60_000));
    expect(await type('runs')).toBe('0\nnamespace default has no runs\n');
    expect(await type('clean', '--all-mine')).toBe('0\nnothing to remove in namespace default\n');
  });

  test('is gone when its time has come, with nobody there', async () => {
    const { type, provider } = await withRun('2m');
    await provider.run(() => provider.clock.sleep(110_000));
    expect(await type('runs')).toContain('kept');
    await provider.run(() => provider.clock.sleep(20_000));
    expect(await type('runs')).toBe('0\nnamespace default has no runs\n');
  });
});

describe('what cannot be cleaned', async () => {
  const { type } = await withRun();
  test.each([
    ['nothing named', []],
    ['no name of a run', ['SimplePayment']],
    ['a run that is not there', ['ssc-00000f']],
  ])('%s', async (_title, args) => {
    expect(await type('clean', ...args)).toMatchSnapshot();
  });
});

describe('the doctor', () => {
  test('finds all there is on a good cluster', async () => {
    const { type } = await withRun();
    expect(await type('doctor')).toMatchInlineSnapshot(`
      "0
      ✔ Node.js           24.21.0
      ✔ kubeconfig        context test, namespace default
      ✔ API server        https://10.0.0.1:6443 answered in 2ms
      ✔ version           v1.33.13+kube-local
      ✔ jobs              create, get, list, patch, delete
      ✔ configmaps        create, get, list, patch, delete
      ✔ services          create, get
      ✔ secrets           create, get
      ✔ statefulsets      create, get, patch
      ✔ pods              get, list, watch
      ✔ pods/log          get
      ✔ pods/exec         create, get
      ✔ pods/proxy        get
      ✔ pods/portforward  create, get
      ✔ events            list
      ✔ resourcequotas    list
      ✔ limitranges       list
      ✔ namespace         default takes the objects of a run
      ✔ access            proxy: requests are passed on
      ✔ quota             none

      Everything that a run on Kubernetes needs is there.
      "
    `);
  });

  test('ends in 2 when something is missing, and says what to do', async () => {
    const host = createFakeHost({}, { nodeVersion: '22.4.0' });
    const none = `/nowhere/kubeconfig`;
    expect(await doctor(await inputOf('doctor', ['--kubeconfig', none], host), host)).toBe(2);
    expect(host.printed()).toMatchInlineSnapshot(`
      "✖ Node.js     22.4.0
                    ssc needs Node.js 24.11 or newer.
      ✖ kubeconfig  the kubeconfig /nowhere/kubeconfig cannot be read
                    because: ENOENT: no such file or directory, open '/nowhere/kubeconfig'

      2 things are missing.
      "
    `);
  });
});

describe('ssc render rbac', () => {
  test('prints the Role of the table of permissions, and binds it', async () => {
    const host = createFakeHost();
    expect(await main(['render', 'rbac', '--namespace', 'team'], host)).toBe(0);
    const [account, role, binding] = parseAllDocuments(host.printed()).map(
      (d) =>
        d.toJS() as {
          kind: string;
          metadata: { namespace: string };
          rules?: { resources: string[]; verbs: string[] }[];
        },
    );
    expect([account, role, binding].map((o) => [o?.kind, o?.metadata.namespace])).toEqual([
      ['ServiceAccount', 'team'],
      ['Role', 'team'],
      ['RoleBinding', 'team'],
    ]);
    expect(role?.rules?.map(({ resources, verbs }) => [resources, verbs])).toEqual(
      permissionsFor('auto').map(({ resource, verbs }) => [[resource], verbs]),
    );
    const forUser = createFakeHost();
    await main(['render', 'rbac', '--user', 'ada'], forUser);
    expect(forUser.printed()).toMatchSnapshot();
  });
});

describe('a second Ctrl-C', () => {
  test('leaves the clean-up to the fuse, and says when it burns down', async () => {
    const provider = simulatedProvider('7');
    const host = createFakeHost();
    let removing = 0;
    const kube: typeof provider.kube = {
      ...provider.kube,
      async delete(...args) {
        removing += 1;
        host.signal('SIGTERM');
        return provider.kube.delete(...args);
      },
    };
    const code = await mission(
      await inputOf('mission', ['SimplePayment', '--seed', '7'], host),
      {
        ...host,
        out(text) {
          host.out(text);
          if (text.includes('▸ pay')) host.signal('SIGINT');
        },
      },
      async () => ({ ...provider, kube, name: 'kubernetes' }),
    );
    expect([code, removing]).toEqual([130, 1]);
    expect(
      host
        .complained()
        .replaceAll(/ssc-[0-9a-f]{6}/gu, 'RUN')
        .split('\n')
        .slice(0, 3),
    ).toMatchInlineSnapshot(`
      [
        "",
        "left at once: the cluster removes what there is of run RUN at 2026-01-01T00:15:04.002Z, when its fuse has burnt down; sooner: ssc clean RUN --force --namespace default",
        "(the process ends with 130)",
      ]
    `);
  });
});
