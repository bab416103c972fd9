import {
  resourceProfiles,
  toAnchor,
  toDataId,
  toFuse,
  toRunName,
  toRunObjects,
} from '@ssc/kube-specs';
import { type Program, readText, textResponse } from '@ssc/process';
import { expect, test } from 'vitest';
import { createBasePrograms } from '../src/index.ts';
import { type Fields, inCluster, isGone, isReady } from './in-cluster.ts';

/** Stands in for a node: as much of its command line as a pod uses. */
const core: Program = async (self) => {
  const [, verb, ...rest] = self.argv;
  const config = readText(self.files, rest[rest.indexOf('--conf') + 1] ?? '');
  self.stdout(`${verb} with ${config}`);
  switch (verb) {
    case 'new-db':
      self.files.write('/data/stellar.db', 'ledger 1');
      return 0;
    case 'new-hist':
      self.files.makeFolder('/data/history/.well-known');
      self.files.write(
        '/data/history/.well-known/stellar-history.json',
        `{"of":"${config.trim()}"}`,
      );
      return 0;
    case 'http-command': {
      const { body } = await self.net.request(`http://127.0.0.1:11626/${rest[0]}`);
      self.stdout(Buffer.from(body as Uint8Array).toString());
      return 0;
    }
    case 'run':
      self.net.listenHttp(11626, async () =>
        textResponse(
          200,
          `{"info":{"config":"${config.trim()}","db":"${readText(self.files, '/data/stellar.db')}"}}`,
        ),
      );
      return new Promise((resolve) => self.onSignal(() => resolve(0)));
    default:
      return 1;
  }
};

const namespace = 'sandbox';
const image = 'stellar/stellar-core:27.1.0';

test('the objects of a run, as kube-specs makes them, become nodes that serve what their configuration says', async () => {
  await inCluster(
    async ({ kube, post, until, get, call }) => {
      const run = toRunName(Uint8Array.of(1, 2, 3));
      const ns = `/api/v1/namespaces/${namespace}`;
      const paths: Record<string, string> = {
        Job: `/apis/batch/v1/namespaces/${namespace}/jobs`,
        StatefulSet: `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
        ConfigMap: `${ns}/configmaps`,
        Service: `${ns}/services`,
      };
      const create = (object: Fields) =>
        post(`${paths[object.kind]}?fieldValidation=Strict`, object);
      const fuse = await create(toFuse({ run, mission: 'Test', namespace, burnSeconds: 600 }));
      const content = {
        mission: 'Test',
        who: 'me',
        startedAt: '2026-01-01T00:00:00Z',
        version: '1.0.0',
        holder: 'driver',
        journal: '',
        asked: '',
        plan: '',
      };
      const anchor = await create(toAnchor({ run, namespace, content }, fuse.metadata.uid));
      const network = toRunObjects(
        {
          run,
          mission: 'Test',
          namespace,
          history: { image: 'nginx:1.28', port: 8080 },
          sets: [
            {
              name: 'core',
              image,
              nodes: [{ config: 'NODE = 0\n' }, { config: 'NODE = 1\n' }],
              running: true,
              dataId: toDataId({ run, set: 'core' }, 1),
              data: { kind: 'empty-dir', medium: 'disk' },
              preparation: { newDb: true, newHist: ['local'] },
              waitForConsensus: false,
              resources: resourceProfiles.small,
            },
          ],
        },
        anchor.metadata.uid,
      );
      for (const object of network.all) await create(object);
      const list = await until(
        `${ns}/pods`,
        (pods) => pods.items.length === 2 && pods.items.every(isReady),
        60,
      );
      const [first, second] = list.items.map((pod: Fields) => pod.metadata.name);
      expect(await get(`${ns}/pods/${second}:11626/proxy/info`)).toBe(
        '{"info":{"config":"NODE = 1","db":"ledger 1"}}',
      );
      expect(await get(`${ns}/pods/${first}:8080/proxy/.well-known/stellar-history.json`)).toBe(
        '{"of":"NODE = 0"}',
      );
      expect((await get(`${ns}/pods/${first}/log?container=prepare`)).split('\n')).toEqual([
        expect.stringContaining('ssc: preparing data'),
        'new-db with NODE = 0',
        'new-hist with NODE = 0',
        '',
      ]);
      kube.faults.rebootPod(namespace, first);
      await until(`${ns}/pods/${first}`, (pod) => !isReady(pod), 5);
      await until(`${ns}/pods/${first}`, isReady);
      expect(await get(`${ns}/pods/${first}/log?container=prepare`)).toContain(
        'nothing to prepare',
      );
      await call('DELETE', `${paths['Job']}/${fuse.metadata.name}`, {
        propagationPolicy: 'Background',
      });
      await until(`${ns}/pods/${first}`, isGone, 60);
      for (const path of Object.values(paths)) {
        const left = (await get(path)).items.map((object: Fields) => object.metadata.name);
        expect(left).toEqual(path.endsWith('configmaps') ? ['kube-root-ca.crt'] : []);
      }
    },
    {
      namespaces: [namespace],
      images: [
        {
          pattern: 'stellar/stellar-core:*',
          programs: { ...createBasePrograms(), 'stellar-core': core },
        },
        { pattern: 'nginx:*', programs: createBasePrograms() },
      ],
    },
  );
});
