import { createRandom } from '@ssc/clock';
import { present } from '@ssc/errors';
import { createBudget, createKubeApi, kinds } from '@ssc/formation';
import { anchorName } from '@ssc/kube-specs';
import { describe, expect, test } from 'vitest';
import { DyingDispatcher } from '../../../packages/missions/test/sim/dying-dispatcher.ts';
import { attach } from '../src/commands/attach.ts';
import { mission } from '../src/commands/mission.ts';
import type { OpenKube } from '../src/open-kube.ts';
import type { Provider } from '../src/provider.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';
import { type Typed, withKeptRun } from './kept-run.ts';

test('ssc attach goes on with a run whose driver died, with what it was asked for', async () => {
  const place = simulatedProvider('7');
  await place.run(async () => {
    const clock = place.clock.fork('first');
    const never = { call: Number.MAX_SAFE_INTEGER, when: 'before' } as const;
    const dispatcher = new DyingDispatcher(place.dispatcher, clock, never, () => {});
    const access = { dispatcher, baseUrl: 'http://kube-local.invalid' };
    const random = createRandom('first');
    const first: Provider = {
      ...place,
      clock,
      dispatcher,
      kube: createKubeApi({ access, clock, random, budget: createBudget(clock) }),
      run: (work) => work(),
    };
    const host = createFakeHost();
    let die = (): void => {};
    const died = new Promise((resolve) => {
      die = () => resolve('died');
    });
    const words = ['SimplePayment', '--seed', '7', '--amount', '25 XLM', '--core-cpu', '500m'];
    const driven = mission(
      await inputOf('mission', words, host),
      {
        ...host,
        out: (text) => {
          host.out(text);
          if (!text.includes('✓ create Alice and Bob')) return;
          clock.kill();
          die();
        },
      },
      async () => first,
    );
    expect(await Promise.race([driven, died])).toBe('died');
    const run = /run (ssc-[0-9a-f]{6})/u.exec(host.printed())?.[1] ?? '';
    await place.clock.sleep(91_000);

    const second = createFakeHost({}, { clock: place.clock, who: 'bob@laptop' });
    const provider: Provider = { ...place, run: (work) => work() };
    const cluster = { ...place, context: 'test', server: 'https://10.0.0.1:6443' };
    const open = async (): Promise<OpenKube> => cluster;
    const input = await inputOf('attach', [run, '--namespace', 'default'], second);
    const code = await attach(input, second, open, async () => provider);
    const told = `${second.complained()}${second.printed()}`
      .replaceAll(run, 'RUN')
      .replaceAll(/ [0-9a-f]{8},/gu, ' DRIVER,')
      .replaceAll(/^ *[\d.]+s {2}/gmu, '');
    expect([code, told.replace(/files in .*/u, '')]).toMatchInlineSnapshot(`
      [
        0,
        "taking RUN over from ada@build-7 DRIVER, last heard of 1m 51s ago; it goes on in two minutes, when that driver has certainly stopped
      SimplePayment  Three validators upgrade to the latest protocol and agree on one payment from Alice to Bob.
      run RUN, provider simulated, seed 7
      The nodes are simulated (core-sim), and so is the time: this tests the mission, not stellar-core.
        3 steps were done by the driver before
        3 nodes answer, simulated
      ✓ bring up (3.8s)
      ✓ upgrade to the latest protocol (18s)
      ✓ create Alice and Bob (1.6s)
      ▸ pay
      ✓ pay (554ms)
      ▸ final checks
      ✓ final checks (2s)
      rehearsed, nodes: simulated

      SimplePayment: rehearsed (simulated nodes: nothing is said about stellar-core)
      results  ssc-runs/20260101T000354Z-SimplePayment-RUN/result.json
      again    ssc mission SimplePayment --provider kubernetes --core-cpu=500m --namespace=default --seed 7 --amount '25 XLM'
      ",
      ]
    `);
    const result = [...second.files].find(([path]) => path.endsWith('/result.json'))?.[1];
    expect(JSON.parse(result ?? '{}')).toMatchObject({
      verdict: 'rehearsed',
      seed: '7',
      params: { amount: '25 XLM' },
      phases: [{ earlier: true }, { earlier: true }, { earlier: true }, {}, {}],
    });
  });
});

describe('ssc attach refuses', async () => {
  let place: Provider | undefined;
  const attached: Typed = async (words, host, open) =>
    attach(await inputOf('attach', words, host), host, open, async () => ({
      ...present(place, 'the run is kept before it is attached to'),
      run: (work) => work(),
    }));
  const { run, type, provider } = await withKeptRun({ attach: attached });
  place = provider;
  const anchor = { kind: kinds.configMap, namespace: 'default', name: anchorName(run) };
  const change = (data: Readonly<Record<string, string>>): Promise<unknown> =>
    provider.run(() => provider.kube.patch(anchor, { data }));
  const told = async (...words: readonly string[]): Promise<string> =>
    (await type('attach', ...words)).replaceAll(run, 'RUN').replaceAll(/ at 2026\S+/gu, ' at TIME');

  test('no run, a run that is not there, and what is no name of one', async () => {
    expect(await told()).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_ARGUMENT  attach takes the name of one run
        For example: ssc attach ssc-1a2b3c. All runs: ssc runs."
    `);
    expect(await told('ssc-00000f')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_UNKNOWN  namespace default has no run "ssc-00000f"
        Runs    RUN"
    `);
    expect(await told('SimplePayment')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_NAME  "SimplePayment" is not the name of a run
        A run is named "ssc-" and six hexadecimal digits, such as ssc-1a2b3c."
    `);
  });

  test('a run that has ended and was kept, and one whose driver is alive', async () => {
    expect(await told(run)).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_KEPT  run RUN has ended, and its network was kept: nothing is left to do
        Its result is where it ran. Remove it with ssc clean RUN."
    `);
    await change({ holder: 'ada@build-7 1234' });
    expect(await told(run)).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_DRIVEN  RUN has a driver that is alive; nothing was changed
        RUN    held by ada@build-7 1234, heard of at TIME
        Wait until it has ended. A driver that died counts as alive for a minute and a half."
    `);
  });

  test('what this version cannot go on with', async () => {
    const { data } = (await provider.run(() => provider.kube.read(anchor))) as {
      data: { mission: string; plan: string; asked: string };
    };
    await provider.run(() => provider.clock.sleep(91_000));
    await change({ plan: '0123' });
    expect(await told(run)).toMatchInlineSnapshot(`
      "2
      ✖ SSC_ATTACH_VERSION  run RUN was planned by ssc 0.0.0, and this ssc 0.0.0 would plan it otherwise; nothing was changed
        Attach with the version that started it, or remove it: ssc clean."
    `);
    await change({ plan: data.plan, asked: '' });
    expect(await told(run)).toMatchInlineSnapshot(`
      "2
      ✖ SSC_ATTACH_VERSION  what run RUN was asked for was written by ssc 0.0.0, and this version cannot read it; nothing was changed
        Attach with the version that started it, or remove it: ssc clean."
    `);
    await change({ asked: data.asked.replace('"amount"', '"sum"') });
    expect(await told(run)).toMatchInlineSnapshot(`
      "2
      ✖ SSC_ATTACH_VERSION  SimplePayment has other parameters in ssc 0.0.0, which started run RUN; nothing was changed
        Differing    --sum, --amount
        Attach with the version that started it, or remove it: ssc clean."
    `);
    await change({ asked: data.asked, mission: 'SimplePayments' });
    expect(await told(run)).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_UNKNOWN_MISSION  there is no mission "SimplePayments"
        Did you mean    SimplePayment
        All missions    ssc missions"
    `);
  });
});
