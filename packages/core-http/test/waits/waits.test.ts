import { renderError, SscError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import {
  type CoreClient,
  expectAgreement,
  expectArmed,
  expectLoadRunning,
  expectNoErrorMetrics,
  type Load,
  type SettingsUpgrade,
  startLoad,
  stopLoads,
  waitUntilConnected,
  waitUntilLedger,
  waitUntilLoadDone,
  waitUntilProtocol,
  waitUntilUpgraded,
} from '../../src/index.ts';
import { reset } from '../fake-network.ts';
import { type Model, modelNetwork } from '../model.ts';
import { recording } from '../recordings.ts';

/** What a wait on a model's nodes gives: its value or the text of its error, and the seconds it took. */
async function run<T>(
  model: Model,
  wait: (nodes: CoreClient[], clock: ReturnType<typeof modelNetwork>['clock']) => Promise<T>,
) {
  const { clock, nodes, requests } = modelNetwork(model);
  return clock.run(async () => {
    const result = await wait(nodes, clock).catch((error: unknown) => {
      if (error instanceof SscError) return renderError(error);
      throw error;
    });
    return { result, seconds: clock.now() / 1000, requests };
  });
}

const diagnose = async (node: string) => [['Pod', `${node}-0, Running`] as const];

describe('waitUntilConnected', () => {
  test('each node its number of peers', async () => {
    const { result, seconds } = await run(
      (s) => ({ a: { peers: s < 4 ? 0 : 2 }, b: { peers: 1 } }),
      async (nodes, clock) =>
        (await waitUntilConnected(nodes, { clock, within: '10s', peers: { a: 2 } })).length,
    );
    expect({ result, seconds }).toEqual({ result: 2, seconds: 4 });
  });
  test('fails', async () => {
    const { result } = await run(
      () => ({ a: { peers: 1 }, b: { peers: 2 } }),
      (nodes, clock) =>
        waitUntilConnected(nodes, { clock, within: '10s', peers: { a: 2, b: 2 }, diagnose }),
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODE_NOT_CONNECTED  a did not connect within 10s
        Asked       11 times in 10s; the last answer is 0ms old
        Last saw    a: 1 of 2 peers authenticated, 0 pending, state "Synced!", ledger 10, 1 peer authenticated
        Progress    none for 10s
        Others      b connected: 2 authenticated
        Pod         a-0, Running
        Look at the names its configuration gives its peers, at its network, and at what it is full of (TARGET_PEER_CONNECTIONS)."
    `);
  });
});

describe('waitUntilLedger', () => {
  test('on every node', async () => {
    const { seconds } = await run(
      (s) => ({ a: { ledger: s }, b: { ledger: Math.max(0, Math.floor(s) - 3) } }),
      (nodes, clock) => waitUntilLedger(nodes, 20, { clock, within: '5s' }),
    );
    expect(seconds).toBe(23);
  });
  test('fails when one stands still', async () => {
    const { result, seconds } = await run(
      (s) => ({ a: { ledger: s }, b: { ledger: Math.min(s, 7), state: 'Catching up' } }),
      (nodes, clock) => waitUntilLedger(nodes, 20, { clock, within: '30s', diagnose }),
    );
    // The last progress is that a got there, at 20 s.
    expect(seconds).toBe(50);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LEDGER_NOT_REACHED  b did not reach ledger 20 within 30s of the last progress
        Asked       51 times in 50s; the last answer is 0ms old
        Last saw    b: state "Catching up", ledger 7, 2 peers authenticated
        Progress    none for 30s
        Others      a there: ledger 50
        Pod         b-0, Running
        The node waits for a checkpoint to be published and read. Look at the archives it reads from."
    `);
  });
});

describe('waitUntilProtocol', () => {
  test('fails though ledgers close', async () => {
    const { result, seconds } = await run(
      (s) => ({ a: { ledger: s, version: 0 }, b: { ledger: s, version: 27 } }),
      (nodes, clock) => waitUntilProtocol(nodes, 27, { clock, within: '30s' }),
    );
    expect(seconds).toBe(30);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_PROTOCOL_NOT_REACHED  a did not reach protocol 27 within 30s
        Asked       31 times in 30s; the last answer is 0ms old
        Last saw    a: protocol 0 (supports up to 27), state "Synced!", ledger 30, 2 peers authenticated
        Progress    none for 30s
        Others      b there: ledger 30"
    `);
  });
  test('fails at once beyond it', async () => {
    const { result, seconds } = await run(
      () => ({ a: { version: 27 } }),
      (nodes, clock) => waitUntilProtocol(nodes, 26, { clock, within: '30s' }),
    );
    expect(seconds).toBe(0);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_PROTOCOL_NOT_REACHED  the ledger of a is at protocol 27, beyond 26, and a protocol never goes back
        Last saw    state "Synced!", ledger 10, 2 peers authenticated"
    `);
  });
});

describe('waitUntilUpgraded', () => {
  test('applied everywhere', async () => {
    const { seconds } = await run(
      (s) => ({
        a: s < 5 ? { version: 0, armed: { version: 27 } } : { version: 27 },
        // Set to what it was already: core neither proposes nor disarms it.
        b: { version: s < 6 ? 0 : 27, armed: { version: 27 } },
      }),
      (nodes, clock) => waitUntilUpgraded(nodes, { protocolVersion: 27 }, { clock, within: '30s' }),
    );
    expect(seconds).toBe(6);
  });
  test('fails: armed on too few', async () => {
    const { result } = await run(
      (s) => ({
        a: { ledger: s, armed: { maxtxsize: 1000, time: 1795351583 } },
        b: { ledger: s, maxTxSetSize: 100 },
      }),
      (nodes, clock) =>
        waitUntilUpgraded(nodes, { maxTxSetSize: 1000 }, { clock, within: '30s', diagnose }),
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_UPGRADE_NOT_APPLIED  a and b did not apply maxTxSetSize 1000 within 30s
        Asked       31 times in 30s; the last answer is 0ms old
        Last saw    a: not applied: maxTxSetSize (is 100); armed from 2026-11-22T12:46:23Z with maxTxSetSize 1000; state "Synced!", ledger 30, 2 peers authenticated
                    b: not applied: maxTxSetSize (is 100); armed with nothing; state "Synced!", ledger 30, 2 peers authenticated
        Progress    none for 30s
        Pod         a-0, Running
        Pod         b-0, Running
        A node that is armed with nothing and has not applied it was never armed, or lost it: it expired, or was cleared."
    `);
  });
  test('what no look could see is refused', async () => {
    const { clock, nodes } = modelNetwork(() => ({ a: {} }));
    const refusal = (values: object) =>
      waitUntilUpgraded(nodes, values, { clock, within: '1s' }).catch(renderError);
    expect(await refusal({})).toMatchInlineSnapshot(`
      "✖ SSC_CORE_ARGUMENT  an upgrade that is waited for must have a value that the ledger shows
        Shown    protocolVersion, baseFee, baseReserve, maxTxSetSize, maxSorobanTxSetSize, flags, settings"
    `);
    expect(await refusal({ settings: {} })).toEqual(await refusal({}));
  });

  const before = recording('http-soroban/sorobaninfo.before-config-upgrade.json').body;
  const after = recording('http-soroban/sorobaninfo.after-config-upgrade.json').body;
  const settings = { maxContractSizeBytes: 200_000, ledgerMaxTxCount: 300 };

  test('a settings upgrade is there when every node shows all that it changes', async () => {
    const { result, seconds } = await run(
      (s) => ({
        a: { soroban: s < 3 ? before : after },
        // Of two values one only: as no node does, unless somebody else changed it.
        b: {
          soroban:
            s < 2
              ? before
              : s < 6
                ? before.replace(/"max_tx_count" : 200/u, '"max_tx_count" : 300')
                : after,
        },
      }),
      async (nodes, clock) =>
        (await waitUntilUpgraded(nodes, { settings }, { clock, within: '10s' })).length,
    );
    expect({ result, seconds }).toEqual({ result: 2, seconds: 6 });
  });
  test('a settings upgrade that does not come is told setting by setting', async () => {
    const armed = { time: 1795351583, configupgradesetkey: 'kPfuKFlnpGOHDnkraFHdG+R4J3IsJRrngC2N' };
    const wait = (wanted: SettingsUpgrade) =>
      run(
        (s) => ({
          a: { ledger: s, soroban: after },
          b: { ledger: s, soroban: before, armed },
          c: { ledger: s, version: 19, soroban: 'Soroban is not active in current ledger version' },
        }),
        (nodes, clock) =>
          waitUntilUpgraded(nodes, { settings: wanted }, { clock, within: '30s', diagnose }),
      );
    expect((await wait(settings)).result).toMatchInlineSnapshot(`
      "✖ SSC_UPGRADE_NOT_APPLIED  b and c did not apply maxContractSizeBytes 200000, ledgerMaxTxCount 300 within 30s
        Asked       31 times in 30s; the last answer is 0ms old
        Last saw    b: not applied: maxContractSizeBytes (is 128000, wanted 200000), ledgerMaxTxCount (is 200, wanted 300); armed from 2026-11-22T12:46:23Z with configUpgradeSetKey kPfuKFln…gC2N; state "Synced!", ledger 30, 2 peers authenticated
                    c: not applied: settings (Soroban is not active); armed with nothing; state "Synced!", ledger 30, 2 peers authenticated
        Progress    none for 30s
        Others      a upgraded: ledger 30
        Pod         b-0, Running
        Pod         c-0, Running
        A node that is armed with nothing and has not applied it was never armed, or lost it: it expired, or was cleared."
    `);
    expect((await wait({ ...settings, txMaxSizeBytes: 500_000 })).result).toContain(
      'b and c did not apply 3 settings within 30s',
    );
  });
  test('a setting that the protocol does not have is never there', async () => {
    const { result } = await run(
      () => ({ a: { soroban: before.replace(/"max_dependent_tx_clusters" : 1,/u, '') } }),
      (nodes, clock) =>
        waitUntilUpgraded(
          nodes,
          { settings: { ledgerMaxDependentTxClusters: 8 } },
          { clock, within: '5s' },
        ),
    );
    expect(result).toContain(
      'a: not applied: ledgerMaxDependentTxClusters (is not there, wanted 8); armed with nothing',
    );
  });
});

describe('waitUntilUpgraded under load', () => {
  const load = { mode: 'pay', accounts: 100, txs: 400, txRate: 40 } as const;
  const underLoad = (appliedOnB: number): Model => {
    const armed = { time: 1795351583, version: 27 };
    return (s) => ({
      a: {
        metrics: { 'loadgen.run.start': s < 1 ? 0 : 1, 'loadgen.run.complete': s < 8 ? 0 : 1 },
        ...(s < 5 ? { version: 26, armed } : { version: 27 }),
      },
      b: s < appliedOnB ? { version: 26, armed } : { version: 27 },
    });
  };
  const wait = async (nodes: CoreClient[], clock: ReturnType<typeof modelNetwork>['clock']) => {
    const under = await startLoad(nodes[0] as CoreClient, load);
    return waitUntilUpgraded(nodes, { protocolVersion: 27 }, { clock, within: '2m', under });
  };
  test('applied before the load is done', async () => {
    expect((await run(underLoad(7), wait)).seconds).toBe(7);
  });
  test('a node that does not answer for a while is asked again', async () => {
    const model = underLoad(7);
    const { seconds } = await run(
      (s) => ({ ...model(s), ...(s > 1 && s < 4 && { a: undefined }) }),
      wait,
    );
    expect(seconds).toBe(7);
  });
  test('fails as soon as the load is done', async () => {
    const { result, seconds } = await run(underLoad(20), wait);
    expect(seconds).toBe(8);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_OVER  pay load on a was done before protocolVersion 27 was applied
        Last saw    b: not applied: protocolVersion (is 26); armed from 2026-11-22T12:46:23Z with protocolVersion 27; state "Synced!", ledger 10, 2 peers authenticated
        Others      a upgraded
        The other nodes have it. One that is armed, and in sync, and has it not does not take the ledger that has it."
    `);
  });
});

describe('expectArmed', () => {
  test('fails, naming what differs on each', async () => {
    const { result } = await run(
      () => ({
        a: { armed: { time: 1795351583, version: 27 } },
        b: { armed: { time: 1795351583, version: 26, fee: 200 } },
        c: {},
      }),
      (nodes) => expectArmed(nodes, 1795351583, { protocolVersion: 27 }),
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_UPGRADE_NOT_ARMED  b and c are not armed as told
        b    protocolVersion: told 27, armed 26; baseFee: told nothing, armed 200
        c    protocolVersion: told 27, armed nothing; time: told 1795351583, armed 0
        Arming replaces everything armed before; values already applied are disarmed."
    `);
  });
  test('passes', async () => {
    const { result } = await run(
      () => ({ a: { armed: { time: 5, version: 27 } } }),
      (nodes) => expectArmed(nodes, 5, { protocolVersion: 27 }),
    );
    expect(result).toBeUndefined();
  });
});

const pay = { mode: 'pay', accounts: 100, txs: 400, txRate: 40 } as const;

describe('a load', () => {
  test('is looked at while it should be under way', async () => {
    const { result } = await run(
      (s) => ({
        a: {
          metrics: {
            'loadgen.run.start': s < 1 ? 0 : 1,
            'loadgen.run.complete': s < 5 ? 0 : 1,
            'loadgen.txn.attempted': 40 * Math.min(s, 5),
          },
        },
      }),
      async (nodes, clock) => {
        const started = await startLoad(nodes[0] as CoreClient, pay);
        await clock.sleep(3000);
        await expectLoadRunning(started);
        await clock.sleep(3000);
        return expectLoadRunning(started);
      },
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_OVER  pay load on a should still be under way, and is done: 200 of 400 transactions submitted, 0 refused
        What was to happen under load came too late, or the load was too short for it."
    `);
  });

  test('is done by the counters of this run alone', async () => {
    const { result, seconds } = await run(
      // Two runs were complete and one had failed before.
      (s) => ({
        a: {
          metrics: {
            'loadgen.run.start': s === 0 ? 3 : 4,
            'loadgen.run.complete': s < 12 ? 2 : 3,
            'loadgen.run.failed': 1,
            'loadgen.txn.attempted': 1000 + 40 * Math.min(s, 10),
          },
        },
      }),
      async (nodes, clock) => {
        const runs = await Promise.all(nodes.map((node) => startLoad(node, pay)));
        return waitUntilLoadDone(runs, { clock, within: '5s' });
      },
    );
    expect(seconds).toBe(12);
    expect(result).toEqual([
      {
        node: 'a',
        counts: { start: 1, complete: 1, failed: 0, attempted: 400, rejected: 0, bytes: 0 },
      },
    ]);
  });
  test('the first run of a node, whose metrics are not there yet', async () => {
    const { result } = await run(
      (s) => ({
        a: {
          metrics: s < 2 ? {} : { 'loadgen.run.start': 1, 'loadgen.run.complete': s < 5 ? 0 : 1 },
        },
      }),
      async (nodes, clock) =>
        (
          await waitUntilLoadDone([await startLoad(nodes[0] as CoreClient, pay)], {
            clock,
            within: '30s',
          })
        ).length,
    );
    expect(result).toBe(1);
  });
  test('a lost reply is resolved by looking at the counters', async () => {
    const begin = async (began: boolean) => {
      let started = 0;
      const { clock, nodes, requests } = modelNetwork(() => ({
        a: { reply: undefined },
      }));
      const node = nodes[0] as CoreClient;
      const losing: CoreClient = {
        ...node,
        simulated: undefined,
        metrics: async () =>
          ({ count: (name: string) => (name === 'loadgen.run.start' ? started : 0) }) as never,
        generateLoad: async (load, call) => {
          started += began ? 1 : 0;
          return node.generateLoad(load, { ...call, answerWithin: '1s' });
        },
      };
      const result = await clock.run(() => startLoad(losing, pay).catch(renderError));
      expect(requests.length).toBe(1);
      return result;
    };
    expect(await begin(true)).toMatchObject({ accepted: undefined, before: { start: 0 } });
    expect(await begin(false)).toMatchInlineSnapshot(`
      "✖ SSC_CORE_REPLY_LOST  a did not answer within 1s (generateload)   (indefinite: it may have happened)
        Sent      GET generateload?mode=pay&accounts=100&txs=400&txrate=40
        Looked    loadgen.run.start was 0 before and is 0
        The node may have acted on it. Look at its state before sending it again."
    `);
  });
  const failing =
    (state: string): Model =>
    (s) => ({
      a: {
        state: s < 3 ? 'Synced!' : state,
        metrics: {
          'loadgen.run.start': s < 1 ? 0 : 1,
          'loadgen.run.failed': s < 4 ? 0 : 1,
          'loadgen.txn.attempted': 40 * Math.min(s, 3),
          'loadgen.txn.rejected': 7,
        },
      },
    });
  const waitForLoad = async (
    nodes: CoreClient[],
    clock: ReturnType<typeof modelNetwork>['clock'],
  ) => {
    const runs = await Promise.all(nodes.map((node) => startLoad(node, pay)));
    return waitUntilLoadDone(runs, { clock, within: '20s' });
  };
  test('fails at once when it failed', async () => {
    const { result, seconds } = await run(failing('Synced!'), waitForLoad);
    expect(seconds).toBe(4);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_FAILED  pay load on a failed: 120 of 400 transactions submitted, 0 refused
        After       4s
        Counters    loadgen.run.failed 1, loadgen.txn.attempted 120, loadgen.txn.rejected 0 (of this run)
        State       state "Synced!", ledger 10, 2 peers authenticated
        Core's log names the reason (Load generation failed). Too few accounts for the rate is the usual one."
    `);
    expect((await run(failing('Catching up'), waitForLoad)).result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_FAILED  pay load on a failed: 120 of 400 transactions submitted, 0 refused
        After       4s
        Counters    loadgen.run.failed 1, loadgen.txn.attempted 120, loadgen.txn.rejected 0 (of this run)
        State       state "Catching up", ledger 10, 2 peers authenticated
        The node is not in sync: read this as lost sync under load, not as a load problem."
    `);
  });
  test('says whether a transaction was refused, or all were taken and some not applied', async () => {
    const ended = async (attempted: number, rejected: number, load: Load = pay) => {
      const { result } = await run(
        (s) => ({
          a: {
            metrics: {
              'loadgen.run.start': s < 1 ? 0 : 1,
              'loadgen.run.failed': s < 4 ? 0 : 1,
              'loadgen.txn.attempted': s < 1 ? 0 : attempted,
              'loadgen.txn.rejected': s < 1 ? 0 : rejected,
            },
          },
        }),
        async (nodes, clock) => {
          const runs = [await startLoad(nodes[0] as CoreClient, load)];
          return waitUntilLoadDone(runs, { clock, within: '20s' });
        },
      );
      const lines = String(result).split('\n');
      return [lines[0], lines.at(-1)].join('\n');
    };
    expect(await ended(7, 1)).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_FAILED  pay load on a failed: 7 of 400 transactions submitted, 1 refused
        A refused transaction ends a load, but for a stale sequence number, which is tried again. The log of the node says what each was refused for (tx rejected)."
    `);
    expect(await ended(405, 5)).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_FAILED  pay load on a failed: 400 of 400 transactions submitted in 405 tries, 5 refused
        The node took all of them, and some were not applied within 20 ledgers after the last one: they were lost, or ledgers had no room for them."
    `);
    const upload = { ...pay, mode: 'soroban_upload', minPercentSuccess: 90 } as const;
    expect(await ended(400, 0, upload)).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_FAILED  soroban_upload load on a failed: 400 of 400 transactions submitted, 0 refused
        The node took all of them, and some were not applied within 20 ledgers after the last one: they were lost, or ledgers had no room for them. Or fewer than 90 % of the Soroban transactions succeeded."
    `);
  });
  test('tells how the other nodes are, which may be why', async () => {
    const { result } = await run(
      (s) => ({
        ...failing('Synced!')(s),
        b: { peers: 0 },
        c: { ledger: 12 },
        d: { ledger: 12 },
        e: s < 3 ? {} : undefined,
      }),
      async (nodes, clock) => {
        const runs = [await startLoad(nodes[0] as CoreClient, pay)];
        return waitUntilLoadDone(runs, { clock, within: '20s', others: nodes });
      },
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_FAILED  pay load on a failed: 120 of 400 transactions submitted, 0 refused
        After       4s
        Counters    loadgen.run.failed 1, loadgen.txn.attempted 120, loadgen.txn.rejected 0 (of this run)
        State       state "Synced!", ledger 10, 2 peers authenticated
        Others      b: state "Synced!", ledger 10, 0 peers authenticated
                    c and d: state "Synced!", ledger 12, 2 peers authenticated
                    e: cannot be reached (info): connect ECONNREFUSED 127.0.0.1:11626
        b has no authenticated peer: where the others need it for a quorum no ledger closes, and nothing that was submitted is applied."
    `);
  });
  test('fails when it makes no progress', async () => {
    const { result } = await run(
      (s) => ({
        a: {
          ledger: s,
          metrics: { 'loadgen.run.start': s < 1 ? 0 : 1, 'loadgen.txn.attempted': Math.min(s, 5) },
        },
      }),
      waitForLoad,
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_NOT_DONE  a did not finish the load within 20s of the last progress
        Asked       26 times in 25s; the last answer is 0ms old
        Last saw    a: 5 of 400 transactions submitted, 0 refused, state "Synced!", ledger 25, 2 peers authenticated
        Progress    none for 20s
        A node that is not in sync waits with its load. A run that core refused is counted as begun and never ends."
    `);
  });
  test('fails when the counters are lost', async () => {
    const { result } = await run(
      (s) => ({
        a: {
          metrics: { 'loadgen.run.start': s < 3 ? 7 : 0, 'loadgen.run.complete': s < 3 ? 7 : 0 },
        },
      }),
      waitForLoad,
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_COUNTERS_RESET  a lost the counters of its load: loadgen.run.start was 7 before it and is 0
        The node was restarted during the load, or its metrics were cleared: how the load went cannot be known."
    `);
  });
  test('is not begun while another is under way', async () => {
    const { result, requests } = await run(
      () => ({ a: { metrics: { 'loadgen.run.start': 2, 'loadgen.run.complete': 1 } } }),
      waitForLoad,
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_LOAD_ALREADY_RUNNING  a has begun 2 load runs and ended 1: one is still under way   (definite: nothing was changed)
        Wait for it, or stop it; two runs at a time spoil each other. A run that core refused counts as begun as well."
    `);
    expect(requests.map(({ command }) => command)).toEqual(['metrics']);
  });
  test('stop says which nodes may still be at it', async () => {
    const { result } = await run(
      (s) => ({ a: {}, b: s < 1 ? {} : { reply: reset() } }),
      async (nodes, clock) => {
        const runs = await Promise.all(nodes.map((node) => startLoad(node, pay)));
        await clock.sleep(1000);
        return stopLoads(runs);
      },
    );
    expect(result).toMatchInlineSnapshot(
      `"✖ SSC_LOAD_NOT_STOPPED  the load on b may still be running: no answer to stop"`,
    );
  });
});

describe('expectNoErrorMetrics', () => {
  test('fails with all that are not 0', async () => {
    const { result, requests } = await run(
      () => ({
        a: { metrics: { 'scp.envelope.invalidsig': 3, 'ledger.invariant.failure': 0 } },
        b: {},
        c: { metrics: { 'history.publish.failure': 1, 'ledger.invariant.failure': 2 } },
        d: { metrics: { 'ledger.transaction.internal-error': 1 } },
      }),
      (nodes) => expectNoErrorMetrics(nodes),
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_ERROR_METRICS  a, c and d have error metrics that are not 0
        a    scp.envelope.invalidsig 3
        c    history.publish.failure 1, ledger.invariant.failure 2
        d    ledger.transaction.internal-error 1"
    `);
    expect(requests[0]?.query.get('enable')).toBe(
      'scp.envelope.invalidsig,history.publish.failure,ledger.invariant.failure,ledger.transaction.internal-error',
    );
  });
});

describe('expectAgreement', () => {
  const hash = (ledger: number, fork = 0) => (ledger * 16 + fork).toString(16).padStart(64, '0');
  test('the hash of the same ledger, also when nodes are never there together', async () => {
    // b shows ledger n three seconds after a has left it.
    const { result } = await run(
      (s) => ({
        a: { ledger: 10 + Math.floor(s), hash: hash(10 + Math.floor(s)) },
        b: { ledger: 7 + Math.floor(s), hash: hash(7 + Math.floor(s)) },
      }),
      (nodes, clock) => expectAgreement(nodes, { clock }),
    );
    expect(result).toEqual({ ledger: 10, hash: hash(10) });
  });
  test('fails: two hashes for one ledger', async () => {
    const { result, seconds } = await run(
      (s) => ({
        'core-0': { ledger: 63, hash: hash(63) },
        'core-1': { ledger: 63, hash: hash(63) },
        'core-2': { ledger: 60 + Math.floor(s), hash: hash(60 + Math.floor(s), 1) },
      }),
      (nodes, clock) => expectAgreement(nodes, { clock }),
    );
    expect(seconds).toBe(3);
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_NODES_DISAGREE  ledger 63 has 2 hashes: core-0 and core-1 against core-2
        core-0 and core-1    00000000000000000000000000000000000000000000000000000000000003f0
        core-2               00000000000000000000000000000000000000000000000000000000000003f1
        Where the headers of this ledger name the same transaction set, a node computed another state from it; where they name different ones, the network has forked: look for two quorums that share no node."
    `);
  });
  test('a fork is found though a third node has nothing in common', async () => {
    const { result } = await run(
      () => ({
        a: { ledger: 63, hash: hash(63) },
        b: { ledger: 63, hash: hash(63, 1) },
        c: undefined,
      }),
      (nodes, clock) => expectAgreement(nodes, { clock }),
    );
    expect(result).toContain('SSC_NODES_DISAGREE');
  });
  test('fails: no ledger in common', async () => {
    const { result } = await run(
      (s) => ({
        a: { ledger: 100 + Math.floor(s / 5), hash: hash(100 + Math.floor(s / 5)) },
        b: { ledger: 12, hash: hash(12) },
        c: undefined,
      }),
      (nodes, clock) => expectAgreement(nodes, { clock, within: '20s', diagnose }),
    );
    expect(result).toMatchInlineSnapshot(`
      "✖ SSC_AGREEMENT_UNKNOWN  no ledger was seen on all of a, b and c, so whether they agree is not known
        Asked    41 times in 20s
        a        ledger 104, hash 000000000000…
        b        ledger 12, hash 000000000000…
        c        cannot be reached (info): connect ECONNREFUSED 127.0.0.1:11626
        Pod      a-0, Running
        Pod      b-0, Running
        Pod      c-0, Running
        A node that stands still, or is far behind, has no ledger in common with the others. Wait for sync first."
    `);
  });
});
