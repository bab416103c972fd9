import { rmSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { placeOf } from '../src/place.ts';
import { callMission, callSsc, readResult } from '../src/ssc.ts';

let api: RealApi;
const { kubeconfig, images } = placeOf();
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

test('logs, http, diff and stop of a run whose driver is alive', async () => {
  await api.inNamespace(async (namespace) => {
    const place = { kubeconfig, images, namespace };
    const more = ['--seed', '1', '--txs', '1000000', '--timeout', '30m'];
    const call = callMission('LoadGeneration', place, ...more);
    const on = (...words: readonly string[]) =>
      callSsc(...words, '--kubeconfig', kubeconfig, '--namespace', namespace).ended;
    await eventually(
      180_000,
      async () => call.output(),
      (text) => text.includes('✓ bring up') || text.includes('SSC_'),
    );
    const run = /run (ssc-[0-9a-f]{6})/u.exec(call.output())?.[1] ?? '';

    const [log, info, diff] = await Promise.all([
      on('logs', run),
      on('http', run, 'core-1', 'info'),
      on('diff', 'LoadGeneration', run),
    ]);
    expect([log.code, log.output]).toEqual([0, expect.stringContaining('Starting stellar-core ')]);
    for (const node of ['core-0', 'core-1', 'core-2']) expect(log.output).toContain(`${node}  `);
    expect([info.code, JSON.parse(info.output)]).toMatchObject([0, { info: { state: 'Synced!' } }]);
    expect([diff.code, diff.output]).toEqual([0, expect.stringContaining('nothing would change')]);

    const stop = await on('stop', run);
    process.stdout.write(`${stop.output}took ${stop.seconds.toFixed(1)} s\n`);
    expect([stop.code, stop.output]).toEqual([0, expect.stringContaining(`stopped ${run}`)]);
    const ended = await call.ended;
    expect([ended.code, readResult(call.folder).verdict]).toEqual([130, 'interrupted']);
    expect(readResult(call.folder).error).toMatchObject({ code: 'SSC_RUN_STOPPED' });
    const left = await eventually(
      60_000,
      () => api.objectsIn(namespace),
      (objects) => objects.length === 0,
    );
    expect(left).toEqual([]);
    rmSync(call.folder, { recursive: true });
  });
}, 600_000);
