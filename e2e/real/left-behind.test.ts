import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createRandom } from '@ssc/clock';
import { createFormation, execInPod } from '@ssc/formation';
import { openCluster } from '@ssc/formation/cluster';
import { postgresDumpCommand, toRunName } from '@ssc/kube-specs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clock, eventually, openApi, type RealApi } from '../src/api.ts';
import { placeOf } from '../src/place.ts';
import { callMission, callSsc, heldOn, readResult } from '../src/ssc.ts';

const { kubeconfig, images } = placeOf();
const { faulty } = images;
let api: RealApi;
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

const nodes = ['core-0', 'core-1', 'core-2'];

test('what a run on real pods leaves behind: whole logs, databases, and archives that others can read', async () => {
  await api.inNamespace(async (namespace) => {
    const call = callMission('SimplePayment', { kubeconfig, images, namespace }, '--keep');
    const { code, output } = await call.ended;
    expect(output).toContain(`SimplePayment: ${heldOn(images, output).verdict}`);
    expect(code).toBe(0);
    const { run, afterwards } = readResult(call.folder);
    expect(afterwards).toEqual([]);
    const sizes: string[] = [];
    for (const node of nodes) {
      const folder = join(call.folder, 'latest/nodes', node);
      const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
      const inCluster = (container: string): Promise<string> =>
        api.kube.log({ namespace, pod: `${run}-${node}`, container });
      // The nodes still run and write: what was saved is the beginning of what there is.
      for (const container of ['stellar-core', 'history']) {
        const saved = read(`${container}.log`);
        expect((await inCluster(container)).startsWith(saved)).toBe(true);
        sizes.push(`${node}/${container} ${saved.length}`);
      }
      expect(read('stellar-core.log').length).toBeGreaterThan(5000);
      // Whole, but for the seed of the root account.
      const prepared = (await inCluster('prepare')).replace(/\bS[A-Z2-7]{55}\b/gu, 'S…redacted');
      expect(read('prepare.log')).toBe(prepared);
      expect(readdirSync(join(folder, 'database'))).toEqual(
        expect.arrayContaining(['stellar.db', 'stellar-misc.db']),
      );
      expect(statSync(join(folder, 'database/stellar.db')).size).toBeGreaterThan(100);
    }
    process.stdout.write(`logs compared with the cluster's, in characters: ${sizes.join(', ')}\n`);
    // stellar-core compresses what it publishes for nobody else to read, and nginx is not root.
    const archive = (file: string) =>
      api.send('GET', `/api/v1/namespaces/${namespace}/pods/${run}-core-0:8080/proxy/${file}`);
    const ledger = 'ledger/00/00/00/ledger-00000007.xdr.gz';
    expect(await archive('.well-known/stellar-history.json')).toMatchObject({ status: 200 });
    expect(await archive(ledger)).toMatchObject({ status: 200 });
    await callSsc('clean', run, '--kubeconfig', kubeconfig, '--namespace', namespace).ended;
    await eventually(
      40_000,
      () => api.objectsIn(namespace),
      (objects) => objects.every((object) => !object.includes('ssc-')),
    );
    rmSync(call.folder, { recursive: true });
  });
});

test.skipIf(faulty === undefined)(
  'a log that the kubelet rotates away is whole on disk',
  async () => {
    await api.inNamespace(async (namespace) => {
      const place = { kubeconfig, images: { ...images, core: faulty?.chatty ?? '' }, namespace };
      const call = callMission('SimplePayment', place, '--keep');
      const { code, output } = await call.ended;
      expect(output).toContain(`SimplePayment: ${heldOn(images, output).verdict}`);
      expect(code).toBe(0);
      const { run, afterwards } = readResult(call.folder);
      expect(afterwards).toEqual([]);
      const saved = readFileSync(join(call.folder, 'latest/nodes/core-0/stellar-core.log'), 'utf8');
      const numbers = [...saved.matchAll(/^ssc-line (\d+) x+$/gmu)].map(([, n]) => Number(n));
      expect(numbers).toEqual(numbers.map((_, i) => i));
      const there = await api.kube.log({
        namespace,
        pod: `${run}-core-0`,
        container: 'stellar-core',
      });
      const first = Number(/^ssc-line (\d+) x+$/mu.exec(there)?.[1]);
      process.stdout.write(
        `${numbers.length} lines saved, ${saved.length} bytes; the cluster has them from line ${first} on\n`,
      );
      expect(first).toBeGreaterThan(0);
      expect(numbers.length).toBeGreaterThan(first);
      await callSsc('clean', run, '--kubeconfig', kubeconfig, '--namespace', namespace).ended;
      rmSync(call.folder, { recursive: true });
    });
  },
);

test.skipIf(images.postgres === undefined)(
  'tables in the postgres of a pod are saved as SQL, and its password nowhere',
  async () => {
    const { access, close } = openCluster({ kubeconfig });
    await api.inNamespace(async (namespace) => {
      const password = randomBytes(16).toString('hex');
      const run = toRunName(randomBytes(3));
      // One node: the postgres beside it asks for a whole processor.
      const sets = { core: { nodes: 1, database: 'postgres' } } as const;
      const formation = createFormation({
        ...{ run, namespace, sets, images, clock, mission: 'test', seed: '1', who: 'a test' },
        version: '0.0.0',
        clusterSettings: { postgres: { image: images.postgres ?? '', password } },
        kube: api.kube,
        dispatcher: access.dispatcher,
        random: createRandom(run),
        signal: new AbortController().signal,
        note: () => {},
        dumpTables: async (pod) => [
          {
            name: 'postgres.sql',
            bytes: await execInPod(access, clock, {
              ...{ namespace, pod, container: 'postgres', command: postgresDumpCommand },
            }),
          },
        ],
      });
      await formation.bringUp();
      const files = new Map<string, string>();
      const problems = await formation.dump(
        async (path, content) => void files.set(path, String(content)),
      );
      await formation.remove();
      expect(problems.map((problem) => problem.message)).toEqual([]);
      expect(files.get('nodes/core-0/database/postgres.sql')).toContain('PostgreSQL database dump');
      expect(files.get('configs/core-0.cfg')).toContain('DATABASE = "postgresql://');
      const leaking = [...files].filter(([, content]) => content.includes(password));
      expect(leaking.map(([path]) => path)).toEqual([]);
      process.stdout.write(`the password is in none of ${files.size} files\n`);
    });
    await close();
  },
);
