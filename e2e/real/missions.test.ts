import { rmSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { placeOf } from '../src/place.ts';
import { callMission, heldOn, readResult } from '../src/ssc.ts';

let api: RealApi;
const { kubeconfig, images } = placeOf();
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

/** As small as it goes: these take place in real time. */
const small: Readonly<Record<string, readonly string[]>> = {
  BootAndSync: [],
  HistoryGenerateAndCatchup: ['--first-protocol', '27', '--txs', '20', '--uploads', '3'],
  LoadGeneration: ['--accounts', '100', '--txs', '100'],
  ProtocolUpgradeWithLoad: [
    '--accounts',
    '400',
    '--txs',
    '600',
    '--tx-rate',
    '30',
    '--uploads',
    '10',
  ],
  VersionMixConsensus: ['--txs', '40', '--ledgers', '5'],
};

test.each(Object.entries(small))(
  '%s on pods of a real Kubernetes: it holds, and nothing is left',
  {
    timeout: 600_000,
  },
  async (mission, params) => {
    await api.inNamespace(async (namespace) => {
      const call = callMission(
        mission,
        { kubeconfig, images, namespace },
        ...['--resources', 'small', ...params],
      );
      const { code, output, seconds } = await call.ended;
      process.stdout.write(`${output}took ${seconds.toFixed(1)} s\n`);
      expect(output).toContain(`${mission}: ${heldOn(images, output).verdict}`);
      expect(code).toBe(0);
      expect(readResult(call.folder)).toMatchObject({
        ...heldOn(images, output),
        provider: 'kubernetes',
        afterwards: [],
      });
      const left = await eventually(
        60_000,
        () => api.objectsIn(namespace),
        (objects) => objects.length === 0,
      );
      expect(left).toEqual([]);
      rmSync(call.folder, { recursive: true });
    });
  },
);
