import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  Address,
  Contract,
  hash,
  nativeToScVal,
  Operation,
  StrKey,
} from '@stellar/stellar-sdk/base';
import { expect, test } from 'vitest';
import {
  type ConfigChanges,
  changeConfig,
  configUpgradeEntryKey,
  configUpgradeSet,
  configUpgradeSetKey,
  contractId,
  settingsContract,
  settingsUpgrade,
  sha256,
  signTransaction,
  testAccountKey,
  xdr,
} from '../src/index.ts';
import { messageOf } from './message.ts';
import { passphrase } from './recorded.ts';
import { rustJson } from './stellar-xdr.ts';

// What a real stellar-core v27.1.0 at protocol 27 answered to sorobaninfo?format=upgrade_xdr.
const current = readFileSync(
  new URL('fixtures/sorobaninfo.upgrade_xdr.txt', import.meta.url),
  'utf8',
).trim();
// The key that it made for generateload?mode=create_upgrade&mxcntrctsz=200000&ldgrmxtxcnt=300.
const recordedKey =
  'kkRb2VLuCt6COEmMI0mnCux9WP8a15ROqrd8+d94gYBQZQl/ujaJJpNnwCncp9ihs/fwTiJzftXuYZWuccxfWQ==';

const entries = xdr.ConfigUpgradeSet.fromXdr(current, 'base64').updatedEntry;
const names = (set: xdr.ConfigUpgradeSet): string[] => set.updatedEntry.map(({ type }) => type);

test("the recorded set's key comes out of the same changes", () => {
  const changed = changeConfig(current, {
    contractExecutionLanes: { ledgerMaxTxCount: 300 },
    contractMaxSizeBytes: 200_000,
  });
  expect(names(changed)).toEqual([
    'configSettingContractMaxSizeBytes',
    'configSettingContractExecutionLanes',
  ]);
  // Core's own load generator writes all settings but the cost parameters.
  const all = configUpgradeSet([
    ...changed.updatedEntry,
    ...entries.filter(({ type }) => !names(changed).includes(type) && !type.includes('CostParams')),
  ]);
  const { contractId: id } = xdr.ConfigUpgradeSetKey.fromXdr(recordedKey, 'base64');
  expect(configUpgradeSetKey(id.toXdr(), all).toXdr('base64')).toBe(recordedKey);
});

test('every setting that can be voted on can be changed alone', () => {
  const changes: Required<ConfigChanges> = {
    contractMaxSizeBytes: 1,
    contractCompute: { txMaxInstructions: 5_000_000n },
    contractLedgerCost: { rentFee1KbSorobanStateSizeLow: -17_000n },
    contractHistoricalData: { feeHistorical1Kb: 7n },
    contractEvents: { txMaxContractEventsSizeBytes: 1000 },
    contractBandwidth: { txMaxSizeBytes: 20_000 },
    contractDataKeySizeBytes: 2,
    contractDataEntrySizeBytes: 3,
    stateArchivalSettings: { minTemporaryTtl: 20 },
    contractExecutionLanes: { ledgerMaxTxCount: 5 },
    contractParallelCompute: { ledgerMaxDependentTxClusters: 2 },
    contractLedgerCostExt: { txMaxFootprintEntries: 10 },
    contractScpTiming: { ledgerTargetCloseTimeMilliseconds: 4000 },
  };
  for (const [setting, change] of Object.entries(changes)) {
    const { updatedEntry } = changeConfig(current, { [setting]: change });
    const before = entries.find(({ type }) => type === updatedEntry[0]?.type);
    const [a, b] = [before, updatedEntry[0]].map((entry) => entry?.toXdrObject() as object);
    const value = (entry: object | undefined): unknown => Reflect.get(entry ?? {}, setting);
    expect(value(b)).toEqual(
      typeof change === 'number' ? change : { ...(value(a) as object), ...change },
    );
  }
  const all = changeConfig(current, changes);
  expect(rustJson('ConfigUpgradeSet', all.toXdr('base64'))).toEqual(
    JSON.parse(JSON.stringify(all)),
  );
});

test('the changes of protocol 26 to frozen keys can be voted on, in the order of their ids', () => {
  const { updatedEntry } = configUpgradeSet([
    xdr.ConfigSettingEntry.configSettingFreezeBypassTxsDelta(
      new xdr.FreezeBypassTxsDelta({ addTxs: [], removeTxs: [] }),
    ),
    xdr.ConfigSettingEntry.configSettingFrozenLedgerKeysDelta(
      new xdr.FrozenLedgerKeysDelta({ keysToFreeze: [], keysToUnfreeze: [] }),
    ),
    ...entries.filter(({ type }) => type.includes('CostParams')),
  ]);
  const ids = updatedEntry.map((each) => Buffer.from(each.toXdr()).readInt32BE(0));
  expect(ids).toEqual([6, 7, 18, 20]);
});

const misspelt = (changes: Record<string, unknown>): ConfigChanges => changes as ConfigChanges;
const entry = entries.slice(0, 1);
test.each([
  ['nothing', () => configUpgradeSet([])],
  ['a setting twice', () => configUpgradeSet([...entry, ...entry])],
  [
    'a measurement',
    () => configUpgradeSet([xdr.ConfigSettingEntry.configSettingLiveSorobanStateSizeWindow([1n])]),
  ],
  ['no changes', () => changeConfig(current, {})],
  ['a misspelt setting', () => changeConfig(current, misspelt({ contractScpTimings: {} }))],
  [
    'a misspelt field',
    () => changeConfig(current, misspelt({ contractCompute: { txMaxInstruction: 1n } })),
  ],
  ['the switch of the union', () => changeConfig(current, misspelt({ configSettingID: 3 }))],
  [
    'a number that does not fit',
    () => changeConfig(current, { contractCompute: { txMemoryLimit: -1 } }),
  ],
  ['a number for a group', () => changeConfig(current, misspelt({ contractCompute: 1 }))],
  [
    'a setting that an older network lacks',
    () => changeConfig(configUpgradeSet(entry), { contractScpTiming: {} }),
  ],
  ['what is no set', () => changeConfig('AAAA', {})],
  [
    'a short salt',
    () => contractId({ passphrase, deployer: testAccountKey('bob'), salt: new Uint8Array(3) }),
  ],
])('refused: %s', (_, act) => {
  expect(messageOf(act)).toMatchSnapshot();
});

const deployer = testAccountKey('bob');
const salt = sha256('salt');
const set = changeConfig(current, { contractMaxSizeBytes: 70_000 });
const upgrade = settingsUpgrade({ passphrase, deployer, salt, set });

test('the transactions are those that the SDK makes of the same wishes', () => {
  const wasm = settingsContract();
  const wishes = [
    Operation.uploadContractWasm({ wasm }),
    undefined,
    new Contract(upgrade.contract).call('write', nativeToScVal(set.toXdr(), { type: 'bytes' })),
  ];
  for (const [i, plan] of upgrade.plans.entries()) {
    const { base64 } = signTransaction({
      ...plan,
      passphrase,
      source: deployer,
      sequence: 1n,
      signers: [deployer],
    });
    const decoded = xdr.TransactionEnvelope.fromXdr(base64, 'base64');
    expect(rustJson('TransactionEnvelope', base64)).toEqual(JSON.parse(JSON.stringify(decoded)));
    const wish = wishes[i];
    if (wish !== undefined) expect(plan.operations[0]?.toXdr('base64')).toBe(wish.toXdr('base64'));
  }
  // The SDK creates with a later form that takes arguments of a constructor; its contract id is the same.
  const created = Operation.createCustomContract({
    address: new Address(deployer.publicKey),
    wasmHash: hash(Buffer.from(wasm)),
    salt,
  });
  const { body } = created;
  const [, create] = upgrade.plans;
  const own = create.operations[0]?.body;
  if (body.type !== 'invokeHostFunction' || own?.type !== 'invokeHostFunction')
    throw new Error('not an invocation');
  const theirs = body.invokeHostFunctionOp.hostFunction;
  const ours = own.invokeHostFunctionOp.hostFunction;
  if (
    theirs.type !== 'hostFunctionTypeCreateContractV2' ||
    ours.type !== 'hostFunctionTypeCreateContract'
  )
    throw new Error('not a creation');
  expect(ours.createContract.contractIdPreimage.toXdr('hex')).toBe(
    theirs.createContractV2.contractIdPreimage.toXdr('hex'),
  );
  expect(ours.createContract.executable.toXdr('hex')).toBe(
    theirs.createContractV2.executable.toXdr('hex'),
  );
});

test('the key names the contract and the entry that the third transaction writes', () => {
  const key = xdr.ConfigUpgradeSetKey.fromXdr(upgrade.key, 'base64');
  expect(StrKey.encodeContract(key.contractId.toXdr())).toBe(upgrade.contract);
  expect(Buffer.from(key.contractId.toXdr())).toEqual(contractId({ passphrase, deployer, salt }));
  expect(Buffer.from(key.contentHash.toXdr())).toEqual(sha256(set.toXdr()));
  const write = upgrade.plans[2].sorobanData?.resources.footprint.readWrite;
  expect(write?.map((entryKey) => entryKey.toXdr('hex'))).toEqual([
    configUpgradeEntryKey(upgrade.key).toXdr('hex'),
  ]);
});

test('the contract, run by a host that has nothing but the three functions it imports', () => {
  const objects: Buffer[] = [Buffer.from(set.toXdr())];
  const stored: unknown[] = [];
  // The host's values are 64 bits: an object is its number and the tag 72 of bytes.
  const reference = (bytes: Buffer): bigint => (BigInt(objects.push(bytes) - 1) << 8n) | 72n;
  const bytesOf = (value: bigint): Buffer => objects[Number(value >> 8n)] ?? Buffer.alloc(0);
  const host = {
    c: {
      _: (bytes: bigint) => reference(createHash('sha256').update(bytesOf(bytes)).digest()),
    },
    l: {
      _: (key: bigint, value: bigint, storage: bigint) => {
        stored.push([
          'put',
          bytesOf(key).toString('hex'),
          bytesOf(value).toString('base64'),
          storage,
        ]);
        return 2n;
      },
      '7': (key: bigint, storage: bigint, threshold: bigint, extendTo: bigint) => {
        stored.push(['extend', bytesOf(key).toString('hex'), storage, threshold, extendTo]);
        return 2n;
      },
    },
  };
  const written = run(settingsContract(), host).write((0n << 8n) | 72n);
  const contentHash = sha256(set.toXdr()).toString('hex');
  expect(bytesOf(written).toString('hex')).toBe(contentHash);
  const thirtyDays = (518_400n << 32n) | 4n;
  expect(stored).toEqual([
    ['put', contentHash, set.toXdr('base64'), 0n],
    ['extend', contentHash, 0n, thirtyDays, thirtyDays],
  ]);
});

/** The part of WebAssembly that this needs; the compiler's library for it is the browser's. */
function run(code: Uint8Array, imports: object): { write(bytes: bigint): bigint } {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: {
      Module: new (code: Uint8Array) => object;
      Instance: new (
        module: object,
        imports: object,
      ) => {
        exports: { write(bytes: bigint): bigint };
      };
    };
  };
  return new WebAssembly.Instance(new WebAssembly.Module(code), imports).exports;
}
