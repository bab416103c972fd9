import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderConfigs } from '../configs.ts';
import { arm } from '../history/archive-of.ts';
import { createTestNetwork } from '../network.ts';

const folder = new URL('../fixtures/v27.1.0/http-soroban/', import.meta.url);
const recorded = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const detailed = gunzipSync(
  readFileSync(new URL('sorobaninfo.detailed.json.gz', folder)),
).toString();

/** The keys of the recorded node that its ledger depends on, and the load that it was asked for. */
const extra = [
  'ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING = true',
  'ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING = true',
  'GENESIS_TEST_ACCOUNT_COUNT = 1000',
  'UPDATE_SOROBAN_COSTS_DURING_PROTOCOL_UPGRADE_FOR_TESTING = true',
  'TESTING_SOROBAN_HIGH_LIMIT_OVERRIDE = true',
  'LOADGEN_WASM_BYTES_FOR_TESTING = [1024]',
  'LOADGEN_WASM_BYTES_DISTRIBUTION_FOR_TESTING = [1]',
];
const changes = 'accounts=1000&txs=1&mxcntrctsz=200000&ldgrmxtxcnt=300';

const answers = new Map<string, string>();
const answer = (name: string): string => {
  const text = answers.get(name);
  if (text === undefined) throw new Error(`nobody asked for ${name}`);
  return text;
};
const keyIn = (text: string): string =>
  String((JSON.parse(text) as { config_upgrade_set_key: string }).config_upgrade_set_key);

// One node, its own quorum, is asked in the order of the recording.
beforeAll(async () => {
  const network = createTestNetwork(renderConfigs(['node-0'], { 'node-0': { extra } }));
  const ask = async (name: string, path: string): Promise<void> => {
    answers.set(name, (await network.ask('node-0', path)) ?? '');
  };
  await network.clock.run(async () => {
    await network.command('node-0', 'new-db');
    network.start('node-0');
    await network.clock.sleep(5000);
    await ask('before protocol 20', '/sorobaninfo');
    await ask(
      'armed before protocol 20',
      '/upgrades?mode=set&upgradetime=2026-11-22T00:00:00Z&configupgradesetkey=AAAA',
    );
    await ask('load before protocol 20', '/generateload?mode=soroban_upload&accounts=10&txs=1');
    await arm(network, ['node-0'], 'protocolversion=27');
    await network.clock.sleep(3000);
    await arm(network, ['node-0'], 'maxsorobantxsetsize=200');
    await network.clock.sleep(3000);
    await ask('before', '/sorobaninfo');
    await ask('another parameter', '/sorobaninfo?of=all');
    await ask('another format', '/sorobaninfo?format=nosuch');
    await ask('upgrade_setup', '/generateload?mode=upgrade_setup&accounts=1000');
    await network.clock.sleep(10_000);
    await ask('soroban_upload', '/generateload?mode=soroban_upload&accounts=1000&txs=30&txrate=5');
    await network.clock.sleep(15_000);
    await ask('metrics', '/metrics');
    await ask('create_upgrade', `/generateload?mode=create_upgrade&${changes}`);
    await network.clock.sleep(5000);
    const key = encodeURIComponent(keyIn(answer('create_upgrade')));
    await ask('dumpproposedsettings', `/dumpproposedsettings?blob=${key}`);
    await ask('dumpproposedsettings of another', `/dumpproposedsettings?blob=${'A'.repeat(88)}`);
    await ask('dumpproposedsettings of none', '/dumpproposedsettings');
    await ask(
      'armed with another',
      `/upgrades?mode=set&upgradetime=2026-11-22T00:00:00Z&configupgradesetkey=${'A'.repeat(88)}`,
    );
    await network.ask(
      'node-0',
      `/upgrades?mode=set&upgradetime=2027-01-01T00:00:00Z&configupgradesetkey=${key}`,
    );
    await ask('upgrades', '/upgrades?mode=get');
    await ask('info', '/info');
    await arm(network, ['node-0'], `configupgradesetkey=${key}`);
    await network.clock.sleep(3000);
    await ask('upgrades after', '/upgrades?mode=get');
    for (const format of ['basic', 'detailed', 'upgrade_xdr'])
      await ask(`after ${format}`, `/sorobaninfo?format=${format}`);
  });
});

describe('what a real node answers to the same', () => {
  it.each([
    ['before', recorded('sorobaninfo.before-config-upgrade.json')],
    ['upgrade_setup', recorded('generateload.upgrade_setup.json')],
    ['soroban_upload', recorded('generateload.soroban_upload.json')],
    ['dumpproposedsettings', recorded('dumpproposedsettings.ok.json')],
    ['after basic', recorded('sorobaninfo.after-config-upgrade.json')],
    ['after detailed', detailed],
    ['after upgrade_xdr', recorded('sorobaninfo.upgrade_xdr.txt')],
  ])('%s', (name, text) => {
    expect(answer(name)).toBe(text);
  });

  it('create_upgrade: the same set of settings by its hash, in a contract of another network', () => {
    const [ours, theirs] = [
      answer('create_upgrade'),
      recorded('generateload.create_upgrade.json'),
    ].map((text) => Buffer.from(keyIn(text), 'base64'));
    expect(ours?.length).toBe(64);
    expect(ours?.subarray(32)).toEqual(theirs?.subarray(32));
    expect(answer('create_upgrade').replace(keyIn(answer('create_upgrade')), 'key')).toBe(
      recorded('generateload.create_upgrade.json').replace(
        keyIn(recorded('generateload.create_upgrade.json')),
        'key',
      ),
    );
  });

  it('upgrades while it is armed with settings, but for their key and the time', () => {
    const plain = (text: string): string =>
      text.replace(/"data" : "[^"]+"/, '"data" : key').replace(/"time" : \d+/, '"time" : 0');
    expect(plain(answer('upgrades'))).toBe(
      plain(recorded('upgrades__mode-get.configupgradesetkey.json')),
    );
    const line =
      'Armed with network upgrades: upgradetime=2027-01-01T00:00:00Z, configupgradesetkey=';
    expect(answer('info')).toContain(line);
  });
});

it('disarms settings that were applied', () => {
  expect(JSON.parse(answer('upgrades after')).configupgradesetkey).toEqual({ nullopt: true });
});

it('counts what a real node counts for the same calls', () => {
  const { metrics } = JSON.parse(answer('metrics')) as {
    metrics: Record<string, { count: number; max?: number }>;
  };
  const count = (name: string): number | undefined => metrics[name]?.count;
  expect(count('ledger.apply-soroban.success')).toBe(32);
  expect(count('ledger.apply-soroban.failure')).toBe(0);
  expect(count('loadgen.soroban.upload')).toBe(30);
  expect(count('loadgen.soroban.setup_upgrade')).toBe(2);
  expect(count('soroban.host-fn-op.success')).toBe(32);
  // An upload touches one entry, a creation two; what each returns takes 40 bytes.
  expect(count('soroban.host-fn-op.read-entry')).toBe(33);
  expect(count('soroban.host-fn-op.write-entry')).toBe(32);
  expect(count('soroban.host-fn-op.emit-event-byte')).toBe(32 * 40);
  // A contract's instance is an entry of 104 bytes.
  expect(count('soroban.host-fn-op.write-data-byte')).toBe(104);
  expect(count('soroban.in-memory-state.contract-code-entries')).toBe(31);
  expect(count('soroban.config.ledger-max-tx-count')).toBe(200);
  expect(count('herder.pending-soroban-txs.self-count')).toBe(32);
  expect(count('herder.pending-txs.self-count')).toBe(0);
});

describe('words', () => {
  it.each([
    ['before protocol 20', 'Soroban is not active in current ledger version'],
    [
      'armed before protocol 20',
      '{"exception": "configupgradesetkey cannot be used before protocol v20"}',
    ],
    ['another parameter', 'Invalid param'],
    ['another format', 'Invalid format option'],
    ['dumpproposedsettings of another', 'configUpgradeSet is missing or invalid'],
    [
      'dumpproposedsettings of none',
      '{"exception": "Must specify a ConfigUpgradeSetKey blob: dumpproposedsettings?blob=<ConfigUpgradeSetKey in xdr format>"}',
    ],
    ['armed with another', 'Error setting configUpgradeSet'],
  ])('for %s', (name, text) => {
    expect(answer(name)).toBe(text);
  });
});
