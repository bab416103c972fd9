import { readFileSync } from 'node:fs';
import { xdr } from '@stellar/stellar-sdk/base';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/keys.ts';
import { upgradeSettings } from '../../src/ledger/config-settings.ts';
import { sortKeyOf, ttlKeyOf } from '../../src/ledger/entry-key.ts';
import { settingIds } from '../../src/ledger/setting-ids.ts';
import type { SorobanOptions } from '../../src/ledger/soroban-options.ts';
import { applyHostCall, type HostContext } from '../../src/soroban/apply-host-call.ts';
import { sorobanConfig } from '../../src/soroban/config.ts';
import { readHostCall, readSorobanData } from '../../src/soroban/host-call.ts';
import { usualSoroban } from '../ledger/chain.ts';

/** What soroban-env-host 27.0.1, the host inside stellar-core v27, did with three calls (the fixtures of @ssc/tx). */
interface HostRun {
  readonly limits: 'initial' | 'high';
  readonly voted: string;
  readonly input: {
    readonly ledger: number;
    readonly networkId: string;
    readonly cpuCosts: string;
    readonly memoryCosts: string;
    readonly source: string;
    readonly steps: readonly {
      readonly hostFunction: string;
      readonly auth: readonly string[];
      readonly resources: string;
    }[];
  };
  readonly output: {
    readonly steps: readonly {
      readonly what: string;
      readonly result: string;
      readonly used: { readonly instructions: number; readonly memory: number };
      readonly changes: readonly {
        readonly key: string;
        readonly entry: string;
        readonly liveUntil: number;
      }[];
    }[];
  };
}

const file = new URL('../../../tx/test/fixtures/settings-contract-host.json', import.meta.url);
const runs = JSON.parse(readFileSync(file, 'utf8')) as HostRun[];

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64');

/** The settings of a network at protocol 27 with the costs of a run. */
function settingsOf({ limits, input }: HostRun): ReturnType<typeof sorobanConfig> {
  const options: SorobanOptions = { ...usualSoroban, highLimits: limits === 'high' };
  const settings = new Map(upgradeSettings(new Map(), 0, 27, options, { list: 0, contracts: 0 }));
  for (const [id, costs] of [
    [settingIds.cpuCosts, input.cpuCosts],
    [settingIds.memoryCosts, input.memoryCosts],
  ] as const)
    settings.set(id, Buffer.concat([Buffer.from([0, 0, 0, id]), bytesOf(costs)]));
  return sorobanConfig(settings);
}

describe.each(runs)(
  'the calls of a run of the real host ($limits limits, voted on: $voted)',
  (run) => {
    const config = settingsOf(run);
    const entries = new Map<string, Buffer>();
    it.each(run.output.steps.map((step, i) => [step.what, i] as const))(
      '%s: the same entries, for as long, the same result, and nearly the same cost',
      (_what, i) => {
        const [given, real] = [run.input.steps[i], run.output.steps[i]];
        if (given === undefined || real === undefined) throw new Error('no such step');
        const seq = run.input.ledger + i;
        const call = readHostCall(
          new xdr.InvokeHostFunctionOp({
            hostFunction: xdr.HostFunction.fromXdr(given.hostFunction, 'base64'),
            auth: given.auth.map((entry) => xdr.SorobanAuthorizationEntry.fromXdr(entry, 'base64')),
          }),
          bytesOf(run.input.networkId),
        );
        const data = readSorobanData(
          new xdr.SorobanTransactionData({
            ext: xdr.SorobanTransactionDataExt.v0(),
            resources: xdr.SorobanResources.fromXdr(given.resources, 'base64'),
            resourceFee: 0n,
          }),
        );
        const context: HostContext = {
          ...{ protocol: 27, seq, config, data, refundable: 10n ** 9n },
          source: bytesOf(run.input.source).subarray(4).toString('hex'),
          entry: (key) => entries.get(key),
        };
        const { outcome, cost } = applyHostCall(context, call);
        if (outcome.code !== 'success') throw new Error(outcome.code);
        // The host is not told which ledger it is that changes an entry.
        const written = outcome.written.map(([key, bytes]) => {
          const blank = Buffer.from(bytes);
          blank.writeUInt32BE(0, 0);
          return [key, blank.toString('base64')];
        });
        expect(written.filter((_, at) => at % 2 === 0)).toEqual(
          real.changes.map(({ key, entry }) => [sortKeyOf(bytesOf(key)), entry]),
        );
        const lives = real.changes.map(({ key, liveUntil }) => [
          sortKeyOf(ttlKeyOf(bytesOf(key))),
          liveUntil,
        ]);
        expect(
          outcome.written
            .filter((_, at) => at % 2 === 1)
            .map(([key, bytes]) => [key, xdr.LedgerEntry.fromXdr(bytes).data])
            .map(([key, ttl]) => [key, (ttl as xdr.LedgerEntryDataTtl).ttl.liveUntilLedgerSeq]),
        ).toEqual(lives);
        const returned = Buffer.concat([bytesOf(real.result), Buffer.alloc(4)]);
        expect(outcome.hash).toBe(sha256Hex(returned));
        expect(Math.abs(cost.instructions / real.used.instructions - 1)).toBeLessThan(0.02);
        expect(Math.abs(cost.memory / real.used.memory - 1)).toBeLessThan(0.02);
        for (const [key, bytes] of outcome.written) entries.set(key, bytes);
      },
    );
  },
);
