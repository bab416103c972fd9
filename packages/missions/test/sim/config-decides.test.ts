import { testAccountKey } from '@ssc/tx';
import { describe, expect, test } from 'vitest';
import { defineMission, findMission } from '../../src/index.ts';
import { told } from './told.ts';
import { rehearse } from './world.ts';

const mission = findMission('SimplePayment');

/** The configuration of one node changed, on its way into the ConfigMap. */
const only =
  (wanted: string, change: (config: string) => string) =>
  (node: string, config: string): string =>
    node === wanted ? change(config) : config;

const withoutLine = (pattern: RegExp) => (config: string) =>
  config
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');

describe('only the ConfigMap changed, and the network is another one', () => {
  test('a quorum set that needs nodes which do not exist: that node stalls', async () => {
    const ghosts = ['ghost-1', 'ghost-2']
      .map((name) => testAccountKey(name).publicKey)
      .join('", "');
    const world = await rehearse(mission, {
      changeConfig: only('core-0', (config) =>
        config
          .replace('[QUORUM_SET]\n', '[QUORUM_SET]\nTHRESHOLD_PERCENT = 100\n')
          .replace('"$core-0", ', `"$core-0", "${ghosts}", `),
      ),
    });
    expect(world.result.verdict).toBe('failed');
    expect(told(world)).toMatchInlineSnapshot(`
      "failed in "upgrade to the latest protocol"
      ✖ SSC_NODE_NOT_SYNCED  core-0, core-1 and core-2 did not sync within 2m of the last progress
        Asked       N times in TIME; the last answer is TIME old
        Last saw    core-0: state "Joining SCP", ledger N, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                    core-1: state "Joining SCP", ledger N, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
                    core-2: state "Joining SCP", ledger N, 2 peers authenticated; no ledger closed since asked; no slot voted on yet
        Progress    none for TIME
        Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-0/ in the results
        Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-1/ in the results
        Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-2/ in the results"
    `);
  });

  test('another passphrase: that node belongs to another network', async () => {
    const world = await rehearse(mission, {
      changeConfig: only('core-1', (config) =>
        config.replace(/NETWORK_PASSPHRASE = .*/u, 'NETWORK_PASSPHRASE = "Another network"'),
      ),
    });
    expect(world.result.verdict).toBe('failed');
    expect(told(world)).toMatchInlineSnapshot(`
      "failed in "upgrade to the latest protocol"
      ✖ SSC_NODE_NOT_SYNCED  core-0, core-1 and core-2 did not sync within 2m of the last progress
        Asked       N times in TIME; the last answer is TIME old
        Last saw    core-0: state "Joining SCP", ledger N, 1 peer authenticated; no ledger closed since asked; no slot voted on yet
                    core-1: state "Joining SCP", ledger N, 0 peers authenticated; no ledger closed since asked; no slot voted on yet
                    core-2: state "Joining SCP", ledger N, 1 peer authenticated; no ledger closed since asked; no slot voted on yet
        Progress    none for TIME
        Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-0/ in the results
        Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-1/ in the results
        Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-2/ in the results
        The nodes are of different networks: core-0 and core-2 of "Private test network 'ssc-091c79'", core-1 of "Another network". Look at NETWORK_PASSPHRASE."
    `);
  });

  test('an archive without `get`: the pod fails in the words of core', async () => {
    const world = await rehearse(mission, {
      changeConfig: only('core-2', (config) => config.replace(/get = "cp .*"\n/u, '')),
    });
    expect(world.result.verdict).toBe('broken');
    expect(told(world)).toMatchInlineSnapshot(`
      "broken in "bring up"
      ✖ SSC_PREPARATION_FAILED  the preparation of core-2 ended with exit code 1
        Pod          default/ssc-091c79-core-2: Pending; prepare ended: Error, exit code 1; stellar-core waiting: PodInitializing; history waiting: PodInitializing
        Container    prepare
        Reason       Error
        Message      exit code 1
                     TIME [default INFO] This is core-sim 0.0.0 (simulates v27.1.0), a simulated stellar-core: what follows is no statement about a real one
                     TIME [default INFO] Config from /cfg/ssc-091c79-core-2.cfg
                     TIME GDAQ2 [History ERROR] Can't initialize unknown history archive 'local'
        The log tells which step it was: new-db and new-hist read the same configuration as the node."
    `);
  });

  test('a preferred peer removed: a node that nobody knows any more stays alone', async () => {
    const world = await rehearse(mission, {
      changeConfig: (node, config) =>
        config.replace(/PREFERRED_PEERS = .*/u, (line) =>
          node === 'core-2' ? 'PREFERRED_PEERS = []' : line.replace(/(, )?"[^"]*core-2[^"]*"/u, ''),
        ),
    });
    expect(world.result.verdict).toBe('failed');
    expect(told(world)).toMatchInlineSnapshot(`
      "failed in "upgrade to the latest protocol"
      ✖ SSC_NODE_NOT_SYNCED  core-0, core-1 and core-2 did not sync within 2m of the last progress
        Asked       N times in TIME; the last answer is TIME old
        Last saw    core-0: state "Joining SCP", ledger N, 1 peer authenticated; no ledger closed since asked; no slot voted on yet
                    core-1: state "Joining SCP", ledger N, 1 peer authenticated; no ledger closed since asked; no slot voted on yet
                    core-2: state "Joining SCP", ledger N, 0 peers authenticated; no ledger closed since asked; no slot voted on yet
        Progress    none for TIME
        Pod         default/ssc-091c79-core-0: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-0/ in the results
        Pod         default/ssc-091c79-core-1: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-1/ in the results
        Pod         default/ssc-091c79-core-2: Running; stellar-core running for TIME; history running for TIME
        Logs        nodes/core-2/ in the results
        A node without an authenticated peer cannot hear its quorum. Look first at name resolution and the network from its pod."
    `);
  });

  test('a key deleted: the pod fails in the words of core', async () => {
    const world = await rehearse(mission, {
      changeConfig: only('core-0', withoutLine(/^NETWORK_PASSPHRASE/u)),
    });
    expect(world.result.verdict).toBe('broken');
    expect(told(world)).toMatchInlineSnapshot(`
      "broken in "bring up"
      ✖ SSC_PREPARATION_FAILED  the preparation of core-0 ended with exit code 1
        Pod          default/ssc-091c79-core-0: Pending; prepare ended: Error, exit code 1; stellar-core waiting: PodInitializing; history waiting: PodInitializing
        Container    prepare
        Reason       Error
        Message      exit code 1
        Last log     ssc: preparing data ssc-091c79-core-g1
                     TIME [default INFO] This is core-sim 0.0.0 (simulates v27.1.0), a simulated stellar-core: what follows is no statement about a real one
                     TIME [default INFO] Config from /cfg/ssc-091c79-core-0.cfg
                     TIME GCOO5 [default FATAL] Got an exception: NETWORK_PASSPHRASE not configured
                     TIME GCOO5 [default FATAL] Please report this bug along with this log file if this was not expected
        The log tells which step it was: new-db and new-hist read the same configuration as the node."
    `);
  });
});

describe('quorum sets that share no node', () => {
  const halves = defineMission('Halves', {
    summary: 'Two halves that listen only to themselves.',
    expectedDuration: '1m',
    network: {
      left: { nodes: 2, quorum: { of: ['left'] } },
      right: { nodes: 2, quorum: { of: ['right'] } },
    },
    async run({ left, right }, { phase }) {
      await phase('sync', async () => {
        await Promise.all([left.waitUntilSynced(), right.waitUntilSynced()]);
      });
    },
  });

  test('fork: one ledger has two hashes, and the check after every mission says so', async () => {
    const world = await rehearse(halves);
    expect(world.result.verdict).toBe('failed');
    expect(world.result.phases.map((phase) => [phase.name, phase.outcome])).toEqual([
      ['bring up', 'done'],
      ['sync', 'done'],
      ['final checks', 'failed'],
    ]);
    expect(told(world)).toMatchInlineSnapshot(`
      "failed in "final checks"
      ✖ SSC_NODES_DISAGREE  ledger N has 2 hashes: left-0 and left-1 against right-0 and right-1
        left-0 and left-1      HASH
        right-0 and right-1    HASH
        Where the headers of this ledger name the same transaction set, a node computed another state from it; where they name different ones, the network has forked: look for two quorums that share no node."
    `);
  });
});
