import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { asDriver } from '../src/as-driver.ts';
import { placeOf } from '../src/place.ts';
import { callMission, heldOn, readResult } from '../src/ssc.ts';

let api: RealApi;
const { kubeconfig, images } = placeOf();
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

/** The strictest of Kubernetes' own standards for pods. */
const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

test('SimplePayment on pods of a real Kubernetes: it holds, and nothing is left', async () => {
  await api.inNamespace(async (namespace) => {
    const place = { kubeconfig: await asDriver(api, namespace), images, namespace };
    const call = callMission('SimplePayment', place, '--seed', '1');
    const { code, output, seconds } = await call.ended;
    process.stdout.write(`${output}took ${seconds.toFixed(1)} s\n`);
    const held = heldOn(images, output);
    expect(output).toContain(`SimplePayment: ${held.verdict}`);
    expect(code).toBe(0);
    const result = readResult(call.folder);
    expect(result).toMatchObject({
      ...held,
      provider: 'kubernetes',
      afterwards: [],
    });
    // One set of three nodes: one call to create each object and one to delete all.
    expect(result.apiCalls['create']).toBe(6);
    expect(result.apiCalls['delete']).toBe(1);
    for (const node of ['core-0', 'core-1', 'core-2']) {
      const saved = (file: string) => join(call.folder, 'latest/nodes', node, file);
      expect(readdirSync(saved(''))).toEqual(
        expect.arrayContaining(['info.json', 'metrics.json', 'pod.json', 'stellar-core.log']),
      );
      const log = readFileSync(saved('stellar-core.log'), 'utf8');
      expect(log.includes('This is core-sim')).toBe(held.nodes === 'simulated');
      expect(log).toContain('Starting stellar-core ');
    }
    expect(existsSync(join(call.folder, 'latest/events.jsonl'))).toBe(true);
    const left = await eventually(
      40_000,
      () => api.objectsIn(namespace),
      (objects) => objects.length === 0,
    );
    expect(left).toEqual([]);
    rmSync(call.folder, { recursive: true });
  }, restricted);
});
