import { readdirSync, readFileSync } from 'node:fs';
import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  checkNodeConfig,
  explainKey,
  goneOptions,
  nestedOptions,
  nodeConfigSchema,
  optionNames,
  parseNodeConfig,
  readNodeConfig,
  renderOptionPage,
  renderReport,
} from '../src/index.ts';

describe('explainKey', () => {
  test('a number', () => {
    expect(explainKey('QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS')).toMatchInlineSnapshot(`
      "QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS
        How long the newer checker may look before it gives up: raise it for large networks.
        Type       integer (ms)
        Default    5000
        Allowed    at least 1
        Group      Identity, consensus"
    `);
  });
  test('a testing key, in small letters', () => {
    expect(explainKey('skip_high_critical_validator_checks_for_testing')).toMatchInlineSnapshot(`
      "SKIP_HIGH_CRITICAL_VALIDATOR_CHECKS_FOR_TESTING
        Lets HIGH and CRITICAL organisations have fewer than three validators and no archives: true in small networks with a generated quorum set.
        Type       true or false
        Default    false
        Builds     only with tests; a production build refuses the key as unknown
        Testing    core says at start that the node will not function properly with most networks
        Group      For tests"
    `);
  });
  test('a table with its keys', () => {
    expect(explainKey('QUORUM_SET')).toMatchInlineSnapshot(`
      "QUORUM_SET
        The nodes this node listens to and how many of them must agree: for private networks, where [[VALIDATORS]] demands too much.
        Type       table
        Default    none
        Rules      equals the set generated from [[VALIDATORS]] when both are given, unless UNSAFE_QUORUM
                   every node has one, watchers too
        Group      Identity, consensus

      QUORUM_SET.THRESHOLD_PERCENT
        How much of the members (validators and groups, one each) must agree: 1 + floor((members · percent − 1) / 100) of them, so 67 of three means three and 66 means two.
        Type       integer, 1 to 100
        Default    67
        Required   no

      QUORUM_SET.VALIDATORS
        Members by key: "G…", "G… alias" or "$alias"; a validator lists itself too.
        Type       array of strings
        Required   no

      QUORUM_SET.<group>
        A group that counts as one member, with the same keys, at most four levels deep: name groups as you like, in lower case here.
        Type       table
        Required   no"
    `);
  });
  test('a key inside a table, by any name for it', () => {
    const text = explainKey('HISTORY.get');
    expect(text).toMatchInlineSnapshot(`
      "HISTORY.<name>.get
        Fetches {0}, a path in the archive, to {1}, a local path: needed to read the archive, and an archive that can only be put to stops run.
        Type       command
        Required   no"
    `);
    expect(explainKey('HISTORY.local.get')).toBe(text);
    expect(explainKey('get')).toBe(text);
  });
  test('a key that is gone', () => {
    expect(explainKey('USE_CONFIG_FOR_GENESIS')).toMatchInlineSnapshot(`
      "USE_CONFIG_FOR_GENESIS  unknown to stellar-core v27.1.0 and later, which stop at it
        Instead    arm upgrades with the admin command upgrades?mode=set"
    `);
  });
  test('a misspelt key', () => {
    const refused = (): string => {
      try {
        return explainKey('HTTP_PROT');
      } catch (error) {
        return renderError(error);
      }
    };
    expect(refused()).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_UNKNOWN_KEY  stellar-core has no key "HTTP_PROT"
        Did you mean    HTTP_PORT"
    `);
  });
  test('every key has a text', () => {
    for (const name of [...optionNames, ...nestedOptions.map((option) => option.name)]) {
      if (name.endsWith('<group>')) continue;
      expect(explainKey(name)).toContain(name);
    }
    for (const { name } of goneOptions) {
      expect(explainKey(name.replace('*', 'X'))).toContain('Instead');
    }
  });
});

test('the page of options is docs/core-cfg.md', async () => {
  await expect(renderOptionPage()).toMatchFileSnapshot('../../../docs/core-cfg.md');
});

describe('renderReport', () => {
  const good =
    'NETWORK_PASSPHRASE="x"\nUNSAFE_QUORUM=true\nFAILURE_SAFETY=0\nRUN_STANDALONE=true\n';
  const set =
    '[QUORUM_SET]\nVALIDATORS=["GBMFXUE2H6PEDZ4LPC2YPPEMGUSH66OJ2ALFTFKZUNM6YB3OH3ZHGX4R"]\n';

  test('a file without problems', () => {
    expect(renderReport(checkNodeConfig('a.cfg', good + set))).toMatchInlineSnapshot(
      `"✔ a.cfg  no problems"`,
    );
  });
  test('a file with a warning only', () => {
    const report = checkNodeConfig('a.cfg', `${good}BACKGROUND_EVICTION_SCAN=true\n${set}`);
    expect(report.verdict).toBe('warned');
    expect(renderReport(report)).toMatchInlineSnapshot(`
      "! a.cfg  one warning
        ! 5:1  BACKGROUND_EVICTION_SCAN has no effect any more; eviction always scans in the background; leave it out
               SSC_CFG_IGNORED_KEY"
    `);
  });
  test('for production, keys of test builds are refused and other testing keys are warned of', () => {
    const text = `${good}TESTING_NOMINATE_RANDOM_VALUES=true\nMANUAL_CLOSE=true\nNODE_IS_VALIDATOR=false\n${set}`;
    const report = checkNodeConfig('a.cfg', text, { build: 'production' });
    expect(renderReport(report)).toMatchInlineSnapshot(`
      "✖ a.cfg  2 problems with which stellar-core does not start, 2 warnings
        ! 4:1   RUN_STANDALONE is for tests, and the configuration is for production; leave it out
                SSC_CFG_TESTING_KEY
        ✖ 5:1   TESTING_NOMINATE_RANDOM_VALUES: "TESTING_NOMINATE_RANDOM_VALUES" exists only in builds of stellar-core with tests
                SSC_CFG_TEST_BUILD_KEY, core says: Unknown configuration entry: 'TESTING_NOMINATE_RANDOM_VALUES'
        ! 6:1   MANUAL_CLOSE is for tests, and the configuration is for production; leave it out
                SSC_CFG_TESTING_KEY
        ✖ 6:14  MANUAL_CLOSE is on, and the node is no validator
                SSC_CFG_CONTRADICTION, core says: Starting stellar-core in MANUAL_CLOSE mode requires NODE_IS_VALIDATOR to be set"
    `);
  });
});

test('readNodeConfig throws all problems at once', () => {
  const refused = (): string => {
    try {
      return JSON.stringify(readNodeConfig('HTTP_PROT = 1\nPEER_PORT = "x"\nPEER_TIMEOUT = 0'));
    } catch (error) {
      return renderError(error);
    }
  };
  expect(refused()).toMatchInlineSnapshot(`
    "✖ SSC_CONFIG_INVALID  the configuration has 6 problems with which stellar-core does not start
      1:1 HTTP_PROT         stellar-core has no key "HTTP_PROT"; did you mean "HTTP_PORT"?
      2:13 PEER_PORT        PEER_PORT is the string "x"; allowed: an integer
      3:16 PEER_TIMEOUT     PEER_TIMEOUT is 0; allowed: 1 to 65535
      QUORUM_SET            there is neither a QUORUM_SET nor a validator in VALIDATORS; set UNSAFE_QUORUM = true if this is a test network
      NETWORK_PASSPHRASE    NETWORK_PASSPHRASE is not set
      HISTORY               the node knows no archive to read; give it one with a get command, its own will do"
  `);
});

test('a rule is silent when the key it needs is the one that is broken', () => {
  const codes = (text: string): string[] => parseNodeConfig(text).problems.map(({ code }) => code);
  expect(codes('NETWORK_PASSPHRAZE = "x"')).not.toContain('SSC_CFG_MISSING_KEY');
  expect(codes('')).toContain('SSC_CFG_MISSING_KEY');
  expect(codes('not toml at all')).toEqual(['SSC_CFG_SYNTAX']);
});

describe('the schema', () => {
  const schema = nodeConfigSchema();
  // A reader of JSON Schema 2020-12 that is not ours.
  const reader = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  const accepts = (config: object): boolean => reader.safeParse(config).success;

  test('names its dialect and every key, and refuses others', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(Object.keys(schema['properties'] as object)).toEqual(optionNames);
    expect(schema['additionalProperties']).toBe(false);
  });

  test('accepts what the files that start say', () => {
    const folder = new URL('fixtures/good/', import.meta.url);
    for (const file of readdirSync(folder)) {
      const { config } = parseNodeConfig(readFileSync(new URL(file, folder), 'utf8'));
      // JSON as JavaScript reads it has no integers of 64 bits.
      const plain = JSON.stringify(config, (_, value) =>
        typeof value === 'bigint' ? Number.MAX_SAFE_INTEGER : value,
      );
      expect([file, reader.safeParse(JSON.parse(plain)).error?.issues]).toEqual([file, undefined]);
    }
  });

  test.each<[string, object]>([
    ['an unknown key', { HTTP_PROT: 1 }],
    ['a wrong type', { HTTP_PORT: '11626' }],
    ['a number out of range', { PEER_PORT: 0 }],
    ['neither off nor in range', { MAX_DEX_TX_OPERATIONS_IN_TX_SET: 5 }],
    ['a float that is not above 0', { FLOOD_OP_RATE_PER_LEDGER: 0 }],
    ['an unknown choice', { APPLY_LOAD_MODE: 'fast' }],
    ['an archive with another key', { HISTORY: { a: { gte: 'x' } } }],
    ['an entry without its key', { VALIDATORS: [{ NAME: 'a', HOME_DOMAIN: 'b' }] }],
    ['a group that is no table', { QUORUM_SET: { sub: 1 } }],
    ['a threshold out of range', { QUORUM_SET: { sub: { THRESHOLD_PERCENT: 101 } } }],
  ])('refuses %s', (_, config) => {
    expect(accepts(config)).toBe(false);
  });
});
