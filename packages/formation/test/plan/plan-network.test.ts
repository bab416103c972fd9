import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { type CoreSetSpec, planNetwork } from '../../src/index.ts';

const plan = (sets: Record<string, CoreSetSpec>) =>
  planNetwork({
    run: 'ssc-1a2b3c',
    mission: 'Test',
    namespace: 'sandbox',
    sets,
    images: { core: 'stellar/stellar-core', history: 'nginx' },
    seed: '1',
  });

describe('planNetwork', () => {
  test('decides names, keys, configurations and objects of all nodes', () => {
    const {
      nodes,
      configs,
      plan: objects,
      passphrase,
    } = plan({ core: { nodes: 2 }, watchers: { nodes: 1, role: 'watcher' } });
    expect(passphrase).toBe("Private test network 'ssc-1a2b3c'");
    expect(nodes.map((node) => node.name)).toEqual(['core-0', 'core-1', 'watchers-0']);
    expect([...configs.keys()]).toEqual(['core-0', 'core-1', 'watchers-0']);
    expect(configs.get('core-0')).toContain(
      'PREFERRED_PEERS = [ "ssc-1a2b3c-core-1.ssc-1a2b3c.sandbox.svc", "ssc-1a2b3c-watchers-0.ssc-1a2b3c.sandbox.svc" ]',
    );
    expect(objects.sets.map((set) => [set.name, set.nodes.length, set.dataId])).toEqual([
      ['core', 2, 'ssc-1a2b3c-core-g1'],
      ['watchers', 1, 'ssc-1a2b3c-watchers-g1'],
    ]);
  });

  test('a setting with which core would not start is refused before anything is created', () => {
    const bad = {
      core: {
        nodes: 1,
        config: { FAILURE_SAFETY: 3, UNSAFE_QUORUM: false },
        nodeConfig: { 0: { MAX_SLOTS_TO_REMEMBER: 0 } },
      },
    };
    const text = (() => {
      try {
        plan(bad);
        return 'accepted';
      } catch (error) {
        return renderError(error);
      }
    })();
    expect(text).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  stellar-core would not start with one setting; nothing was started
        core-0.FAILURE_SAFETY    the node is to bear 3 failures, and one failure stop its quorum set"
    `);
  });

  test('takes addresses and folders from the placement alone', () => {
    const network = planNetwork({
      run: 'ssc-1a2b3c',
      mission: 'Test',
      namespace: 'sandbox',
      sets: { core: { nodes: 2 } },
      images: { core: 'x', history: 'y' },
      seed: '1',
      placement: ({ ordinal }) => ({
        peerHost: '127.0.0.1',
        peerPort: 20_000 + ordinal,
        httpPort: 21_000 + ordinal,
        dataFolder: `/runs/${ordinal}`,
        historyUrl: `http://127.0.0.1:${22_000 + ordinal}`,
      }),
    });
    const config = network.configs.get('core-0') ?? '';
    for (const line of [
      'PEER_PORT = 20000',
      'HTTP_PORT = 21000',
      'BUCKET_DIR_PATH = "/runs/0/buckets"',
      '"127.0.0.1:20001"',
      'http://127.0.0.1:22001/{0}',
    ])
      expect(config).toContain(line);
  });
});

describe('a set that runs an older stellar-core', () => {
  const sets = { before: { nodes: 1, image: 'old' }, core: { nodes: 1 } } as const;

  test('runs the image named for it', () => {
    const { plan: objects } = planNetwork({
      run: 'ssc-1a2b3c',
      mission: 'Test',
      namespace: 'sandbox',
      sets,
      images: { core: 'core:27', old: 'core:26', history: 'nginx' },
      seed: '1',
    });
    expect(objects.sets.map((set) => set.image)).toEqual(['core:26', 'core:27']);
  });

  test('is refused when none is named', () => {
    expect(() => plan(sets)).toThrowErrorMatchingInlineSnapshot(
      `[SscError: core set "before" runs an older stellar-core, and none is named; nothing was started]`,
    );
  });
});
