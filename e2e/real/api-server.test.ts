import { rmSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clock, eventually, openApi, type RealApi } from '../src/api.ts';
import { asDriver } from '../src/as-driver.ts';
import { processesOf, signalTo } from '../src/components.ts';
import { placeOf } from '../src/place.ts';
import { callMission, heldOn, readResult } from '../src/ssc.ts';

const { kubeconfig, images } = placeOf();
let api: RealApi;
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

// A cluster that runs elsewhere is nobody's to break.
test.skipIf(processesOf('kube-apiserver', kubeconfig).length === 0)(
  'a run goes on while the API server is killed and started again',
  { timeout: 300_000 },
  async () => {
    await api.inNamespace(async (namespace) => {
      const place = { kubeconfig: await asDriver(api, namespace), images, namespace };
      const call = callMission('LoadGeneration', place, '--txs', '600', '--accounts', '200');
      await eventually(
        120_000,
        async () => call.output(),
        (output) => output.includes('▸ load'),
      );
      await clock.sleep(3000);
      const [before] = processesOf('kube-apiserver', kubeconfig);
      expect(signalTo('kube-apiserver', kubeconfig, 'SIGKILL')).toBe(1);
      await eventually(
        60_000,
        async () => processesOf('kube-apiserver', kubeconfig)[0],
        (pid) => pid !== undefined && pid !== before,
      );
      const { code, output, seconds } = await call.ended;
      process.stdout.write(
        `\n${output}the API server was killed; the run took ${seconds.toFixed(1)} s\n`,
      );
      expect(code).toBe(0);
      expect(readResult(call.folder)).toMatchObject({
        ...heldOn(images, output),
        afterwards: [],
      });
      await eventually(
        60_000,
        () => api.objectsIn(namespace),
        (objects) => objects.every((object) => !object.includes('ssc-')),
      );
      rmSync(call.folder, { recursive: true });
    });
  },
);
