import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { placeOf } from '../src/place.ts';
import { callMission, callSsc, heldOn, readResult } from '../src/ssc.ts';

let api: RealApi;
const { kubeconfig, kubectl, images } = placeOf();
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

    // Each of a pod's containers, and what comes later of one.
    const history = await on('logs', run, 'core-0', '--container', 'history');
    expect(history.code).toBe(0);
    const prepared = await on('logs', run, 'core-0', '--container', 'prepare');
    expect([prepared.code, prepared.output]).toEqual([
      0,
      expect.stringContaining(`ssc: preparing data ${run}-core-g1`),
    ]);
    const previous = await on('logs', run, 'core-0', '--previous');
    process.stdout.write(previous.output);
    expect([previous.code, previous.output]).toEqual([
      2,
      expect.stringContaining('has not begun again'),
    ]);
    const follow = callSsc(
      ...['logs', run, 'core-0', '--follow', '--kubeconfig', kubeconfig, '--namespace', namespace],
    );
    const ledgersOf = (text: string): number => text.match(/ledger/giu)?.length ?? 0;
    const before = ledgersOf((await on('logs', run, 'core-0')).output);
    await eventually(
      60_000,
      async () => ledgersOf(follow.output()),
      (count) => count > before + 1,
    );

    const stop = await on('stop', run);
    process.stdout.write(`${stop.output}took ${stop.seconds.toFixed(1)} s\n`);
    expect([stop.code, stop.output]).toEqual([0, expect.stringContaining(`stopped ${run}`)]);
    const ended = await call.ended;
    expect([ended.code, readResult(call.folder).verdict]).toEqual([130, 'interrupted']);
    expect(readResult(call.folder).error).toMatchObject({ code: 'SSC_RUN_STOPPED' });
    // Its containers have ended, so there is nothing to follow any longer.
    expect((await follow.ended).code).toBe(0);
    const left = await eventually(
      60_000,
      () => api.objectsIn(namespace),
      (objects) => objects.length === 0,
    );
    expect(left).toEqual([]);
    rmSync(call.folder, { recursive: true });
  });
}, 600_000);

test('the log of a container before it began again, of a run that was kept', async () => {
  await api.inNamespace(async (namespace) => {
    const cluster = ['--kubeconfig', kubeconfig, '--namespace', namespace] as const;
    const call = callMission('BootAndSync', { kubeconfig, images, namespace }, '--keep');
    const { code, output } = await call.ended;
    expect(output).toContain(`BootAndSync: ${heldOn(images, output).verdict}`);
    expect(code).toBe(0);
    const { run } = readResult(call.folder);
    const pod = `${run}-core-1`;
    const first = await callSsc('logs', run, 'core-1', ...cluster).ended;
    spawnSync(kubectl, [...cluster, ...['exec', pod, '-c', 'stellar-core', '--', 'kill', '1']]);
    await eventually(
      60_000,
      async () => (await api.send('GET', `/api/v1/namespaces/${namespace}/pods/${pod}`)).body,
      ({ status }) =>
        status.containerStatuses.some(
          (one: { name: string; restartCount: number; ready: boolean }) =>
            one.name === 'stellar-core' && one.restartCount === 1 && one.ready,
        ),
    );
    const [previous, now] = await Promise.all([
      callSsc('logs', run, 'core-1', '--previous', ...cluster).ended,
      callSsc('logs', run, 'core-1', ...cluster).ended,
    ]);
    expect([previous.code, now.code]).toEqual([0, 0]);
    // The whole of the one, and of the other nothing.
    expect(previous.output.startsWith(first.output)).toBe(true);
    expect(now.output).toMatch(/\[\w+ INFO\]/u);
    expect(now.output.length).toBeLessThan(previous.output.length);
    expect((await callSsc('clean', run, ...cluster).ended).output).toContain(`removed ${run}`);
    rmSync(call.folder, { recursive: true });
  });
}, 300_000);
