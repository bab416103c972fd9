import { rmSync } from 'node:fs';
import process from 'node:process';
import type { V1Job } from '@kubernetes/client-node';
import { createRandom } from '@ssc/clock';
import { kinds } from '@ssc/formation';
import { fuseName, toFusePatch } from '@ssc/kube-specs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clock, eventually, openApi, type RealApi } from '../src/api.ts';
import { asDriver } from '../src/as-driver.ts';
import { placeOf } from '../src/place.ts';
import { callMission, heldOn, type MissionPlace, readResult } from '../src/ssc.ts';

const { kubeconfig, images } = placeOf();
let api: RealApi;
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

const kills = 10;
/** Runs at the same time. */
const atOnce = 3;
/** Drivers are killed while they create objects, at any time of a mission, and while they pay: at most so long after they said that. */
const moments = [
  { after: /^run (ssc-\w+),/mu, longestMs: 400 },
  { after: /▸ pay/u, longestMs: 800 },
  { after: /^run (ssc-\w+),/mu, longestMs: 20_000 },
] as const;
const seed = process.env['SSC_E2E_SEED'] ?? '1';

/** What was found after a kill. */
interface Killed {
  readonly afterMs: number;
  readonly run: string;
  /** The last line that the driver printed. */
  readonly during: string;
  /** Objects that there were when the driver died. */
  readonly objects: number;
}

/** Starts a mission and kills its driver, as an operating system or a power cut does. */
async function killOne(
  place: MissionPlace,
  { after, afterMs }: { readonly after: RegExp; readonly afterMs: number },
): Promise<Killed> {
  const { namespace } = place;
  const call = callMission('SimplePayment', place);
  const named = () => /^run (ssc-\w+),/mu.exec(call.output())?.[1];
  while (!after.test(call.output()) && call.child.exitCode === null) await clock.sleep(5);
  await Promise.race([clock.sleep(afterMs), call.ended]);
  expect(call.child.exitCode).toBeNull();
  call.child.kill('SIGKILL');
  await call.ended;
  expect(call.child.signalCode).toBe('SIGKILL');
  const run = named() ?? '';
  const during = call.output().trimEnd().split('\n').at(-1)?.trim() ?? '';
  // What was on its way to the server when the driver died may still take effect.
  await clock.sleep(1000);
  const objects = (await objectsOf(namespace, run)).length;
  await letBurnDown(namespace, run);
  rmSync(call.folder, { recursive: true });
  return { afterMs, run, during, objects };
}

const objectsOf = async (namespace: string, run: string): Promise<string[]> =>
  (await api.objectsIn(namespace)).filter((object) => object.includes(run));

/** The rest of the time that the fuse has to burn is spared: its deadline is put two seconds from now. */
async function letBurnDown(namespace: string, run: string): Promise<void> {
  const ref = { kind: kinds.job, namespace, name: fuseName(run) };
  const fuse = await api.kube.read<V1Job>(ref);
  if (fuse === undefined) return;
  expect(fuse.spec?.activeDeadlineSeconds).toBeGreaterThanOrEqual(900);
  const { headers } = await api.send('GET', '/version');
  await api.kube.patch(
    ref,
    toFusePatch({
      startedAtMs: new Date(fuse.status?.startTime ?? 0).getTime(),
      nowMs: new Date(headers['date'] ?? 0).getTime(),
      burnSeconds: 2,
    }),
  );
}

/** Everything of a run as the server has it, but for what the cluster itself notes about pods that run. */
async function portraitOf(namespace: string, run: string): Promise<unknown> {
  const lists = await Promise.all(
    [kinds.job, kinds.configMap, kinds.service, kinds.statefulSet, kinds.pod].map((kind) =>
      api.kube.list({ kind, namespace }),
    ),
  );
  return lists.flatMap(({ items }) =>
    items
      .filter((item) => item.metadata?.name?.startsWith(run) === true)
      .map((item) => {
        // biome-ignore lint/suspicious/noExplicitAny: objects of five kinds
        const { metadata, spec, data, status } = item as any;
        return {
          name: metadata.name,
          uid: metadata.uid,
          generation: metadata.generation,
          labels: metadata.labels,
          owners: metadata.ownerReferences,
          spec,
          data,
          restarts: status?.containerStatuses?.map(
            (container: { readonly restartCount: number }) => container.restartCount,
          ),
        };
      }),
  );
}

test(`after ${kills} drivers were killed with SIGKILL, nothing of their runs is left, and a run beside them is as it was`, {
  timeout: 900_000,
}, async () => {
  await api.inNamespace(async (namespace) => {
    const place = { kubeconfig: await asDriver(api, namespace), images, namespace };
    const beside = callMission('SimplePayment', place, '--keep-for', '2h');
    const { output } = await beside.ended;
    expect(output).toContain(`SimplePayment: ${heldOn(images, output).verdict}`);
    const { run: besideRun } = readResult(beside.folder);
    const before = await portraitOf(namespace, besideRun);
    const besideObjects = await api.objectsIn(namespace);

    const random = createRandom(seed);
    const chosen = Array.from({ length: kills }, (_, i) => {
      const { after, longestMs } = moments[i % moments.length] ?? moments[0];
      return { after, afterMs: random.float() * longestMs };
    });
    const killed: Killed[] = [];
    const worker = async (): Promise<void> => {
      for (let next = chosen.shift(); next !== undefined; next = chosen.shift())
        killed.push(await killOne(place, next));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));

    for (const { run } of killed)
      await eventually(
        60_000,
        () => objectsOf(namespace, run),
        (objects) => objects.length === 0,
      );
    expect(await api.objectsIn(namespace)).toEqual(besideObjects);
    expect(await portraitOf(namespace, besideRun)).toEqual(before);
    const rows = [...killed]
      .sort((a, b) => a.afterMs - b.afterMs)
      .map(
        ({ afterMs, run, during, objects }) =>
          `  ${(afterMs / 1000).toFixed(2).padStart(6)} s  ${run} ${String(objects).padStart(3)} objects  ${during}`,
      );
    process.stdout.write(
      `\nkilled with SIGKILL (seed ${seed}); nothing left of any; ${(before as unknown[]).length} objects of the run beside them untouched\n${rows.join('\n')}\n`,
    );
    expect(killed.filter(({ objects }) => objects > 0).length).toBeGreaterThan(0);
    expect(killed.filter(({ during }) => during.includes('pay')).length).toBeGreaterThan(0);
    rmSync(beside.folder, { recursive: true });
  });
});
