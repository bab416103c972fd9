import { type Program, readText, textResponse } from '@ssc/process';
import { describe, expect, test } from 'vitest';
import {
  apps,
  configMap,
  type Fields,
  headless,
  inCluster,
  isGone,
  isReady,
  isRunning,
  ns,
  pod,
  statefulSet,
} from './in-cluster.ts';

const waiting = (object: Fields): string | undefined =>
  object.status?.containerStatuses?.[0]?.state.waiting?.reason;
const restarts = (object: Fields): number => object.status?.containerStatuses?.[0]?.restartCount;

describe('images', () => {
  test('one that no registry has: ErrImagePull, then ImagePullBackOff', async () => {
    await inCluster(async ({ post, until, events }) => {
      await post(`${ns}/pods`, pod('p', { image: 'team/nope:7' }));
      const first = await until(`${ns}/pods/p`, (p) => waiting(p) === 'ErrImagePull');
      expect(first.status.containerStatuses[0].state.waiting.message).toMatchInlineSnapshot(
        `"rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/team/nope:7": failed to resolve reference "docker.io/team/nope:7": docker.io/team/nope:7: not found"`,
      );
      const second = await until(`${ns}/pods/p`, (p) => waiting(p) === 'ImagePullBackOff');
      expect(second.status.containerStatuses[0].state.waiting.message).toMatchInlineSnapshot(
        `"Back-off pulling image "team/nope:7": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/team/nope:7": failed to resolve reference "docker.io/team/nope:7": docker.io/team/nope:7: not found"`,
      );
      expect(second.status.phase).toBe('Pending');
      expect(await events('p')).toMatchInlineSnapshot(`
        [
          "Normal Scheduled: Successfully assigned default/p to node-1",
          "Normal Pulling: Pulling image "team/nope:7"",
          "Warning Failed: Failed to pull image "team/nope:7": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/team/nope:7": failed to resolve reference "docker.io/team/nope:7": docker.io/team/nope:7: not found",
          "Warning Failed: Error: ErrImagePull",
          "Normal BackOff: Back-off pulling image "team/nope:7"",
          "Warning Failed: Error: ImagePullBackOff",
        ]
      `);
    });
  });

  test('a fault of the registry that passes', async () => {
    await inCluster(
      async ({ kube, post, until, get }) => {
        await post(`${ns}/pods`, pod('p'));
        const failed = await until(`${ns}/pods/p`, (p) => waiting(p) === 'ErrImagePull');
        expect(failed.status.containerStatuses[0].state.waiting.message).toBe(
          '429 Too Many Requests',
        );
        kube.faults.setPullError('app:*', undefined);
        kube.faults.setPullDelay('app:*', 60_000);
        await until(`${ns}/pods/p`, isRunning, 90);
        expect(restarts(await get(`${ns}/pods/p`))).toBe(0);
      },
      { faults: { unpullable: { 'app:*': '429 Too Many Requests' } } },
    );
  });

  test('a name that is none, and one that may not be pulled', async () => {
    await inCluster(async ({ post, until }) => {
      await post(`${ns}/pods`, pod('a', { image: 'app:1:2' }));
      await post(`${ns}/pods`, pod('b', { imagePullPolicy: 'Never' }));
      await until(`${ns}/pods/a`, (p) => waiting(p) === 'InvalidImageName');
      await until(`${ns}/pods/b`, (p) => waiting(p) === 'ErrImageNeverPull');
    });
  });
});

describe('ends and restarts', () => {
  const crash: Program = async (self) => {
    self.stderr(`out of luck at ${self.clock.now()}\n`);
    await self.clock.sleep(100);
    return 3;
  };

  test('a container that crashes again and again is restarted after 0, 10, 20, 40 … 300 s', async () => {
    const starts: number[] = [];
    const program: Program = async (self) => {
      starts.push(self.clock.now());
      return crash(self);
    };
    await inCluster(
      async ({ post, until, get, clock, events }) => {
        await post(`${ns}/pods`, pod('p', { command: ['crash'] }));
        const looping = await until(`${ns}/pods/p`, (p) => waiting(p) === 'CrashLoopBackOff');
        expect(looping.status.containerStatuses[0]).toMatchInlineSnapshot(`
          {
            "image": "docker.io/library/app:1",
            "imageID": "docker.io/library/app@sha256:c6e8f0f96e0c271012b63beca235f31702beabf42448e200cee028f36365bf1e",
            "lastState": {
              "terminated": {
                "containerID": "kube-local://4ce956320c0301207218eec8ac04591ef8e76cf7de2d84e7c4ad2e2c71d07f05",
                "exitCode": 3,
                "finishedAt": "2026-01-01T00:00:02Z",
                "reason": "Error",
                "startedAt": "2026-01-01T00:00:02Z",
              },
            },
            "name": "main",
            "ready": false,
            "resources": {},
            "restartCount": 1,
            "started": false,
            "state": {
              "waiting": {
                "message": "back-off 10s restarting failed container=main pod=p_default(40f61337-c7d4-472b-bb55-943161001e33)",
                "reason": "CrashLoopBackOff",
              },
            },
            "volumeMounts": [
              {
                "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
                "name": "kube-api-access-kvsml",
                "readOnly": true,
                "recursiveReadOnly": "Disabled",
              },
            ],
          }
        `);
        expect(await get(`${ns}/pods/p/log?previous=true`)).toMatch(/^out of luck at \d+\n$/u);
        await clock.sleep(1_500_000);
        const gaps = starts.slice(1).map((at, i) => Math.round((at - (starts[i] ?? 0)) / 1000));
        expect(gaps).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
        expect((await events('p')).at(-1)).toMatch(
          /^Warning BackOff x\d+: Back-off restarting failed container main in pod p_default/u,
        );
      },
      { programs: { crash: program } },
    );
  });

  test('a pod that is not restarted ends, well or not', async () => {
    await inCluster(
      async ({ post, until }) => {
        const once = { restartPolicy: 'Never' };
        await post(`${ns}/pods`, pod('good', { command: ['true'] }, once));
        await post(`${ns}/pods`, pod('bad', { command: ['crash'] }, once));
        const good = await until(`${ns}/pods/good`, (p) => p.status.phase === 'Succeeded');
        const bad = await until(`${ns}/pods/bad`, (p) => p.status.phase === 'Failed');
        expect(good.status.containerStatuses[0].state.terminated).toMatchObject({
          exitCode: 0,
          reason: 'Completed',
        });
        expect(bad.status.containerStatuses[0].state.terminated).toMatchObject({
          exitCode: 3,
          reason: 'Error',
        });
      },
      { programs: { crash } },
    );
  });

  test('a program that the image does not have, and shell text that is not known, end with 127', async () => {
    await inCluster(async ({ post, until, get }) => {
      const once = { restartPolicy: 'Never' };
      await post(`${ns}/pods`, pod('a', { command: ['/usr/bin/nope'] }, once));
      await post(
        `${ns}/pods`,
        pod('b', { command: ['sh', '-c', 'for x in 1 2; do echo $x; done'] }, once),
      );
      const a = await until(`${ns}/pods/a`, (p) => p.status.phase === 'Failed');
      const b = await until(`${ns}/pods/b`, (p) => p.status.phase === 'Failed');
      expect(a.status.containerStatuses[0].state.terminated.exitCode).toBe(127);
      expect(b.status.containerStatuses[0].state.terminated.exitCode).toBe(127);
      expect(await get(`${ns}/pods/a/log`)).toBe('/usr/bin/nope: not found\n');
      expect(await get(`${ns}/pods/b/log`)).toMatch(/^sh: /u);
    });
  });

  test('a pod is asked to stop, and killed when it does not within its grace period', async () => {
    const stubborn: Program = async (self) => {
      self.onSignal((signal) => self.stdout(`${signal}? no\n`));
      await self.clock.sleep(1e9);
      return 0;
    };
    const polite: Program = async (self) =>
      new Promise((resolve) => self.onSignal(() => resolve(0)));
    await inCluster(
      async ({ post, until, call, clock }) => {
        const spec = { terminationGracePeriodSeconds: 20 };
        await post(`${ns}/pods`, pod('stubborn', { command: ['stubborn'] }, spec));
        await post(`${ns}/pods`, pod('polite', { command: ['polite'] }, spec));
        await until(`${ns}/pods/stubborn`, isRunning);
        await until(`${ns}/pods/polite`, isRunning);
        const at = clock.now();
        expect(
          (await call('DELETE', `${ns}/pods/stubborn`)).body.metadata.deletionGracePeriodSeconds,
        ).toBe(20);
        await call('DELETE', `${ns}/pods/polite`);
        await until(`${ns}/pods/polite`, isGone, 2);
        await until(`${ns}/pods/stubborn`, isGone);
        expect(Math.round((clock.now() - at) / 1000)).toBe(20);
        await post(`${ns}/pods`, pod('stubborn', { command: ['stubborn'] }));
        await until(`${ns}/pods/stubborn`, isRunning);
        await call('DELETE', `${ns}/pods/stubborn`, { gracePeriodSeconds: 0 });
        await until(`${ns}/pods/stubborn`, isGone, 1);
      },
      { programs: { stubborn, polite } },
    );
  });

  test('a pod that runs for longer than it may fails, with what it did not finish', async () => {
    await inCluster(async ({ post, until, clock }) => {
      const since = clock.now();
      await post(`${ns}/pods`, pod('p', {}, { activeDeadlineSeconds: 7 }));
      const failed = await until(`${ns}/pods/p`, (p) => p.status.phase === 'Failed');
      expect(Math.round((clock.now() - since) / 1000)).toBe(7);
      expect(failed.status).toMatchObject({
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
        containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'Error' } } }],
      });
    });
  });

  test('a container that runs out of memory', async () => {
    await inCluster(async ({ kube, post, until }) => {
      await post(`${ns}/pods`, pod('p'));
      await until(`${ns}/pods/p`, isRunning);
      kube.faults.killContainer('default', 'p', 'main', { reason: 'OOMKilled' });
      const after = await until(`${ns}/pods/p`, (p) => restarts(p) === 1 && isRunning(p));
      expect(after.status.containerStatuses[0].lastState.terminated).toMatchObject({
        exitCode: 137,
        reason: 'OOMKilled',
      });
    });
  });
});

describe('preparation', () => {
  test('init containers in order, a sidecar started before what follows it, files kept between them', async () => {
    const order: string[] = [];
    const note: Program = async (self) => {
      order.push(`${self.argv[1]} begins`);
      await self.clock.sleep(1000);
      order.push(`${self.argv[1]} ends`);
      return 0;
    };
    const slow: Program = async (self) => {
      order.push('sidecar begins');
      await self.clock.sleep(5000);
      self.net.listenHttp(5432, async () => textResponse(200, 'ok'));
      order.push('sidecar listens');
      self.onSignal(() => {
        order.push('sidecar stops');
        void self.exec(['true']);
      });
      await self.clock.sleep(1e9);
      return 0;
    };
    await inCluster(
      async ({ post, until, call, get }) => {
        await post(
          `${ns}/pods`,
          pod(
            'p',
            { command: ['note', 'main'], lifecycle: { preStop: { sleep: { seconds: 1 } } } },
            {
              restartPolicy: 'Never',
              terminationGracePeriodSeconds: 5,
              initContainers: [
                { name: 'one', image: 'app:1', command: ['note', 'one'] },
                {
                  name: 'side',
                  image: 'app:1',
                  command: ['slow'],
                  restartPolicy: 'Always',
                  startupProbe: {
                    tcpSocket: { port: 5432 },
                    periodSeconds: 1,
                    failureThreshold: 30,
                  },
                },
                { name: 'two', image: 'app:1', command: ['note', 'two'] },
              ],
            },
          ),
        );
        await until(
          `${ns}/pods/p`,
          (p) => p.status.initContainerStatuses?.[1].state.running !== undefined,
        );
        expect((await get(`${ns}/pods/p`)).status.conditions[1]).toMatchInlineSnapshot(`
          {
            "lastProbeTime": null,
            "lastTransitionTime": "2026-01-01T00:00:00Z",
            "message": "containers with incomplete status: [side two]",
            "reason": "ContainersNotInitialized",
            "status": "False",
            "type": "Initialized",
          }
        `);
        await until(`${ns}/pods/p`, (p) => p.status.phase === 'Succeeded');
        expect(order).toEqual([
          'one begins',
          'one ends',
          'sidecar begins',
          'sidecar listens',
          'two begins',
          'two ends',
          'main begins',
          'main ends',
          'sidecar stops',
        ]);
        await call('DELETE', `${ns}/pods/p`);
        await until(`${ns}/pods/p`, isGone, 1);
      },
      { programs: { note, slow } },
    );
  });

  test('a preparation that fails is repeated, or fails the pod', async () => {
    await inCluster(async ({ post, until }) => {
      const initContainers = [{ name: 'prepare', image: 'app:1', command: ['false'] }];
      await post(`${ns}/pods`, pod('again', {}, { initContainers }));
      await post(`${ns}/pods`, pod('once', {}, { initContainers, restartPolicy: 'Never' }));
      await until(
        `${ns}/pods/again`,
        (p) => p.status.initContainerStatuses?.[0].state.waiting?.reason === 'CrashLoopBackOff',
      );
      await until(`${ns}/pods/once`, (p) => p.status.phase === 'Failed');
    });
  });

  test('a reboot: the same pod, its disk kept, memory lost, init containers once more', async () => {
    const count: Program = async (self) => {
      for (const path of ['/disk/n', '/memory/n']) {
        const before = self.files.info(path) === undefined ? 0 : Number(readText(self.files, path));
        self.files.write(path, String(before + 1));
      }
      self.stdout(`${readText(self.files, '/disk/n')} ${readText(self.files, '/memory/n')}\n`);
      return 0;
    };
    await inCluster(
      async ({ kube, post, until, get, events }) => {
        const volumeMounts = [
          { name: 'disk', mountPath: '/disk' },
          { name: 'memory', mountPath: '/memory' },
        ];
        await post(
          `${ns}/pods`,
          pod(
            'p',
            {},
            {
              initContainers: [{ name: 'count', image: 'app:1', command: ['count'], volumeMounts }],
              volumes: [
                { name: 'disk', emptyDir: {} },
                { name: 'memory', emptyDir: { medium: 'Memory' } },
              ],
            },
          ),
        );
        const before = await until(`${ns}/pods/p`, isReady);
        expect(await get(`${ns}/pods/p/log?container=count`)).toBe('1 1\n');
        kube.faults.rebootPod('default', 'p');
        await until(`${ns}/pods/p`, (p) => !isReady(p), 5);
        const after = await until(`${ns}/pods/p`, isReady);
        expect(after.metadata.uid).toBe(before.metadata.uid);
        expect(await get(`${ns}/pods/p/log?container=count`)).toBe('2 1\n');
        expect(restarts(after)).toBe(1);
        expect((await events('p')).join('\n')).toContain(
          'Pod sandbox changed, it will be killed and re-created.',
        );
      },
      { programs: { count } },
    );
  });
});

describe('what a container sees', () => {
  const show: Program = async (self) => {
    for (const name of self.argv.slice(1)) self.stdout(`${name}=${self.env[name]}\n`);
    return 0;
  };

  test('variables, expanded, and only the files of its mounts', async () => {
    await inCluster(
      async ({ post, until, get }) => {
        await post(`${ns}/configmaps`, configMap('cm', { k: 'from a map', f: 'text' }));
        await post(`${ns}/secrets`, { metadata: { name: 's' }, stringData: { p: 'hidden' } });
        const container = {
          command: [
            'sh',
            '-c',
            'show NAME MAP SECRET ALL CPU NOPE && cat /cfg/g /keys/p /info/labels && ls /cfg /keys && cat /elsewhere',
          ],
          env: [
            { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'MAP', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } },
            { name: 'SECRET', valueFrom: { secretKeyRef: { name: 's', key: 'p' } } },
            { name: 'ALL', value: '$(NAME)/$(MAP)/$(NOPE)/$$(NAME)' },
            { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          ],
          resources: { limits: { cpu: '1500m' } },
          volumeMounts: [
            { name: 'cfg', mountPath: '/cfg' },
            { name: 'keys', mountPath: '/keys', readOnly: true },
            { name: 'info', mountPath: '/info' },
          ],
        };
        await post(
          `${ns}/pods`,
          pod('p', container, {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            volumes: [
              { name: 'cfg', configMap: { name: 'cm', items: [{ key: 'f', path: 'g' }] } },
              { name: 'keys', secret: { secretName: 's' } },
              {
                name: 'info',
                downwardAPI: {
                  items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }],
                },
              },
            ],
          }),
        );
        await until(`${ns}/pods/p`, (p) => p.status.phase === 'Failed');
        expect(await get(`${ns}/pods/p/log`)).toMatchInlineSnapshot(`
          "NAME=p
          MAP=from a map
          SECRET=hidden
          ALL=p/from a map/$(NOPE)/$(NAME)
          CPU=2
          NOPE=undefined
          texthiddenapp="p"g
          p
          cat: ENOENT: no such file or directory: /elsewhere
          "
        `);
      },
      { programs: { show } },
    );
  });

  test('a volume or variable that is not there holds the pod, with the reason, until it comes', async () => {
    await inCluster(async ({ post, until, events }) => {
      await post(
        `${ns}/pods`,
        pod(
          'p',
          { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
          { volumes: [{ name: 'v', configMap: { name: 'late' } }] },
        ),
      );
      await post(`${ns}/pods`, pod('q', { envFrom: [{ configMapRef: { name: 'late' } }] }));
      await until(`${ns}/pods/q`, (p) => waiting(p) === 'CreateContainerConfigError');
      expect(await events('p')).toMatchInlineSnapshot(`
        [
          "Normal Scheduled: Successfully assigned default/p to node-1",
          "Warning FailedMount x3: MountVolume.SetUp failed for volume "v" : configmap "late" not found",
        ]
      `);
      await post(`${ns}/configmaps`, configMap('late', { a: 'b' }));
      await until(`${ns}/pods/p`, isRunning);
      await until(`${ns}/pods/q`, isRunning);
    });
  });

  test('claims outlive their pod', async () => {
    const count: Program = async (self) => {
      const before =
        self.files.info('/data/n') === undefined ? 0 : Number(readText(self.files, '/data/n'));
      self.files.write('/data/n', String(before + 1));
      self.stdout(`${before + 1}\n`);
      await self.clock.sleep(1e9);
      return 0;
    };
    await inCluster(
      async ({ post, until, call, get }) => {
        const claims = {
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
            },
          ],
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
        };
        const container = {
          command: ['count'],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        };
        await post(`${apps}/statefulsets`, statefulSet('web', 1, container, {}, claims));
        const first = await until(`${ns}/pods/web-0`, isRunning);
        await call('DELETE', `${ns}/pods/web-0`);
        await until(
          `${ns}/pods/web-0`,
          (p) => isRunning(p) && p.metadata.uid !== first.metadata.uid,
        );
        expect(await get(`${ns}/pods/web-0/log`)).toBe('2\n');
        await call('DELETE', `${apps}/statefulsets/web`, { propagationPolicy: 'Background' });
        await until(`${ns}/persistentvolumeclaims`, (list) => list.items.length === 0);
      },
      { programs: { count } },
    );
  });
});

describe('probes', () => {
  test('readiness follows the answer; liveness restarts', async () => {
    let healthy = true;
    const server: Program = async (self) => {
      self.net.listenHttp(8080, async (request) =>
        textResponse(healthy || request.path === '/other' ? 200 : 503, 'x'),
      );
      await self.clock.sleep(1e9);
      return 0;
    };
    await inCluster(
      async ({ post, until, events }) => {
        const probe = {
          httpGet: { path: '/health', port: 8080 },
          periodSeconds: 5,
          failureThreshold: 2,
        };
        await post(`${ns}/pods`, pod('ready', { command: ['server'], readinessProbe: probe }));
        await post(
          `${ns}/pods`,
          pod(
            'alive',
            { command: ['server'], livenessProbe: probe },
            { terminationGracePeriodSeconds: 2 },
          ),
        );
        await until(`${ns}/pods/ready`, isReady);
        await until(`${ns}/pods/alive`, isReady);
        healthy = false;
        const unready = await until(`${ns}/pods/ready`, (p) => !isReady(p), 15);
        expect(unready.status.conditions.find((c: Fields) => c.type === 'Ready')).toMatchObject({
          reason: 'ContainersNotReady',
          message: 'containers with unready status: [main]',
        });
        expect(restarts(unready)).toBe(0);
        await until(`${ns}/pods/alive`, (p) => restarts(p) === 1);
        const told = await events('alive');
        expect(told).toContainEqual(
          expect.stringMatching(
            /^Warning Unhealthy x\d: Liveness probe failed: HTTP probe failed with statuscode: 503$/u,
          ),
        );
        expect(told).toContainEqual(
          'Normal Killing: Container main failed liveness probe, will be restarted',
        );
        healthy = true;
        await until(`${ns}/pods/ready`, isReady, 15);
      },
      { programs: { server } },
    );
  });

  test('a pod that is deleted while its container is restarted stays until that has ended', async () => {
    const deaf: Program = async (self) => {
      self.net.listenHttp(8080, async () => textResponse(503, 'ill'));
      return new Promise(() => self.onSignal(() => {}));
    };
    await inCluster(
      async ({ post, call, until, events, clock }) => {
        const livenessProbe = {
          httpGet: { port: 8080 },
          periodSeconds: 1,
          failureThreshold: 1,
          terminationGracePeriodSeconds: 40,
        };
        await post(`${ns}/pods`, pod('p', { command: ['deaf'], livenessProbe }));
        await until(`${ns}/pods/p`, isRunning);
        const killing = 'Normal Killing: Container main failed liveness probe, will be restarted';
        while (!(await events('p')).includes(killing)) await clock.sleep(100);
        const deletedAt = clock.now();
        await call('DELETE', `${ns}/pods/p`, { gracePeriodSeconds: 20 });
        await until(`${ns}/pods/p`, isGone);
        // Killed when the shorter of both grace periods is over, and not gone before.
        expect(Math.round((clock.now() - deletedAt) / 1000)).toBe(20);
      },
      { programs: { deaf } },
    );
  });
});

describe('names and the network', () => {
  const server: Program = async (self) => {
    self.net.listenHttp(80, async () => textResponse(200, `this is ${self.env['HOSTNAME']}\n`));
    await self.clock.sleep(1e9);
    return 0;
  };
  const unreadyProbe = { readinessProbe: { exec: { command: ['false'] } } };

  test('pods find each other below a headless service, unready ones only where they are published', async () => {
    await inCluster(
      async ({ kube, post, until, call }) => {
        await post(
          `${apps}/statefulsets`,
          statefulSet('web', 2, { command: ['server'], ...unreadyProbe }),
        );
        await until(`${ns}/pods/web-0`, isRunning);
        await until(`${ns}/pods/web-1`, isRunning);
        const curl = async (host: string) => {
          const { code, stdout } = await kube.exec('default', 'web-0', 'main', [
            'curl',
            '-sf',
            '-m',
            '5',
            `http://${host}/`,
          ]);
          return code === 0 ? stdout : code;
        };
        expect(await curl('web-1.net')).toBe(6);
        await post(`${ns}/services`, headless());
        expect(await curl('web-1.net')).toBe(6);
        await call(
          'PATCH',
          `${ns}/services/net`,
          { spec: { publishNotReadyAddresses: true } },
          'application/merge-patch+json',
        );
        for (const host of [
          'web-1.net',
          'web-1.net.default',
          'web-1.net.default.svc',
          'web-1.net.default.svc.cluster.local',
        ])
          expect(await curl(host)).toBe('this is web-1\n');
        expect(await curl('web-1.net.other')).toBe(6);
        expect(await curl('web-7.net')).toBe(6);
        const [a, b] = [
          { namespace: 'default', pod: 'web-0' },
          { namespace: 'default', pod: 'web-1' },
        ];
        kube.faults.partition(a, b);
        expect(await curl('web-1.net')).toBe(28);
        kube.faults.heal(a, b);
        expect(await curl('web-1.net')).toBe('this is web-1\n');
      },
      { programs: { server } },
    );
  });

  test('the proxy says what a pod does not answer', async () => {
    await inCluster(
      async ({ post, until, call }) => {
        await post(`${ns}/pods`, pod('p', { command: ['server'] }));
        await until(`${ns}/pods/p`, isRunning);
        expect((await call('GET', `${ns}/pods/p:80/proxy/`)).body).toBe('this is p\n');
        const closed = await call('GET', `${ns}/pods/p:81/proxy/`);
        expect(closed.status).toBe(503);
        expect(closed.body).toMatchInlineSnapshot(`
          {
            "apiVersion": "v1",
            "code": 503,
            "details": {},
            "kind": "Status",
            "message": "error trying to reach service: dial tcp 10.244.0.2:81: connect: connection refused",
            "metadata": {},
            "reason": "ServiceUnavailable",
            "status": "Failure",
          }
        `);
        expect((await call('GET', `${ns}/pods/nope:81/proxy/`)).status).toBe(404);
      },
      { programs: { server } },
    );
  });

  test('nginx serves what its configuration says', async () => {
    await inCluster(async ({ kube, post, until, call, get }) => {
      const conf =
        'daemon off;\nevents {}\nhttp { server { listen 8080; root /data/history; autoindex on; } }\n';
      await post(
        `${ns}/configmaps`,
        configMap('nginx', { 'nginx.conf': conf, 'bad.conf': 'http { servr { } }' }),
      );
      const volumeMounts = [
        { name: 'c', mountPath: '/c' },
        { name: 'd', mountPath: '/data' },
      ];
      const volumes = [
        { name: 'c', configMap: { name: 'nginx' } },
        { name: 'd', emptyDir: {} },
      ];
      await post(
        `${ns}/pods`,
        pod('p', { command: ['nginx', '-c', '/c/nginx.conf'], volumeMounts }, { volumes }),
      );
      await post(
        `${ns}/pods`,
        pod(
          'bad',
          { command: ['nginx', '-c', '/c/bad.conf'], volumeMounts },
          { volumes, restartPolicy: 'Never' },
        ),
      );
      await until(`${ns}/pods/p`, isRunning);
      const web = (path: string) => call('GET', `${ns}/pods/p:8080/proxy${path}`);
      expect((await web('/a.txt')).status).toBe(404);
      await kube.exec('default', 'p', 'main', ['mkdir', '-p', '/data/history/sub']);
      await kube.exec('default', 'p', 'main', ['sh', '-c', 'echo hello > /data/history/sub/a.txt']);
      expect(await web('/sub/a.txt')).toMatchObject({ status: 200, body: 'hello\n' });
      expect((await web('/sub')).status).toBe(301);
      expect((await web('/sub/')).body).toContain('<a href="a.txt">a.txt</a>');
      expect((await web('/../../c/nginx.conf')).status).toBe(404);
      await until(`${ns}/pods/bad`, (p) => p.status.phase === 'Failed');
      expect(await get(`${ns}/pods/bad/log`)).toBe(
        'nginx: [emerg] unknown directive "servr" in /c/bad.conf:1\n',
      );
    });
  });
});

describe('nodes', () => {
  test('a pod that is evicted is replaced by its set', async () => {
    await inCluster(async ({ kube, post, until, get }) => {
      await post(`${apps}/statefulsets`, statefulSet('web', 1));
      const first = await until(`${ns}/pods/web-0`, isRunning);
      kube.faults.evictPod('default', 'web-0', 'The node was low on resource: memory.');
      const failed = await get(`${ns}/pods/web-0`);
      expect(failed.status).toMatchObject({
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
      });
      await until(`${ns}/pods/web-0`, (p) => isRunning(p) && p.metadata.uid !== first.metadata.uid);
    });
  });

  test('a node that is lost: its pods turn unready, are marked after five minutes, and end when it comes back', async () => {
    await inCluster(
      async ({ kube, post, until, get }) => {
        await post(`${apps}/statefulsets`, statefulSet('web', 1));
        const first = await until(`${ns}/pods/web-0`, isReady);
        kube.faults.loseNode('only');
        const lost = await until(`${ns}/pods/web-0`, (p) => !isReady(p), 60);
        expect(lost.metadata.deletionTimestamp).toBeUndefined();
        expect((await get('/api/v1/nodes/only')).status.conditions[0]).toMatchObject({
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
        });
        await until(`${ns}/pods/web-0`, (p) => p.metadata.deletionTimestamp !== undefined, 310);
        kube.faults.restoreNode('only');
        await until(`${ns}/pods/web-0`, (p) => isReady(p) && p.metadata.uid !== first.metadata.uid);
      },
      { nodes: [{ name: 'only' }] },
    );
  });

  test('pods wait for room', async () => {
    await inCluster(
      async ({ post, until, call, events }) => {
        const needs = (cpu: string) => ({ resources: { requests: { cpu } } });
        await post(`${ns}/pods`, pod('a', needs('3')));
        await post(`${ns}/pods`, pod('b', needs('2')));
        await until(`${ns}/pods/a`, isRunning);
        expect((await events('b')).at(-1)).toMatchInlineSnapshot(
          `"Warning FailedScheduling: 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {mine: yes}. preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling."`,
        );
        await call('DELETE', `${ns}/pods/a`);
        await until(`${ns}/pods/b`, isRunning);
      },
      {
        nodes: [
          { name: 'small', cpu: '4' },
          {
            name: 'tainted',
            cpu: '8',
            taints: [{ key: 'mine', value: 'yes', effect: 'NoSchedule' }],
          },
        ],
      },
    );
  });
});
