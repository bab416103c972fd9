import { watchAsyncResources } from '@ssc/clock';
import { renderError, SscError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { type SyncOptions, waitUntilSynced } from '../../src/index.ts';
import { type Model, modelNetwork } from '../model.ts';

/** Waits for sync of all nodes of a model; gives the ledgers, or the text of the error, and the seconds it took. */
async function sync(model: Model, options: Partial<SyncOptions> = {}) {
  const { clock, nodes } = modelNetwork(model);
  return clock.run(async () => {
    const result = await waitUntilSynced(nodes, { clock, within: '30s', ...options }).then(
      (infos) => infos.map((info) => info.ledger.num),
      (error: unknown) => (error instanceof SscError ? renderError(error) : String(error)),
    );
    return { result, seconds: clock.now() / 1000 };
  });
}

const alive = (seconds: number, from = 0) => ({ ledger: 1 + Math.floor((seconds - from) / 5) });

describe('waitUntilSynced', () => {
  test('two ledgers after it asked, on every node', async () => {
    expect(
      await sync((s) => ({ 'core-0': alive(s), 'core-1': alive(s), 'core-2': alive(s) })),
    ).toEqual({ result: [3, 3, 3], seconds: 10 });
  });

  test('one ledger is not enough, also when its own slot is already agreed on', async () => {
    // A node shows the slot of its last ledger, not the one before, for a moment.
    const eager = (s: number) => ({ ...alive(s), quorum: { ledger: alive(s).ledger } });
    expect(await sync((s) => ({ 'core-0': eager(s) }))).toEqual({ result: [3], seconds: 10 });
  });

  test('the state alone is not enough: a validator without its quorum says "Synced!" for 35 s', async () => {
    // core-1 and core-2 stopped at 0; core-0 shows what it remembers.
    const model: Model = (s) => ({
      'core-0': { ledger: 20, peers: 0, state: s < 35 ? 'Synced!' : 'Joining SCP' },
    });
    const { nodes, clock } = modelNetwork(model);
    const states = await clock.run(async () => [
      (await (nodes[0] as (typeof nodes)[number]).info()).state,
    ]);
    expect(states).toEqual(['Synced!']);
    expect((await sync(model)).result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-0 did not sync within 30s
        Asked       31 times in 30s; the last answer is 0ms old
        Last saw    core-0: state "Synced!", ledger 20, 0 peers authenticated; no ledger closed since asked; nothing agreed since, the last slot is 19
        Progress    none for 30s
        A node without an authenticated peer cannot hear its quorum. Look first at name resolution and the network from its pod."
    `);
  });

  test('a node that stands still while the others go on', async () => {
    const { result, seconds } = await sync(
      (s) => ({
        'core-0': alive(s),
        'core-1': alive(s),
        'core-2': { state: 'Joining SCP', ledger: 2, peers: 0, quorum: false },
      }),
      {
        within: '2m',
        diagnose: async (node) => [
          ['Pod', `sandbox/${node}, Running, 0 restarts`],
          ['Look', `kubectl -n sandbox logs ${node}`],
        ],
      },
    );
    // The last progress is at 10 s, when core-0 and core-1 got there.
    expect(seconds).toBe(130);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-2 did not sync within 2m of the last progress
        Asked       131 times in 2m 10s; the last answer is 0ms old
        Last saw    core-2: state "Joining SCP", ledger 2, 0 peers authenticated; no ledger closed since asked; no slot voted on yet
        Progress    none for 2m
        Others      core-0 and core-1 in sync: ledger 27
        Pod         sandbox/core-2, Running, 0 restarts
        Look        kubectl -n sandbox logs core-2
        A node without an authenticated peer cannot hear its quorum. Look first at name resolution and the network from its pod."
    `);
  });

  test('nodes that do not belong together are told apart', async () => {
    const stands = { ledger: 1, state: 'Joining SCP', quorum: false } as const;
    const lastLine = (text: unknown): string | undefined => String(text).split('\n').at(-1)?.trim();
    const networks = await sync(() => ({
      'core-0': stands,
      'core-1': { ...stands, network: 'Another network' },
      'core-2': stands,
    }));
    expect(lastLine(networks.result)).toMatchInlineSnapshot(
      `"The nodes are of different networks: core-0 and core-2 of "Standalone Network ; February 2017", core-1 of "Another network". Look at NETWORK_PASSPHRASE."`,
    );
    const geneses = await sync(() => ({
      'core-0': stands,
      'core-1': { ...stands, hash: 'b'.repeat(64) },
      'core-2': stands,
    }));
    expect(lastLine(geneses.result)).toMatchInlineSnapshot(
      `"Ledger 1 of core-1 is another one than that of core-0. They began differently: look at GENESIS_TEST_ACCOUNT_COUNT."`,
    );
    const forked = await sync(() => ({
      'core-0': { ...stands, ledger: 9 },
      'core-1': { ...stands, ledger: 9, hash: 'b'.repeat(64) },
    }));
    expect(lastLine(forked.result)).toMatchInlineSnapshot(
      `"Ledger 9 of core-1 is another one than that of core-0."`,
    );
  });

  test('nobody there, and nobody any more', async () => {
    const { result } = await sync((s) => ({
      'core-0': s < 10 ? alive(s) : undefined,
      'core-1': undefined,
      'core-2': s < 1 ? undefined : { reply: '{"error": "Core is booting, try again later"}' },
    }));
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-0, core-1 and core-2 did not sync within 30s
        Asked       31 times in 30s; the last answer is 21s old
        Last saw    core-0: cannot be reached (info): connect ECONNREFUSED 127.0.0.1:11626; 21s ago state "Synced!", ledger 2, 2 peers authenticated; 1 closed since asked; nothing agreed since, the last slot is 1
                    core-1: never answered; cannot be reached (info): connect ECONNREFUSED 127.0.0.1:11626
                    core-2: never answered; is booting: its last closed ledger is not loaded yet (info)
        Progress    none for 30s"
    `);
  });

  test('more nodes than are worth naming', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `core-${i}`);
    const { result } = await sync(() =>
      Object.fromEntries(names.map((name) => [name, { quorum: false as const, ledger: 1 }])),
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-0, core-1, core-2 and 17 more did not sync within 30s
        Asked       31 times in 30s; the last answer is 0ms old
        Last saw    core-0: state "Synced!", ledger 1, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                    core-1: state "Synced!", ledger 1, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                    core-2: state "Synced!", ledger 1, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                    core-3: state "Synced!", ledger 1, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                    core-4: state "Synced!", ledger 1, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                    and 15 more
        Progress    none for 30s
        A validator says "Synced!" for 35 s without a quorum. Look at the quorum sets, and at the nodes they name."
    `);
  });

  test('slots on which nodes disagree are no agreement, however many ledgers close', async () => {
    const { result, seconds } = await sync((s) => ({
      'core-0': { ...alive(s), quorum: { disagree: 1 } },
    }));
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-0 did not sync within 30s of the last progress
        Asked       41 times in 40s; the last answer is 0ms old
        Last saw    core-0: state "Synced!", ledger 9, 2 peers authenticated; 8 closed since asked; 3 of 4 agree on slot 8 (EXTERNALIZE), 1 disagreeing
        Progress    none for 30s
        A validator says "Synced!" for 35 s without a quorum. Look at the quorum sets, and at the nodes they name."
    `);
    expect(seconds).toBe(40);
    // Nor is a slot that is not decided.
    expect(
      (await sync((s) => ({ 'core-0': { ...alive(s), quorum: { phase: 'CONFIRM' } } }))).result,
    ).toContain('SSC_NODE_NOT_SYNCED');
  });

  test('a restart begins anew', async () => {
    expect(
      await sync((s) => ({
        'core-0':
          s < 9
            ? alive(s)
            : { ledger: 3 + Math.floor((s - 9) / 5), startedOn: '2026-11-22T13:00:00Z' },
      })),
    ).toEqual({ result: [5], seconds: 19 });
    // A fresh data base under the same start.
    expect(await sync((s) => ({ 'core-0': s < 9 ? { ledger: 50 } : alive(s, 9) }))).toEqual({
      result: [3],
      seconds: 19,
    });
  });

  test('with progress it waits as long as it takes', async () => {
    const { seconds, result } = await sync(
      (s) => ({
        'core-0':
          s < 300
            ? {
                state: 'Catching up',
                ledger: 1,
                status: [`Waiting for trigger ledger: ${5 + Math.floor(s / 5)}/65, ETA: 235s`],
              }
            : { ledger: 64 + Math.floor((s - 300) / 5) },
      }),
      { within: '20s' },
    );
    expect({ seconds, result }).toEqual({ seconds: 300, result: [64] });
  });

  test('catching up without an archive', async () => {
    const { result } = await sync(() => ({
      'core-0': {
        state: 'Catching up',
        ledger: 1,
        status: ['Catching up to ledger 63: Retrying in 4 sec: get-remote-file'],
      },
    }));
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-0 did not sync within 30s
        Asked       31 times in 30s; the last answer is 0ms old
        Last saw    core-0: state "Catching up", ledger 1, 2 peers authenticated, "Catching up to ledger 63: Retrying in 4 sec: get-remote-file"; no ledger closed since asked; nothing agreed since, the last slot is 0
        Progress    none for 30s
        The node waits for a checkpoint to be published and read. Look at the archives it reads from."
    `);
  });

  test('sets that close by hand: the state alone, when asked so', async () => {
    expect(await sync(() => ({ 'core-0': { ledger: 1, quorum: false } }), { ledgers: 0 })).toEqual({
      result: [1],
      seconds: 0,
    });
  });

  test('the check of the caller ends it at once', async () => {
    const asked: string[][] = [];
    const { result, seconds } = await sync(() => ({ 'core-0': {}, 'core-1': undefined }), {
      async check(pending) {
        asked.push([...pending]);
        if (asked.length < 3) return;
        throw new SscError({
          problem: { code: 'SSC_IMAGE_NOT_PULLED' },
          verdict: 'broken',
          summary: 'the cluster cannot pull "x"',
        });
      },
    });
    expect({ result, seconds }).toEqual({
      result: '✖ SSC_IMAGE_NOT_PULLED  the cluster cannot pull "x"',
      seconds: 2,
    });
    expect(asked[0]).toEqual(['core-0', 'core-1']);
  });

  test('a diagnosis that breaks does not hide the error', async () => {
    const { result } = await sync(() => ({ 'core-0': undefined }), {
      diagnose: () => Promise.reject(new Error('no permission')),
    });
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-0 did not sync within 30s
        Asked        31 times in 30s; no answer ever came from it
        Last saw     core-0: never answered; cannot be reached (info): connect ECONNREFUSED 127.0.0.1:11626
        Progress     none for 30s
        Diagnosis    none of core-0: no permission"
    `);
  });

  test('a reply that is no node’s ends it at once, with what surrounds the node', async () => {
    const { result, seconds } = await sync(() => ({ 'core-0': { reply: '{"info":{}}' } }), {
      diagnose: async () => [['Pod', 'Running']],
    });
    expect(result).toContain('SSC_CORE_REPLY_UNEXPECTED');
    expect(result).toContain('Pod           Running');
    expect(seconds).toBe(0);
  });

  test('a node whose log says that its ledger is not the network’s is not sent to the archives', async () => {
    const waitFor = async (...errors: [string, string][]) => {
      const { result } = await sync(() => ({ 'core-0': { state: 'Catching up', ledger: 4 } }), {
        within: '5s',
        diagnose: async () => errors,
      });
      return (result as string).split('\n').at(-1);
    };
    expect(await waitFor()).toMatchInlineSnapshot(
      `"  The node waits for a checkpoint to be published and read. Look at the archives it reads from."`,
    );
    expect(
      await waitFor([
        'Errors',
        'GAAAA [History FATAL] Skipping catchup: incompatible core version or invalid local state',
      ]),
    ).toMatchInlineSnapshot(
      `"  A node that logs this cannot catch up: its own last ledger is another one than the network's. It computed another state than the others, or its data were damaged."`,
    );
  });

  test('of no nodes is no success', async () => {
    expect((await sync(() => ({}))).result).toContain('SSC_BUG');
  });

  test('makes nothing that virtual time does not know', async () => {
    const watch = watchAsyncResources();
    await sync((s) => ({ 'core-0': alive(s), 'core-1': undefined }), { within: '5s' });
    expect(watch.stop()).toEqual([]);
  });

  test('one silent node does not stop the others from being seen', async () => {
    const { result, seconds } = await sync(
      (s) => ({ 'core-0': alive(s), 'core-1': { reply: undefined } }),
      { within: '20s' },
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_SYNCED  core-1 did not sync within 20s of the last progress
        Asked         7 times in 37s; no answer ever came from it
        Last saw      core-1: never answered; did not answer within 5s (info)
        Unanswered    the last question, for 1s
        Progress      none for 20s
        Others        core-0 in sync: ledger 8"
    `);
    expect(seconds).toBeLessThan(40);
  });

  test('nodes are asked together, and no more at a time than said', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `core-${i}`);
    let [open, most] = [0, 0];
    const { clock, nodes } = modelNetwork((s) =>
      Object.fromEntries(names.map((name) => [name, alive(s)])),
    );
    const slow = nodes.map((node) => ({
      ...node,
      info: async (call: Parameters<typeof node.info>[0]) => {
        open += 1;
        most = Math.max(most, open);
        await clock.sleep(100);
        open -= 1;
        return node.info(call);
      },
    }));
    await clock.run(() => waitUntilSynced(slow, { clock, within: '30s', concurrency: 25 }));
    expect(most).toBe(25);
    // Four rounds of 100 ms a look, not a hundred.
    expect(clock.now()).toBeLessThan(13_000);
  });
});
