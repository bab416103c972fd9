import { describe, expect, test } from 'vitest';
import { type ContainerKind, ContainerRecord } from '../../src/kubelet/container-record.ts';
import type { Container } from '../../src/types/pod.ts';

/** A record, with what it showed at each change. */
function recorded(kind: ContainerKind, more: Partial<Container> = {}) {
  const container = { name: 'c', image: 'app:1', resources: {}, ...more } as Container;
  const shown: string[] = [];
  const record: ContainerRecord = new ContainerRecord(container, kind, () => {
    const { state, ready, started } = record.status;
    shown.push(
      [...Object.keys(state), ready && 'ready', started && 'started'].filter(Boolean).join(' '),
    );
  });
  return { record, shown };
}
const httpGet = { port: 80 } as const;
const probe = { httpGet } as NonNullable<Container['startupProbe']>;

describe('ready and started', () => {
  test.each<[string, ContainerKind, Partial<Container>, string[]]>([
    ['a container without probes at once', 'main', {}, ['running ready started']],
    ['never an init container while it runs', 'init', {}, ['running']],
    ['a readiness probe has to say so', 'main', { readinessProbe: probe }, ['running started']],
    ['a startup probe comes first', 'sidecar', { startupProbe: probe }, ['running']],
  ])('%s', (_, kind, container, expected) => {
    const { record, shown } = recorded(kind, container);
    record.run('id', 'then');
    expect(shown).toEqual(expected);
  });

  test('the startup probe passes, and the readiness probe changes its mind', () => {
    const { record, shown } = recorded('main', { startupProbe: probe, readinessProbe: probe });
    record.run('id', 'then');
    record.passStartup();
    record.setReady(true);
    record.setReady(true);
    record.setReady(false);
    expect(shown).toEqual([
      'running',
      'running started',
      'running ready started',
      'running started',
    ]);
  });

  test('who waits for the start hears of that of the next instance', async () => {
    const { record } = recorded('main', { startupProbe: probe });
    const heard: string[] = [];
    const first = record.started().then(() => heard.push('first'));
    record.run('id', 'then');
    record.end(1, 'Error', 'later');
    await Promise.resolve();
    expect(heard).toEqual([]);
    record.run('id', 'again');
    record.passStartup();
    await first;
    await record.started();
    expect(heard).toEqual(['first']);
  });

  test('an init container that did well is ready, one that failed is not', () => {
    for (const [code, ready] of [
      [0, true],
      [1, false],
    ] as const) {
      const { record } = recorded('init');
      record.run('id', 'then');
      record.end(code, 'Completed', 'later');
      expect(record.status.ready).toBe(ready);
    }
  });
});

test('the end of an instance becomes the last state when another one is to come', () => {
  const { record } = recorded('main', { image: 'core' });
  expect(record.status).toMatchObject({ image: 'core', imageID: '', restartCount: 0 });
  expect(record.putBehind()).toBe(undefined);
  expect(record.count()).toBe(1);
  record.run('id-1', 'then');
  record.end(3, 'OOMKilled', 'later');
  const ended = {
    exitCode: 3,
    reason: 'OOMKilled',
    startedAt: 'then',
    finishedAt: 'later',
    containerID: 'id-1',
  };
  expect(record.status).toMatchObject({
    state: { terminated: ended },
    lastState: {},
    restartCount: 0,
    containerID: 'id-1',
    image: 'docker.io/library/core:latest',
  });
  expect(record.putBehind()).toBe('later');
  record.wait('CrashLoopBackOff', 'back-off 10s');
  expect(record.count()).toBe(2);
  expect(record.status).toMatchObject({
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
    lastState: { terminated: ended },
    restartCount: 1,
    started: false,
  });
  expect(record.status).not.toHaveProperty('containerID');
});

test('a reset while it runs shows it as waiting, and tells nobody', () => {
  const { record, shown } = recorded('main');
  record.run('id', 'then');
  record.reset('PodInitializing');
  expect(shown).toHaveLength(1);
  expect(record.status).toMatchObject({
    state: { waiting: { reason: 'PodInitializing' } },
    lastState: {},
    ready: false,
    started: false,
  });
});
