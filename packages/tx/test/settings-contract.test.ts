import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configUpgradeEntryKey, settingsContract, sha256, xdr } from '../src/index.ts';
import { cases, hostInput } from './soroban-host/host-input.ts';

/** What soroban-env-host 27.0.1, the host inside stellar-core v27, did with the transactions (soroban-host/README.md). */
interface HostRun {
  readonly limits: string;
  readonly voted: string;
  readonly input: unknown;
  readonly output: {
    readonly host: string;
    readonly steps: readonly {
      readonly error: string | null;
      readonly result: string | null;
      readonly used: { readonly instructions: number; readonly memory: number };
      readonly changes: readonly {
        readonly key: string;
        readonly entry: string;
        readonly bytes: number;
        readonly liveUntil: number;
      }[];
    }[];
  };
}

const runs = JSON.parse(
  readFileSync(new URL('fixtures/settings-contract-host.json', import.meta.url), 'utf8'),
) as HostRun[];

test.each(cases)(
  'the host of stellar-core ran what is sent (limits: %s, voted on: %s)',
  (limits, voted) => {
    const run = runs.find((candidate) => candidate.limits === limits && candidate.voted === voted);
    const { upgrade, set, input } = hostInput(limits, voted);
    // A change of the contract or of the transactions needs another run.
    expect(run?.input).toEqual(input);
    const steps = run?.output.steps ?? [];
    expect(steps.map(({ error }) => error)).toEqual([null, null, null]);

    const [upload, create, write] = steps;
    const resultOf = (step: typeof upload): xdr.ScVal =>
      xdr.ScVal.fromXdr(step?.result ?? '', 'base64');
    const key = xdr.ConfigUpgradeSetKey.fromXdr(upgrade.key, 'base64');
    // The code's hash, the contract that the key names, and the hash of the set.
    expect(resultOf(upload).toXdr('hex')).toBe(
      xdr.ScVal.scvBytes(sha256(settingsContract())).toXdr('hex'),
    );
    expect(resultOf(create).toXdr('hex')).toBe(
      xdr.ScVal.scvAddress(xdr.ScAddress.scAddressTypeContract(key.contractId)).toXdr('hex'),
    );
    expect(resultOf(write).toXdr('hex')).toBe(
      xdr.ScVal.scvBytes(key.contentHash.toXdr()).toXdr('hex'),
    );

    // One entry is written: where core looks for the set, with the set in it, for 30 days from ledger 102 on.
    const [written, ...others] = write?.changes ?? [];
    expect(others).toEqual([]);
    expect(written?.key).toBe(configUpgradeEntryKey(key).toXdr('base64'));
    const { data } = xdr.LedgerEntry.fromXdr(written?.entry ?? '', 'base64');
    if (data.type !== 'contractData') throw new Error('not the data of a contract');
    expect(data.contractData.durability.name).toBe('temporary');
    expect(data.contractData.val.toXdr('hex')).toBe(xdr.ScVal.scvBytes(set.toXdr()).toXdr('hex'));
    expect(written?.liveUntil).toBe(102 + 518_400);

    // Within what the transactions declare; a network as it begins allows no more than 2,500,000 and 2,000,000.
    for (const [index, { used, changes }] of steps.entries()) {
      const declared = upgrade.plans[index]?.sorobanData?.resources;
      expect(used.instructions).toBeLessThan(declared?.instructions ?? 0);
      expect(used.memory).toBeLessThan(2_000_000);
      const bytes = changes.reduce((sum, change) => sum + change.bytes, 0);
      expect(bytes).toBeLessThanOrEqual(declared?.writeBytes ?? 0);
    }
  },
);
