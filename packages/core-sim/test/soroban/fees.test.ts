import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upgradeSettings } from '../../src/ledger/config-settings.ts';
import { type SorobanConfig, sorobanConfig } from '../../src/soroban/config.ts';
import {
  eventsFee,
  nonRefundableFee,
  type PaidResources,
  type RentChange,
  rentFee,
  rentFeePerKb,
} from '../../src/soroban/fees.ts';
import { usualSoroban } from '../ledger/chain.ts';

const configAt = (protocol: number): SorobanConfig =>
  sorobanConfig(upgradeSettings(new Map(), 0, protocol, usualSoroban, { list: 0, contracts: 0 }));
const config = configAt(27);

const nothing: PaidResources = {
  ...{ instructions: 0, readEntries: 0, writeEntries: 0 },
  ...{ readBytes: 0, writeBytes: 0, txBytes: 0 },
};
const newCode: RentChange = {
  ...{ isPersistent: true, isCode: true, oldBytes: 0, newBytes: 3000 },
  ...{ oldLiveUntil: 0, newLiveUntil: 4195 },
};

describe('the fee for resources', () => {
  it.each<[string, Partial<PaidResources>, bigint]>([
    // Each row: the fee beside the 30 stroops that the 300 bytes of every result cost in history, at 100 a kilobyte.
    ['nothing', {}, 0n],
    ['10,000 instructions at 100', { instructions: 10_000 }, 100n],
    ['one instruction, rounded up', { instructions: 1 }, 1n],
    ['a read entry at 5000', { readEntries: 1 }, 5000n],
    ['a written entry at 20,000, which is read too', { writeEntries: 1 }, 25_000n],
    ['a kilobyte read at 1000', { readBytes: 1024 }, 1000n],
    ['a kilobyte written at 3500', { writeBytes: 1024 }, 3500n],
    ['a kilobyte of transaction at 2000, and at 100 in history', { txBytes: 1024 }, 2100n],
  ])('of %s', (_what, resources, fee) => {
    expect(nonRefundableFee(config, { ...nothing, ...resources })).toBe(30n + fee);
  });

  it('takes the fee of rents for a written kilobyte before protocol 23', () => {
    const kilobyte = { ...nothing, writeBytes: 1024 };
    expect(nonRefundableFee(configAt(22), kilobyte)).toBe(30n + 1000n);
  });

  it('never falls when more is asked for', () => {
    const resources = fc.record({
      instructions: fc.nat(2_500_000),
      readEntries: fc.nat(300),
      writeEntries: fc.nat(200),
      readBytes: fc.nat(200_000),
      writeBytes: fc.nat(200_000),
      txBytes: fc.nat(100_000),
    });
    fc.assert(
      fc.property(resources, resources, (a, b) => {
        const more = Object.fromEntries(
          Object.keys(a).map((name) => [
            name,
            a[name as keyof PaidResources] + b[name as keyof PaidResources],
          ]),
        ) as unknown as PaidResources;
        const [fee, larger] = [nonRefundableFee(config, a), nonRefundableFee(config, more)];
        expect(larger).toBeGreaterThanOrEqual(fee);
        // Rounding aside, two transactions pay together what one pays for both, and for one result more.
        expect(fee + nonRefundableFee(config, b) - larger - 30n).toBeLessThanOrEqual(6n);
      }),
    );
  });
});

it('takes 200 stroops for a kilobyte that is emitted', () => {
  expect([eventsFee(config, 1024), eventsFee(config, 40), eventsFee(config, 0)]).toEqual([
    200n,
    8n,
    0n,
  ]);
});

describe('the rent', () => {
  it('of a kilobyte is 1000 at least, rises to 10,000 at the size that is aimed at, and beyond', () => {
    const at = (averageStateSize: bigint): bigint => rentFeePerKb({ ...config, averageStateSize });
    const target = config.ledgerCost.sorobanStateTargetSizeBytes;
    expect(at(0n)).toBe(1000n);
    // -17,000 and 27,000 times the share of the size.
    expect(at(target / 2n)).toBe(1000n);
    expect(at((target * 9n) / 10n)).toBe(7300n);
    expect(at(target)).toBe(10_000n);
    expect(at(target * 2n)).toBe(37_000n);
  });

  it('of new code is a third of that of data, for its time, and the entry that keeps the time', () => {
    // 4096 ledgers from ledger 100 on: 3000 bytes x 1000 x 4096 / (1024 x 1215 x 3), rounded up.
    const kept = 20_000n + 165n;
    expect(rentFee(config, [newCode], 100)).toBe(3293n + kept);
    expect(rentFee(config, [{ ...newCode, isCode: false }], 100)).toBe(9877n + kept);
    expect(rentFee(config, [{ ...newCode, isCode: false, isPersistent: false }], 100)).toBe(
      4939n + kept,
    );
    expect(rentFee(config, [], 100)).toBe(0n);
  });

  it('of an entry that grows is for what it grew by, for as long as was paid before', () => {
    const grown = { ...newCode, isCode: false, oldBytes: 1024, newBytes: 2048, oldLiveUntil: 4195 };
    // A kilobyte more for 4096 ledgers: 1000 x 4096 / 1215, rounded up.
    expect(rentFee(config, [grown], 100)).toBe(3372n);
    expect(rentFee(config, [{ ...grown, newBytes: 1000 }], 100)).toBe(0n);
  });

  it('of a longer life is for the ledgers that it is longer', () => {
    const longer = { ...newCode, isCode: false, oldBytes: 1024, newBytes: 1024, oldLiveUntil: 200 };
    // A kilobyte for 1215 ledgers more, and the entry that keeps the time, written anew.
    expect(rentFee(config, [{ ...longer, newLiveUntil: 1415 }], 100)).toBe(1000n + 20_165n);
  });
});
