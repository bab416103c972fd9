import { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { readText, textResponse } from '@ssc/process';
import { expect, test } from 'vitest';
import { apps, batch, inCluster, ns, pod, statefulSet } from './in-cluster.ts';

const server = async (self: any) => {
  self.stdout(`reading ${self.argv[1]}\n`);
  const text = readText(self.files, self.argv[1]);
  self.net.listenHttp(80, async (request: any) =>
    textResponse(200, `${text} ${request.path.length}`),
  );
  await self.clock.sleep(1e9);
  return 0;
};

test('a stateful set whose pods serve what a config map says', async () => {
  await inCluster(
    async ({ call, until, get, events }) => {
      await call('POST', `${ns}/configmaps`, {
        metadata: { name: 'cfg' },
        data: { 'web-0.txt': 'zero', 'web-1.txt': 'one' },
      });
      await call('POST', `${ns}/services`, {
        metadata: { name: 'net' },
        spec: { clusterIP: 'None', selector: { set: 'web' }, publishNotReadyAddresses: true },
      });
      const set = statefulSet(
        'web',
        2,
        {},
        {
          command: ['server', '/cfg/$(POD_NAME).txt'],
          env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          volumeMounts: [{ name: 'cfg', mountPath: '/cfg' }],
          readinessProbe: { httpGet: { path: '/', port: 80 } },
        },
        {
          volumes: [
            { name: 'cfg', configMap: { name: 'cfg' } },
            { name: 'data', emptyDir: {} },
          ],
          initContainers: [
            {
              name: 'prep',
              image: 'app:1',
              command: ['sh', '-c', 'echo hello && echo x > /data/y'],
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            },
          ],
        },
      );
      const made = await call('POST', `${apps}/statefulsets`, set);
      expect(made.status).toBe(201);
      await until(`${apps}/statefulsets/web`, (s) => s.status.readyReplicas === 2, 60);
      expect(await get(`${ns}/pods/web-1:80/proxy/x?${'a'.repeat(190_000)}`)).toBe('one 190003');
      expect(await get(`${ns}/pods/web-0/log?container=prep`)).toBe('hello\n');
      const kept = await get(`${ns}/pods/web-0`);
      expect(kept.status).toMatchInlineSnapshot(`
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
              "image": "app:1",
              "imageID": "docker.io/library/app:1",
              "lastState": {},
              "name": "main",
              "ready": true,
              "restartCount": 0,
              "started": true,
              "state": {
                "running": {
                  "startedAt": "2026-01-01T00:00:02Z",
                },
              },
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
              "image": "app:1",
              "imageID": "docker.io/library/app:1",
              "lastState": {},
              "name": "prep",
              "ready": true,
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
      expect(await events()).toMatchInlineSnapshot(`
        [
          "Normal Scheduled web-0: Successfully assigned default/web-0 to node-1",
          "Normal Pulling web-0: Pulling image "app:1"",
          "Normal Pulled web-0: Successfully pulled image "app:1" in 1.5s (1.5s including waiting). Image size: 1 bytes.",
          "Normal Created web-0: Created container: prep",
          "Normal Started web-0: Started container prep",
          "Normal Pulled web-0: Container image "app:1" already present on machine",
          "Normal Created web-0: Created container: main",
          "Normal Started web-0: Started container main",
          "Normal Scheduled web-1: Successfully assigned default/web-1 to node-2",
          "Normal Pulling web-1: Pulling image "app:1"",
          "Normal Pulled web-1: Successfully pulled image "app:1" in 1.5s (1.5s including waiting). Image size: 1 bytes.",
          "Normal Created web-1: Created container: prep",
          "Normal Started web-1: Started container prep",
          "Normal Pulled web-1: Container image "app:1" already present on machine",
          "Normal Created web-1: Created container: main",
          "Normal Started web-1: Started container main",
          "Normal SuccessfulCreate web: create Pod web-0 in StatefulSet web successful",
          "Normal SuccessfulCreate web: create Pod web-1 in StatefulSet web successful",
        ]
      `);
      await call('DELETE', `${ns}/pods/web-0`);
      await until(
        `${ns}/pods/web-0`,
        (p) => p.metadata?.uid !== undefined && p.metadata.uid !== kept.metadata.uid,
      );
      await call('DELETE', `${apps}/statefulsets/web`);
      await until(`${ns}/pods`, (list) => list.items.length === 0, 60);
    },
    { programs: { server } },
  );
});

test('a fuse burns down with all that hangs on it', async () => {
  await inCluster(async ({ call, until, get }) => {
    const fuse = await call('POST', `${batch}/jobs`, {
      metadata: { name: 'fuse' },
      spec: {
        parallelism: 0,
        activeDeadlineSeconds: 60,
        ttlSecondsAfterFinished: 0,
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'x', image: 'x' }] } },
      },
    });
    const owner = (o: any) => ({
      apiVersion: o.apiVersion,
      kind: o.kind,
      name: o.metadata.name,
      uid: o.metadata.uid,
    });
    const anchor = await call('POST', `${ns}/configmaps`, {
      metadata: { name: 'anchor', ownerReferences: [owner(fuse.body)] },
    });
    await call('POST', `${ns}/pods`, {
      ...pod('p'),
      metadata: { name: 'p', ownerReferences: [owner(anchor.body)] },
    });
    await until(`${ns}/pods/p`, (p) => p.status.phase === 'Running', 30);
    await call(
      'PATCH',
      `${batch}/jobs/fuse`,
      { spec: { activeDeadlineSeconds: 100 } },
      'application/merge-patch+json',
    );
    await until(`${ns}/configmaps/anchor`, (o) => o.kind === 'Status', 110);
    await until(`${ns}/pods/p`, (o) => o.kind === 'Status', 60);
    expect((await get(`${batch}/jobs`)).items).toEqual([]);
  });
});

test('client-node works on the dispatcher', async () => {
  await inCluster(async ({ kube }) => {
    class Config extends KubeConfig {
      override async applySecurityAuthentication(context: any) {
        context.setDispatcher(kube.dispatcher);
      }
    }
    const config = new Config();
    config.loadFromClusterAndUser(
      { name: 'l', server: 'http://kube.invalid', skipTLSVerify: true },
      { name: 'u' },
    );
    const core = config.makeApiClient(CoreV1Api);
    const made = await core.createNamespacedConfigMap({
      namespace: 'default',
      body: { metadata: { name: 'a' }, data: { a: 'b' } },
    });
    expect(made.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/u);
    await expect(
      core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'a' } } }),
    ).rejects.toMatchObject({ code: 409 });
    expect(
      (await config.makeApiClient(AppsV1Api).listNamespacedStatefulSet({ namespace: 'default' }))
        .items,
    ).toEqual([]);
  });
});
