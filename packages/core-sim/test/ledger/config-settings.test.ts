import { xdr } from '@stellar/stellar-sdk/base';
import { describe, expect, it } from 'vitest';
import { upgradeSettings, withSettings } from '../../src/ledger/config-settings.ts';
import { decodeCosts } from '../../src/ledger/cost-settings.ts';
import { type ConfigSettings, settingIds } from '../../src/ledger/setting-ids.ts';
import {
  averageStateSize,
  sampled,
  withWindowResized,
} from '../../src/ledger/state-size-window.ts';
import { changedSet } from '../../src/load/settings-parameters.ts';
import { sorobanConfig } from '../../src/soroban/config.ts';
import { usualSoroban } from './chain.ts';

const step = (
  from: number,
  to: number,
  before: ConfigSettings = new Map(),
  options = usualSoroban,
): ConfigSettings => upgradeSettings(before, from, to, options, { list: 5000, contracts: 30 });

/** What a vote makes of settings. */
const voted = (settings: ConfigSettings, parameter: string, value: bigint): ConfigSettings =>
  withWindowResized(
    withSettings(
      settings,
      changedSet(settings, new Map([[parameter, value]])).updatedEntry.map((entry) =>
        Buffer.from(entry.toXdr()),
      ),
    ),
  );

describe('a version step', () => {
  it('in several parts comes to what it comes to at once', () => {
    let settings: ConfigSettings = new Map();
    for (let protocol = 1; protocol <= 27; protocol++)
      settings = step(protocol - 1, protocol, settings);
    expect(settings).toEqual(step(0, 27));
  });

  it('to protocol 23 keeps what was voted on before', () => {
    const config = sorobanConfig(step(22, 23, voted(step(0, 22), 'txmxrdntry', 3n)));
    expect(config.ledgerCostExt?.txMaxFootprintEntries).toBe(3);
    const wide = voted(voted(step(0, 22), 'ldgrmxrdntry', 90n), 'txmxrdntry', 40n);
    const after = sorobanConfig(step(22, 23, wide));
    expect(after.ledgerCost.txMaxDiskReadEntries).toBe(40);
    expect(after.ledgerCostExt?.txMaxFootprintEntries).toBe(40);
    expect(after.ledgerCost.rentFee1KbSorobanStateSizeLow).toBe(-17_000n);
    expect(after.archival.persistentRentRateDenominator).toBe(1215n);
  });

  it('counts the whole list as the state before protocol 23, then contracts alone', () => {
    expect(averageStateSize(step(0, 22))).toBe(5000n);
    expect(averageStateSize(step(0, 23))).toBe(30n);
  });

  it('writes other costs on nodes that recalibrate them, and no other settings', () => {
    const plain = step(0, 27);
    const measured = step(0, 27, new Map(), { ...usualSoroban, recalibratesCosts: true });
    const changed = [...plain.keys()].filter(
      (id) => !plain.get(id)?.equals(measured.get(id) as Buffer),
    );
    expect(changed).toEqual([settingIds.cpuCosts, settingIds.memoryCosts]);
    const terms = decodeCosts(measured.get(settingIds.cpuCosts) as Buffer);
    // ValDeser and VmInstantiation were measured anew; VmCachedInstantiation is of a later step.
    expect(terms[7]).toEqual({ constant: 331n, linear: 4369n });
    expect(terms[11]).toEqual({ constant: 417_482n, linear: 45_712n });
    expect(terms[12]).toEqual({ constant: 41_142n, linear: 634n });
    expect(terms).toHaveLength(86);
  });
});

describe('the window of state sizes', () => {
  const settings = step(0, 27);
  it('takes a sample every 64 ledgers, and forgets the oldest', () => {
    expect(sampled(settings, 63, () => 3030)).toBe(settings);
    const after = sampled(settings, 64, () => 3030);
    // 29 samples of 30 bytes and one of 3030.
    expect(averageStateSize(after)).toBe(130n);
    let later = after;
    for (let i = 2; i <= 30; i++) later = sampled(later, 64 * i, () => 3030);
    expect(averageStateSize(later)).toBe(3030n);
  });

  it('is resized by a vote: the newest samples stay, the oldest stands for those that are missing', () => {
    const grown = sampled(settings, 64, () => 3030);
    const samplesOf = (after: ConfigSettings): number[] => {
      const entry = xdr.ConfigSettingEntry.fromXdr(after.get(settingIds.sizeWindow) as Buffer);
      return entry.type === 'configSettingLiveSorobanStateSizeWindow'
        ? entry.liveSorobanStateSizeWindow.map(Number)
        : [];
    };
    expect(samplesOf(voted(grown, 'wndowsz', 2n))).toEqual([30, 3030]);
    expect(samplesOf(voted(grown, 'wndowsz', 32n))).toEqual([
      ...Array.from({ length: 31 }, () => 30),
      3030,
    ]);
    expect(samplesOf(voted(grown, 'wndowsz', 30n))).toHaveLength(30);
  });
});
