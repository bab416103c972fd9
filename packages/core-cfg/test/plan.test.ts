import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import {
  checkIntersection,
  findProblems,
  type NetworkModel,
  type NodeConfig,
  type NodeId,
  type NodePlace,
  type PlannedNode,
  parseNodeConfig,
  planNodes,
  quorumSetOf,
  renderNodeConfig,
} from '../src/index.ts';

const inCluster = ({ name }: NodeId): NodePlace => ({
  peerHost: `${name}.run.svc`,
  dataFolder: '/data',
  historyUrl: `http://${name}.run.svc`,
});

const onThisMachine = ({ name, ordinal }: NodeId): NodePlace => ({
  peerHost: '127.0.0.1',
  peerPort: 20_000 + ordinal,
  httpPort: 21_000 + ordinal,
  dataFolder: `/tmp/run/${name}`,
  historyUrl: `http://127.0.0.1:${22_000 + ordinal}`,
});

const base = { passphrase: 'Private test network', seed: 'run' } as const;

/** The networks whose whole configurations lie in golden files. */
const networks: Readonly<
  Record<string, { model: NetworkModel; place?: (node: NodeId) => NodePlace }>
> = {
  'three nodes in a cluster': { model: { ...base, sets: { core: { nodes: 3 } } } },
  'three nodes on this machine': {
    model: { ...base, sets: { core: { nodes: 3 } } },
    place: onThisMachine,
  },
  'validators and watchers': {
    model: {
      ...base,
      config: { PEER_TIMEOUT: 60 },
      sets: {
        validators: {
          nodes: 4,
          quorum: { of: ['validators'], thresholdPercent: 67 },
          safety: 'checked',
        },
        watchers: {
          nodes: 1,
          role: 'watcher',
          quorum: { of: ['validators'] },
          peers: ['validators'],
          peerHosts: ['outside.example:11625'],
          archives: { outside: 'curl -sf http://outside.example/{0} -o {1}' },
          localHistory: false,
          catchup: { recent: 100 },
          accelerate: false,
          database: 'memory',
          config: { PEER_TIMEOUT: undefined, HTTP_MAX_CLIENT: 4 },
          nodeConfig: { 0: { QUERY_SNAPSHOT_LEDGERS: 9 } },
        },
      },
    },
  },
  'automatic quorum sets': {
    model: {
      ...base,
      sets: Object.fromEntries(
        ['sdf', 'lobstr', 'satoshi', 'public'].map((name) => [
          name,
          {
            nodes: 3,
            homeDomain: `${name}.example`,
            quorum: { auto: {} },
            safety: 'checked' as const,
          },
        ]),
      ),
    },
  },
  'a relaxed automatic quorum set': {
    model: { ...base, sets: { core: { nodes: 2, quorum: { auto: { relaxed: true } } } } },
  },
  'an explicit quorum set of organisations': {
    model: {
      ...base,
      sets: Object.fromEntries(
        ['a', 'b'].map((name) => [
          name,
          {
            nodes: 3,
            quorum: {
              explicit: {
                THRESHOLD_PERCENT: 100,
                a: { THRESHOLD_PERCENT: 51, VALIDATORS: ['$a-0', '$a-1', '$a-2'] },
                b: { THRESHOLD_PERCENT: 51, VALIDATORS: ['$b-0', '$b-1', '$b-2'] },
              },
            },
          },
        ]),
      ),
    },
  },
  'an exact shape': {
    model: {
      ...base,
      sets: {
        core: {
          nodes: 3,
          peerMap: { 'core-0': ['core-1'], 'core-1': ['core-0', 'core-2'], 'core-2': ['core-1'] },
        },
      },
    },
  },
  'every option': {
    model: {
      ...base,
      sets: {
        core: {
          nodes: 2,
          homeDomain: 'stellar.org',
          database: 'postgres',
          archivesFrom: ['core'],
          targetPeers: 24,
          generatesLoad: true,
          invariants: 'all-except-events-and-buckets',
          quorumIntersectionChecker: { timeLimitMs: 60_000, memoryLimitBytes: 2_000_000_000 },
          maintenance: 'default',
          genesisTestAccounts: 1000,
          oldLeaderElection: true,
          oldTriggerTimer: false,
          surveyPhaseMinutes: 2,
          updateSorobanCosts: true,
          measureLatency: true,
          clockOffsetsMs: [0, -800],
          sleepMainThreadUs: 100,
          simulatedApply: { durationsUs: [100, 200], weights: [9, 1] },
          flowControl: {
            readingCapacity: 401,
            floodReadingCapacity: 400,
            sendMoreBatch: 80,
            floodReadingCapacityBytes: 1_000_000,
            sendMoreBatchBytes: 300_000,
            outboundQueueBytes: 6_291_456,
          },
          sorobanLoad: {
            byteCount: { values: [1], weights: [1] },
            wasmBytes: { values: [1024, 2048], weights: [3, 1] },
            dataEntries: { values: [1], weights: [1] },
            ioKilobytes: { values: [1], weights: [1] },
            txSizeBytes: { values: [256], weights: [1] },
            instructions: { values: [1_000_000], weights: [1] },
          },
          tuning: { maxRate: 'soroban', shortBlocks: true, olderNames: true, txBatchMaxSize: 100 },
          logLevels: { SCP: 'debug', Overlay: 'trace' },
        },
        meta: {
          nodes: 1,
          role: 'watcher',
          emitMeta: true,
          quorum: { of: ['core'] },
          invariants: 'none',
          quorumIntersectionChecker: true,
          maintenance: 'none',
          tuning: { maxRate: 'classic' },
        },
      },
    },
    place: (node) => ({
      ...inCluster(node),
      postgresUrl: 'postgresql://dbname=stellar user=postgres host=localhost',
      ...(node.set === 'meta' && { queryPort: 11_628 }),
    }),
  },
};

const plan = (name: keyof typeof networks): PlannedNode[] => {
  const network = networks[name];
  if (network === undefined) throw new Error(name);
  return planNodes(network.model, network.place ?? inCluster);
};

describe.each(Object.keys(networks))('%s', (name) => {
  const nodes = plan(name);

  test('is the one in the golden file', async () => {
    const text = nodes.map(
      (node) =>
        `######## ${node.name}.cfg\n${renderNodeConfig(node.config)}${
          node.preparationConfig === undefined
            ? ''
            : `######## ${node.name}.cfg for preparation\n${renderNodeConfig(node.preparationConfig)}`
        }`,
    );
    const file = `golden/plans/${name.replaceAll(' ', '-')}.txt`;
    await expect(text.join('\n')).toMatchFileSnapshot(file);
  });

  test('starts', () => {
    for (const { config, preparationConfig, publicKey } of nodes) {
      const parsed = parseNodeConfig(renderNodeConfig(config));
      expect(parsed.stops).toEqual([]);
      expect(parsed.publicKey).toBe(publicKey);
      expect(findProblems(config).filter(({ severity }) => severity === 'refused')).toEqual([]);
      expect(parsed.quorumSet).toEqual(quorumSetOf(config));
      const preparation = renderNodeConfig(preparationConfig ?? config);
      expect(parseNodeConfig(preparation).stops).toEqual([]);
    }
  });

  test('warns of nothing but older names', () => {
    const codes = nodes.flatMap(({ config }) => findProblems(config).map(({ code }) => code));
    expect([...new Set(codes)]).toEqual(name === 'every option' ? ['SSC_CFG_IGNORED_KEY'] : []);
  });

  test('has quorums that all share a node', () => {
    expect(checkIntersection(nodes)).toEqual({ outcome: 'intersects' });
  });

  test('mentions only nodes that exist', () => {
    const known = new Set(nodes.map(({ publicKey }) => publicKey));
    for (const { config } of nodes) {
      const keys = renderNodeConfig(config).match(/\bG[A-Z2-7]{55}\b/gu) ?? [];
      expect(keys.filter((key) => !known.has(key))).toEqual([]);
    }
  });
});

/** What the predecessor of ssc writes into its files, without the keys that it always writes with core's own default. */
const predecessorKeys = `
  DATABASE METADATA_DEBUG_LEDGERS EXPERIMENTAL_PARALLEL_LEDGER_APPLY GENESIS_TEST_ACCOUNT_COUNT HTTP_PORT
  PUBLIC_HTTP_PORT BUCKET_DIR_PATH NETWORK_PASSPHRASE NODE_SEED NODE_IS_VALIDATOR NODE_HOME_DOMAIN PREFERRED_PEERS
  PREFERRED_PEERS_ONLY TARGET_PEER_CONNECTIONS MAX_ADDITIONAL_PEER_CONNECTIONS PEER_READING_CAPACITY
  PEER_FLOOD_READING_CAPACITY PEER_FLOOD_READING_CAPACITY_BYTES FLOW_CONTROL_SEND_MORE_BATCH_SIZE
  FLOW_CONTROL_SEND_MORE_BATCH_SIZE_BYTES OUTBOUND_TX_QUEUE_BYTE_LIMIT FLOOD_DEMAND_BACKOFF_DELAY_MS
  FLOOD_DEMAND_PERIOD_MS ARTIFICIALLY_SET_SURVEY_PHASE_DURATION_FOR_TESTING COMMANDS CATCHUP_COMPLETE CATCHUP_RECENT
  MAXIMUM_LEDGER_CLOSETIME_DRIFT AUTOMATIC_MAINTENANCE_PERIOD AUTOMATIC_MAINTENANCE_COUNT
  FORCE_OLD_STYLE_LEADER_ELECTION FORCE_OLD_STYLE_PREPARE_START_TRIGGER_TIMER UNSAFE_QUORUM FAILURE_SAFETY
  INVARIANT_CHECKS QUORUM_INTERSECTION_CHECKER USE_QUORUM_INTERSECTION_CHECKER_V2
  QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS QUORUM_INTERSECTION_CHECKER_MEMORY_LIMIT_BYTES METADATA_OUTPUT_STREAM
  ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING
  ARTIFICIALLY_SLEEP_MAIN_THREAD_FOR_TESTING ARTIFICIALLY_SET_SYSTEM_CLOCK_OFFSET_FOR_TESTING
  SKIP_HIGH_CRITICAL_VALIDATOR_CHECKS_FOR_TESTING UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING
  LOADGEN_MEASURE_TX_E2E_LATENCY_FOR_TESTING OP_APPLY_SLEEP_TIME_DURATION_FOR_TESTING
  OP_APPLY_SLEEP_TIME_WEIGHT_FOR_TESTING TESTING_IGNORE_LEDGER_TIME_UPGRADE_BOUNDS TESTING_MAX_CLASSIC_BYTE_ALLOWANCE
  TESTING_MAX_SOROBAN_BYTE_ALLOWANCE TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING
  SOROBAN_TRANSACTION_QUEUE_SIZE_MULTIPLIER_FOR_TESTING LOADGEN_BYTE_COUNT_FOR_TESTING
  LOADGEN_BYTE_COUNT_DISTRIBUTION_FOR_TESTING LOADGEN_WASM_BYTES_FOR_TESTING LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING
  LOADGEN_NUM_DATA_ENTRIES_FOR_TESTING LOADGEN_NUM_DATA_ENTRIES_DISTRIBUTION_FOR_TESTING LOADGEN_IO_KILOBYTES_FOR_TESTING
  LOADGEN_IO_KILOBYTES_DISTRIBUTION_FOR_TESTING LOADGEN_TX_SIZE_BYTES_FOR_TESTING
  LOADGEN_TX_SIZE_BYTES_DISTRIBUTION_FOR_TESTING LOADGEN_INSTRUCTIONS_FOR_TESTING
  LOADGEN_INSTRUCTIONS_DISTRIBUTION_FOR_TESTING EXPERIMENTAL_BACKGROUND_TX_SIG_VERIFICATION
  BUCKETLIST_DB_INDEX_PAGE_SIZE_EXPONENT BUCKETLIST_DB_PERSIST_INDEX EXPERIMENTAL_TX_BATCH_MAX_SIZE HISTORY QUORUM_SET
  HOME_DOMAINS VALIDATORS`
  .trim()
  .split(/\s+/u);

test('every key that the predecessor writes has an option', () => {
  const written = new Set(
    Object.keys(networks).flatMap((name) =>
      plan(name).flatMap(({ config }) => Object.keys(config)),
    ),
  );
  expect(predecessorKeys.filter((key) => !written.has(key))).toEqual([]);
});

test('the same seed gives the same keys, another seed others', () => {
  const keys = (seed: string): string[] =>
    planNodes({ ...base, seed, sets: { core: { nodes: 3 } } }, inCluster).map(
      ({ seed: key }) => key,
    );
  expect(keys('run')).toEqual(keys('run'));
  expect(new Set([...keys('run'), ...keys('other')]).size).toBe(6);
});

test('braces in a folder are doubled, because core reads commands as templates', () => {
  const [node] = planNodes({ ...base, sets: { core: { nodes: 1 } } }, () => ({
    peerHost: 'core-0',
    dataFolder: '/data/{run}',
  }));
  expect(node?.config.HISTORY).toEqual({
    local: {
      get: 'cp /data/{{run}}/history/{0} {1}',
      put: 'cp {0} /data/{{run}}/history/{1}',
      mkdir: 'mkdir -p /data/{{run}}/history/{0}',
    },
  });
});

test('settings of a node go over those of its set, and these over those of the network', () => {
  const [first, second] = planNodes(
    {
      ...base,
      config: { PEER_TIMEOUT: 10, WORKER_THREADS: 3 },
      sets: {
        core: { nodes: 2, config: { PEER_TIMEOUT: 20 }, nodeConfig: { 1: { PEER_TIMEOUT: 30 } } },
      },
    },
    inCluster,
  );
  const told = (config: NodeConfig | undefined): unknown[] => [
    config?.PEER_TIMEOUT,
    config?.WORKER_THREADS,
  ];
  expect(told(first?.config)).toEqual([20, 3]);
  expect(told(second?.config)).toEqual([30, 3]);
});

describe('a model that cannot be met is refused with everything that is wrong', () => {
  const refusal = (model: NetworkModel, place = inCluster): string => {
    try {
      return planNodes(model, place)
        .map(({ name }) => name)
        .join();
    } catch (error) {
      return renderError(error);
    }
  };

  test('names, numbers and references', () => {
    expect(
      refusal({
        passphrase: '',
        seed: 'run',
        sets: {
          core: {
            nodes: -3,
            archivesFrom: ['coer'],
            peers: ['watchers', 'nobody'],
            quorum: { of: ['cores'] },
          },
          watchers: {
            nodes: 2,
            clockOffsetsMs: [1],
            nodeConfig: { 2: {} },
            peerMap: { 'watchers-0': ['watcher-1'] },
            quorum: { of: [] },
          },
          Upper_Case: { nodes: 1.5, quorum: { auto: { of: ['watcher'] } } },
        },
      }),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  the network has 12 problems; nothing was planned
        passphrase                           must not be empty
        sets.core.nodes                      must be 1 to 1000, got -3
        sets.core.archivesFrom[0]            there is no set "coer"; did you mean "core"?
        sets.core.peers[1]                   there is no set "nobody"
        sets.core.quorum.of[0]               there is no set "cores"; did you mean "core"?
        sets.watchers.clockOffsetsMs         has 1 offsets for 2 nodes
        sets.watchers.nodeConfig.2           the set has nodes 0 to 1
        sets.watchers.quorum.of              names no set
        sets.watchers.peerMap.watchers-0     there is no node "watcher-1"; did you mean "watchers-1"?
        sets.Upper_Case                      a name is lower case letters, digits and hyphens
        sets.Upper_Case.nodes                must be 1 to 1000, got 1.5
        sets.Upper_Case.quorum.auto.of[0]    there is no set "watcher"; did you mean "watchers"?"
    `);
  });

  test('a quorum without a validator', () => {
    const watchers = { nodes: 1, role: 'watcher' } as const;
    expect(
      refusal({
        ...base,
        sets: { a: watchers, b: { ...watchers, quorum: { of: ['a'] } } },
      }),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  the network has 2 problems; nothing was planned
        sets.a.quorum    has no validator in it, only watchers
        sets.b.quorum    has no validator in it, only watchers"
    `);
    expect(refusal({ ...base, sets: {} })).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  the network has one problem; nothing was planned
        sets    must not be empty"
    `);
  });

  test('places', () => {
    expect(
      refusal({ ...base, sets: { core: { nodes: 1, database: 'postgres' } } }, () => ({
        peerHost: 'core-0',
        dataFolder: '/my data',
        historyUrl: 'http://a b',
      })),
    ).toMatchInlineSnapshot(`
      "✖ SSC_PLAN_INVALID  the network has 3 problems; nothing was planned
        core-0.dataFolder     must not contain blanks, got "/my data": core splits commands at them
        core-0.historyUrl     must not contain blanks, got "http://a b"
        core-0.postgresUrl    is missing, and the set asks for postgres"
    `);
  });
});
