import fc from 'fast-check';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import {
  type ConfigProblem,
  type NodeConfig,
  options,
  parseNodeConfig,
  renderNodeConfig,
} from '../src/index.ts';
import { readConfig } from '../src/read-config.ts';
import { nodeConfig } from './arbitrary.ts';

/** Keys, types and ranges only: generated settings need not make sense together. */
function readBack(toml: string): unknown {
  const findings: unknown[] = [];
  const config = readConfig(parseToml(toml, { integersAsBigInt: true }), {
    source: 'toml',
    build: 'test',
    report: (finding) => findings.push(finding),
  });
  expect(findings).toEqual([]);
  return config;
}

describe('for every generated configuration', () => {
  const check = (holds: (config: NodeConfig) => void): void => {
    fc.assert(fc.property(nodeConfig, holds), { seed: 1, numRuns: 300 });
  };

  test('parse(render(x)) = x', () => {
    check((config) => {
      expect(readBack(renderNodeConfig(config, { defaults: 'keep' }))).toEqual(config);
    });
  });

  test('leaving defaults out changes no meaning', () => {
    const defaults = Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, option.default]),
    );
    check((config) => {
      const back = readBack(renderNodeConfig(config)) as object;
      expect({ ...defaults, ...back }).toEqual({ ...defaults, ...config });
    });
  });

  test('rendering what was parsed gives the same bytes, in whatever order the keys came', () => {
    check((config) => {
      const toml = renderNodeConfig(config, { defaults: 'keep' });
      expect(renderNodeConfig(readBack(toml) as NodeConfig, { defaults: 'keep' })).toBe(toml);
      const reversed = Object.fromEntries(Object.entries(config).toReversed());
      expect(renderNodeConfig(reversed, { defaults: 'keep' })).toBe(toml);
    });
  });

  test('the parser tells all problems and never throws', () => {
    check((config) => {
      const { config: read, problems, stops } = parseNodeConfig(renderNodeConfig(config));
      const loads = !stops.some((problem) => problem.core?.stage === 'load');
      expect(read !== undefined).toBe(loads);
      expectWhole(problems);
    });
  });
});

/** Every problem has a sentence, and its place is in the text or not told at all. */
function expectWhole(problems: readonly ConfigProblem[]): void {
  for (const problem of problems) {
    expect(problem.message).toMatch(/\S{2}/u);
    expect(problem.severity === 'refused').toBe(problem.core !== undefined);
    expect(problem.line === undefined).toBe(problem.column === undefined);
  }
}

describe('arbitrary text', () => {
  const fragment = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      ...['\n', '\r\n', ' = ', '[', ']', '[[', ']]', '{', '}', '"', '"""', "'''", '#', ',', '\\'],
      ...['NODE_SEED', 'QUORUM_SET', 'VALIDATORS', 'HISTORY.x', 'HTTP_PORT', '__proto__', 'get'],
      ...['1', '-1', '1.0', 'true', '"$self"', '99999999999999999999', '1979-05-27', 'inf'],
    ),
  );

  test('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
        expectWhole(parseNodeConfig(fragments.join('')).problems);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('nor do arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectWhole(parseNodeConfig(Buffer.from(bytes).toString('utf8')).problems);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('in a place where a value belongs is a problem of that place, or none', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(options)), fragment, (name, value) => {
        expectWhole(parseNodeConfig(`${name} = ${value}\n`).problems);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});

test('floats stay floats, large integers stay exact, defaults are left out', () => {
  const config: NodeConfig = {
    FLOOD_OP_RATE_PER_LEDGER: 2,
    FLOOD_SOROBAN_RATE_PER_LEDGER: 1,
    APPLY_LOAD_LEDGER_MAX_INSTRUCTIONS: 9_007_199_254_740_993n,
    HTTP_PORT: 11_626,
    CATCHUP_COMPLETE: false,
  };
  expect(renderNodeConfig(config)).toMatchInlineSnapshot(`
    "FLOOD_OP_RATE_PER_LEDGER = 2.0
    APPLY_LOAD_LEDGER_MAX_INSTRUCTIONS = 9007199254740993
    "
  `);
  expect(renderNodeConfig(config, { defaults: 'keep' })).toMatchInlineSnapshot(`
    "HTTP_PORT = 11626
    FLOOD_OP_RATE_PER_LEDGER = 2.0
    FLOOD_SOROBAN_RATE_PER_LEDGER = 1.0
    CATCHUP_COMPLETE = false
    APPLY_LOAD_LEDGER_MAX_INSTRUCTIONS = 9007199254740993
    "
  `);
});

test('all defaults make a file that core reads without a word about ranges or keys', () => {
  const { problems } = parseNodeConfig(renderNodeConfig({}, { defaults: 'all' }));
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toMatchInlineSnapshot(`
    [
      "SSC_CFG_MISSING_KEY NETWORK_PASSPHRASE",
      "SSC_CFG_NO_EFFECT QUORUM_INTERSECTION_CHECKER_TIME_LIMIT_MS",
      "SSC_CFG_NO_EFFECT QUORUM_INTERSECTION_CHECKER_MEMORY_LIMIT_BYTES",
      "SSC_CFG_NO_EFFECT TESTING_EVICTION_SCAN_SIZE",
      "SSC_CFG_NO_EFFECT TESTING_STARTING_EVICTION_SCAN_LEVEL",
      "SSC_CFG_NO_EFFECT TESTING_MAX_ENTRIES_TO_ARCHIVE",
      "SSC_CFG_QUORUM_UNSAFE QUORUM_SET",
      "SSC_CFG_ARCHIVE_MISSING HISTORY",
    ]
  `);
});

test('a key that the compiler did not see is refused, with all others', () => {
  const fromElsewhere = { HTTP_PROT: 1, PEER_PORT: '11625', NODE_SEED: 5 } as object;
  expect(() => renderNodeConfig(fromElsewhere)).toThrow(
    expect.objectContaining({ code: 'SSC_CONFIG_INVALID', verdict: 'usage' }),
  );
});

describe('text made to be costly', () => {
  test.each([
    ['deep arrays', '['.repeat(100_000)],
    ['deep arrays as a value', `COMMANDS = ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['deep inline tables', `QUORUM_SET = ${'{ a = '.repeat(20_000)}`],
    ['a long dotted key', `${'a.'.repeat(50_000)}a = 1`],
    ['a long header', `[${'a.'.repeat(50_000)}a]`],
    ['many headers', '[[VALIDATORS]]\n'.repeat(5_000)],
    ['many unknown keys', Array.from({ length: 5_000 }, (_, i) => `KEY_${i} = 1`).join('\n')],
    ['a long unknown key', `${'K'.repeat(1_000_000)} = 1`],
    ['many bad elements', `COMMANDS = [${'1, '.repeat(20_000)}]`],
    ['repeated groups in a pattern', `INVARIANT_CHECKS = ['(\\w|\\w)*!', '(a+)+!', '(.*)*!']`],
    [
      'many repetitions in a pattern',
      `INVARIANT_CHECKS = ['${'.*'.repeat(40)}!', '${'.?'.repeat(60)}!']`,
    ],
  ])('%s', (_, text) => {
    expectWhole(parseNodeConfig(text).problems);
  });
});
