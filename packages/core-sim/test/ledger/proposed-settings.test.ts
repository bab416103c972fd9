import { configUpgradeSet } from '@ssc/tx';
import { xdr } from '@stellar/stellar-sdk/base';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/keys.ts';
import { upgradeSettings } from '../../src/ledger/config-settings.ts';
import {
  bytesValue,
  type DataKey,
  dataKey,
  encodeData,
  encodeTtl,
} from '../../src/ledger/contract-entries.ts';
import { sortKeyOf, ttlKeyOf } from '../../src/ledger/entry-key.ts';
import { proposedSettings } from '../../src/ledger/proposed-settings.ts';
import { settingIds } from '../../src/ledger/setting-ids.ts';
import { changedSet } from '../../src/load/settings-parameters.ts';
import { usualSoroban } from './chain.ts';

const settings = upgradeSettings(new Map(), 0, 27, usualSoroban, { list: 0, contracts: 0 });
const contract = 'ab'.repeat(32);

/** A ledger in which a contract keeps bytes, under the hash of these or of others. */
function kept(
  bytes: Uint8Array,
  options: { readonly under?: Uint8Array; readonly liveUntil?: number } = {},
): { readonly key: string; entry(sortKey: string): Buffer | undefined } {
  const contentHash = options.under ?? sha256(bytes);
  const data: DataKey = { contract, key: bytesValue(contentHash), durability: 'temporary' };
  const key = dataKey(data);
  const ttl = ttlKeyOf(key);
  const entries = new Map([
    [sortKeyOf(key), encodeData(5, data, bytesValue(bytes))],
    [sortKeyOf(ttl), encodeTtl(5, ttl, options.liveUntil ?? 100)],
  ]);
  return {
    key: contract + Buffer.from(contentHash).toString('hex'),
    entry: (sortKey) => entries.get(sortKey),
  };
}

const found = (
  { key, entry }: ReturnType<typeof kept>,
  seq = 50,
  ignoresCloseTimeBounds = false,
): readonly Buffer[] | undefined =>
  proposedSettings({ seq, settings, ignoresCloseTimeBounds, entry }, key);

const changed = (parameter: string, value: bigint): Buffer =>
  Buffer.from(changedSet(settings, new Map([[parameter, value]])).toXdr());

const entryOf = (id: number): xdr.ConfigSettingEntry =>
  xdr.ConfigSettingEntry.fromXdr(settings.get(id) as Buffer);
const setOf = (...entries: xdr.ConfigSettingEntry[]): Buffer =>
  Buffer.from(new xdr.ConfigUpgradeSet({ updatedEntry: entries }).toXdr());

describe('settings that a contract keeps', () => {
  it('are found under their hash, as long as they live', () => {
    const set = kept(changed('ldgrmxtxcnt', 7n));
    expect(found(set)).toHaveLength(13);
    expect(found(set, 100)).toBeDefined();
    expect(found(set, 101)).toBeUndefined();
    expect(found({ ...set, entry: () => undefined })).toBeUndefined();
  });

  it('may be the costs of the host, as many as there are', () => {
    const costs = entryOf(settingIds.cpuCosts);
    expect(found(kept(setOf(costs)))).toHaveLength(1);
    const wire = costs.toXdrObject() as unknown as { contractCostParamsCpuInsns: unknown[] };
    const less = { ...wire, contractCostParamsCpuInsns: wire.contractCostParamsCpuInsns.slice(1) };
    expect(found(kept(setOf(xdr.ConfigSettingEntry.fromXdrObject(less as never))))).toBeUndefined();
    const negative = {
      ...wire,
      contractCostParamsCpuInsns: wire.contractCostParamsCpuInsns.map((terms) => ({
        ...(terms as object),
        constTerm: -1n,
      })),
    };
    expect(
      found(kept(setOf(xdr.ConfigSettingEntry.fromXdrObject(negative as never)))),
    ).toBeUndefined();
  });

  it.each([
    ['under the hash of others', kept(changed('ldgrmxtxcnt', 7n), { under: new Uint8Array(32) })],
    ['that are no settings', kept(Buffer.from('no settings'))],
    ['of which there are none', kept(setOf())],
    ['out of order', kept(setOf(entryOf(1), entryOf(0)))],
    ['twice', kept(setOf(entryOf(1), entryOf(1)))],
    ['that the ledger keeps by itself', kept(setOf(entryOf(settingIds.evictionIterator)))],
    ['below what is allowed', kept(changed('txmxinstrc', 2_499_999n))],
    ['below those of one transaction', kept(changed('ldgrmxinstrc', 2_499_999n))],
    ['of a close time that is too short', kept(changed('ldgrclse', 3999n))],
  ])('%s are not voted on', (_what, set) => {
    expect(found(set)).toBeUndefined();
  });

  it('may have any close time on a node that ignores its bounds, and on no other', () => {
    const set = kept(changed('ldgrclse', 500n));
    expect(found(set, 50, true)).toBeDefined();
    expect(found(kept(changed('nominit', 1n)), 50, true)).toBeUndefined();
  });

  it('of a protocol that the ledger does not have yet are not voted on', () => {
    const before = upgradeSettings(new Map(), 0, 22, usualSoroban, { list: 0, contracts: 0 });
    const { key, entry } = kept(changed('maxtxclstrs', 2n));
    const proposal = { seq: 50, settings: before, ignoresCloseTimeBounds: false, entry };
    expect(proposedSettings(proposal, key)).toBeUndefined();
  });
});

it('a set has every setting that can be voted on but the costs, whatever is changed in it', () => {
  const set = changedSet(settings, new Map());
  expect(set.updatedEntry.map(({ type }) => type)).toEqual(
    configUpgradeSet([0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 14, 15, 16].map(entryOf)).updatedEntry.map(
      ({ type }) => type,
    ),
  );
});
