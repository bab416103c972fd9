import { expect, test } from 'vitest';
import { apps, inCluster, isRunning, ns, statefulSet } from './in-cluster.ts';

const zones = {
  nodes: [
    { name: 'a1', labels: { zone: 'a' } },
    { name: 'a2', labels: { zone: 'a' } },
    { name: 'b1', labels: { zone: 'b' } },
    { name: 'nowhere' },
  ],
};
const mine = { labelSelector: { matchLabels: { set: 'web' } }, topologyKey: 'zone' };
const required = (terms: readonly object[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: terms,
});

/** Where each pod of a set of three goes, and what is said of the last one. */
const placesOf = (podSpec: object): Promise<unknown> =>
  inCluster(async ({ post, clock, get, events }) => {
    await post(`${apps}/statefulsets`, statefulSet('web', 3, {}, podSpec));
    await clock.sleep(60_000);
    const names = ['web-0', 'web-1', 'web-2'];
    const pods = await Promise.all(names.map((name) => get(`${ns}/pods/${name}`)));
    return {
      places: pods.map((pod) => (isRunning(pod) ? pod.spec.nodeName : pod.status.phase)),
      last: (await events('web-2'))[0],
    };
  }, zones);

test('pods that keep away from each other go to one zone each, and the last one to a machine of no zone', async () => {
  expect(
    await placesOf({ affinity: { podAntiAffinity: required([mine]) } }),
  ).toMatchInlineSnapshot(`
    {
      "last": "Normal Scheduled: Successfully assigned default/web-2 to nowhere",
      "places": [
        "a1",
        "b1",
        "nowhere",
      ],
    }
  `);
});

test('pods that want to be near each other: the first may go anywhere, and the others follow it', async () => {
  expect(await placesOf({ affinity: { podAffinity: required([mine]) } })).toMatchInlineSnapshot(`
    {
      "last": "Normal Scheduled: Successfully assigned default/web-2 to a1",
      "places": [
        "a1",
        "a2",
        "a1",
      ],
    }
  `);
});

test('pods that are near to none of the pods they want to be near', async () => {
  const others = { labelSelector: { matchLabels: { set: 'other' } }, topologyKey: 'zone' };
  expect(await placesOf({ affinity: { podAffinity: required([others]) } })).toMatchInlineSnapshot(`
    {
      "last": "Warning FailedScheduling: 0/4 nodes are available: 4 node(s) didn't match pod affinity rules. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
      "places": [
        "Pending",
        "Pending",
        "Pending",
      ],
    }
  `);
});

test('pods that are spread over zones, of which two differ by one pod at most', async () => {
  const spread = { ...mine, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' };
  expect(await placesOf({ topologySpreadConstraints: [spread] })).toMatchInlineSnapshot(`
    {
      "last": "Normal Scheduled: Successfully assigned default/web-2 to a2",
      "places": [
        "a1",
        "b1",
        "a2",
      ],
    }
  `);
});

test('pods that are spread over the machines of one zone, as far as they may go there', async () => {
  const spread = {
    ...mine,
    topologyKey: 'kubernetes.io/hostname',
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
  };
  const nodeSelector = { zone: 'a' };
  expect(
    await placesOf({ nodeSelector, topologySpreadConstraints: [spread] }),
  ).toMatchInlineSnapshot(`
    {
      "last": "Normal Scheduled: Successfully assigned default/web-2 to a1",
      "places": [
        "a1",
        "a2",
        "a1",
      ],
    }
  `);
});

test('pods that no node takes', async () => {
  expect(await placesOf({ nodeSelector: { zone: 'c' } })).toMatchInlineSnapshot(`
    {
      "last": "Warning FailedScheduling: 0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
      "places": [
        "Pending",
        "Pending",
        "Pending",
      ],
    }
  `);
});
