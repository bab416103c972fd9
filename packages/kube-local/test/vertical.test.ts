import { watchAsyncResources } from '@ssc/clock';
import { type Program, readText, textResponse } from '@ssc/process';
import { expect, test } from 'vitest';
import {
  apps,
  batch,
  configMap,
  type Fields,
  headless,
  inCluster,
  isGone,
  isRunning,
  ns,
  pod,
  statefulSet,
  type TestCluster,
} from './in-cluster.ts';

/** Serves what its file says, and how long each path is. */
const server: Program = async (self) => {
  const text = readText(self.files, self.argv[1] ?? '');
  self.stdout(`serving ${text}\n`);
  self.net.listenHttp(80, async (request) => textResponse(200, `${text} ${request.path.length}`));
  await self.clock.sleep(1e9);
  return 0;
};

async function bringUp({ post, until }: TestCluster): Promise<void> {
  await post(`${ns}/configmaps`, configMap('cfg', { 'web-0.txt': 'zero', 'web-1.txt': 'one' }));
  await post(`${ns}/services`, headless({ publishNotReadyAddresses: true }));
  const container = {
    command: ['server', '/cfg/$(POD_NAME).txt'],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    volumeMounts: [{ name: 'cfg', mountPath: '/cfg' }],
    readinessProbe: { httpGet: { path: '/', port: 80 } },
  };
  const prepare = {
    name: 'prepare',
    image: 'app:1',
    command: ['sh', '-c', 'echo hello && echo x > /data/y'],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const volumes = [
    { name: 'cfg', configMap: { name: 'cfg' } },
    { name: 'data', emptyDir: {} },
  ];
  await post(
    `${apps}/statefulsets`,
    statefulSet('web', 2, container, { initContainers: [prepare], volumes }),
  );
  await until(`${apps}/statefulsets/web`, (set) => set.status.readyReplicas === 2, 60);
}

test('pods of a stateful set serve what a config map says', async () => {
  await inCluster(
    async (cluster) => {
      await bringUp(cluster);
      const { get, call, until, events } = cluster;
      const query = 'a'.repeat(190 * 1024);
      expect(await get(`${ns}/pods/web-1:80/proxy/x?${query}`)).toBe(`one ${query.length + 3}`);
      expect(await get(`${ns}/pods/web-0/log?container=prepare`)).toBe('hello\n');
      expect(await events('web-0')).toMatchInlineSnapshot(`
        [
          "Normal Scheduled: Successfully assigned default/web-0 to node-1",
          "Normal Pulling: Pulling image "app:1"",
          "Normal Pulled: Successfully pulled image "app:1" in 1.5s (1.5s including waiting). Image size: 1 bytes.",
          "Normal Created: Created container: prepare",
          "Normal Started: Started container prepare",
          "Normal Pulled: Container image "app:1" already present on machine",
          "Normal Created: Created container: main",
          "Normal Started: Started container main",
        ]
      `);
      const before = await get(`${ns}/pods/web-0`);
      expect(before.status).toMatchInlineSnapshot(`
        {
          "conditions": [
            {
              "lastProbeTime": null,
              "lastTransitionTime": "2026-01-01T00:00:00Z",
              "status": "True",
              "type": "PodReadyToStartContainers",
            },
            {
              "lastProbeTime": null,
              "lastTransitionTime": "2026-01-01T00:00:02Z",
              "status": "True",
              "type": "Initialized",
            },
            {
              "lastProbeTime": null,
              "lastTransitionTime": "2026-01-01T00:00:02Z",
              "status": "True",
              "type": "Ready",
            },
            {
              "lastProbeTime": null,
              "lastTransitionTime": "2026-01-01T00:00:02Z",
              "status": "True",
              "type": "ContainersReady",
            },
            {
              "lastProbeTime": null,
              "lastTransitionTime": "2026-01-01T00:00:00Z",
              "status": "True",
              "type": "PodScheduled",
            },
          ],
          "containerStatuses": [
            {
              "containerID": "kube-local://4ce956320c0301207218eec8ac04591ef8e76cf7de2d84e7c4ad2e2c71d07f05",
              "image": "docker.io/library/app:1",
              "imageID": "docker.io/library/app@sha256:c6e8f0f96e0c271012b63beca235f31702beabf42448e200cee028f36365bf1e",
              "lastState": {},
              "name": "main",
              "ready": true,
              "resources": {},
              "restartCount": 0,
              "started": true,
              "state": {
                "running": {
                  "startedAt": "2026-01-01T00:00:02Z",
                },
              },
              "volumeMounts": [
                {
                  "mountPath": "/cfg",
                  "name": "cfg",
                },
                {
                  "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
                  "name": "kube-api-access-phc54",
                  "readOnly": true,
                  "recursiveReadOnly": "Disabled",
                },
              ],
            },
          ],
          "hostIP": "10.230.0.2",
          "hostIPs": [
            {
              "ip": "10.230.0.2",
            },
          ],
          "initContainerStatuses": [
            {
              "containerID": "kube-local://c8d67721ae0612bd3d6e50ab57bc429f1b9f761841e758e6b0589bc8cd36b34e",
              "image": "docker.io/library/app:1",
              "imageID": "docker.io/library/app@sha256:c6e8f0f96e0c271012b63beca235f31702beabf42448e200cee028f36365bf1e",
              "lastState": {},
              "name": "prepare",
              "ready": true,
              "resources": {},
              "restartCount": 0,
              "started": false,
              "state": {
                "terminated": {
                  "containerID": "kube-local://c8d67721ae0612bd3d6e50ab57bc429f1b9f761841e758e6b0589bc8cd36b34e",
                  "exitCode": 0,
                  "finishedAt": "2026-01-01T00:00:02Z",
                  "reason": "Completed",
                  "startedAt": "2026-01-01T00:00:02Z",
                },
              },
              "volumeMounts": [
                {
                  "mountPath": "/data",
                  "name": "data",
                },
                {
                  "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
                  "name": "kube-api-access-phc54",
                  "readOnly": true,
                  "recursiveReadOnly": "Disabled",
                },
              ],
            },
          ],
          "phase": "Running",
          "podIP": "10.244.0.2",
          "podIPs": [
            {
              "ip": "10.244.0.2",
            },
          ],
          "qosClass": "BestEffort",
          "startTime": "2026-01-01T00:00:00Z",
        }
      `);
      await call('DELETE', `${ns}/pods/web-0`);
      await until(
        `${ns}/pods/web-0`,
        (now) => now.code === undefined && now.metadata.uid !== before.metadata.uid,
      );
      await call('DELETE', `${apps}/statefulsets/web`);
      await until(`${ns}/pods`, (list) => list.items.length === 0, 60);
    },
    { programs: { server } },
  );
});

test('a fuse burns down with all that hangs on it, later than planned when it was renewed', async () => {
  await inCluster(async ({ call, post, until, get, clock }) => {
    const fuse = await post(`${batch}/jobs`, {
      metadata: { name: 'fuse' },
      spec: {
        parallelism: 0,
        activeDeadlineSeconds: 60,
        ttlSecondsAfterFinished: 0,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'x', image: 'x' }] } },
      },
    });
    const ownedBy = ({ apiVersion, kind, metadata }: Fields) => [
      { apiVersion, kind, name: metadata.name, uid: metadata.uid },
    ];
    const anchor = await post(`${ns}/configmaps`, {
      metadata: { name: 'anchor', ownerReferences: ownedBy(fuse) },
    });
    await post(`${ns}/pods`, {
      ...pod('p'),
      metadata: { name: 'p', ownerReferences: ownedBy(anchor) },
    });
    await until(`${ns}/pods/p`, isRunning, 30);
    const patch = { spec: { activeDeadlineSeconds: 100 } };
    await call('PATCH', `${batch}/jobs/fuse`, patch, 'application/merge-patch+json');
    await clock.sleep(80_000);
    expect(await get(`${ns}/configmaps/anchor`)).toMatchObject({ kind: 'ConfigMap' });
    await until(`${ns}/configmaps/anchor`, isGone, 40);
    await until(`${ns}/pods/p`, isGone, 60);
    expect((await get(`${batch}/jobs`)).items).toEqual([]);
  });
});

test('equal seeds give equal logs, other seeds others, and nothing leaves the clock', async () => {
  const run = async (seed: string): Promise<string> =>
    inCluster(
      async (cluster) => {
        await bringUp(cluster);
        await cluster.call('DELETE', `${apps}/statefulsets/web`);
        await cluster.until(`${ns}/pods`, (list) => list.items.length === 0, 60);
        return cluster.lines.join('\n');
      },
      {
        programs: { server },
        seed,
        faults: { api: [{ fault: { kind: 'latency', ms: 37 }, chance: 0.3 }] },
      },
    );
  const watch = watchAsyncResources();
  const first = await run('one');
  expect(watch.stop()).toEqual([]);
  expect(first.split('\n').length).toBeGreaterThan(50);
  expect(await run('one')).toBe(first);
  expect(await run('two')).not.toBe(first);
});
