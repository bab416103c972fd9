import { rmSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clock, eventually, openApi, type RealApi } from '../src/api.ts';
import { asDriver } from '../src/as-driver.ts';
import { placeOf } from '../src/place.ts';
import { callMission, callSsc, heldOn, readResult } from '../src/ssc.ts';

const { kubeconfig, images } = placeOf();
let api: RealApi;
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

test('a run whose driver was killed with SIGKILL is finished by another: ssc attach', {
  timeout: 600_000,
}, async () => {
  await api.inNamespace(async (namespace) => {
    const place = { kubeconfig: await asDriver(api, namespace), images, namespace };
    const call = callMission('SimplePayment', place, '--seed', '1', '--amount', '25 XLM');
    // At once: the next phase begins within a second, and cannot be begun twice.
    await new Promise<void>((resolve) => {
      call.child.stdout?.on('data', () => {
        if (!call.output().includes('✓ create Alice and Bob')) return;
        call.child.kill('SIGKILL');
        resolve();
      });
      call.child.on('close', () => resolve());
    });
    await call.ended;
    const run = /^run (ssc-\w+),/mu.exec(call.output())?.[1] ?? '';
    const options = ['--kubeconfig', place.kubeconfig, '--namespace', namespace] as const;
    const attach = () => callSsc('attach', run, ...options, '--destination', call.folder).ended;
    const tooSoon = await attach();
    expect(tooSoon.output).toContain('SSC_RUN_DRIVEN');
    expect(tooSoon.code).toBe(2);
    await clock.sleep(95_000);
    const { code, output, seconds } = await attach();
    process.stdout.write(`\n${output}attached and finished in ${seconds.toFixed(1)} s\n`);
    expect(code).toBe(0);
    const result = readResult(call.folder);
    expect(result).toMatchObject({ run, ...heldOn(images, call.output()), afterwards: [] });
    expect(
      result.phases.map(({ name, earlier }) => `${name}${earlier === true ? ' (earlier)' : ''}`),
    ).toEqual([
      'bring up (earlier)',
      'upgrade to the latest protocol (earlier)',
      'create Alice and Bob (earlier)',
      'pay',
      'final checks',
    ]);
    await eventually(
      40_000,
      () => api.objectsIn(namespace),
      (objects) => objects.every((object) => !object.includes('ssc-')),
    );
    rmSync(call.folder, { recursive: true });
  });
});
