import { readFileSync } from 'node:fs';
import { StrKey } from '@stellar/stellar-sdk/base';
import {
  changeConfig,
  configUpgradeSet,
  networkId,
  type SettingsUpgrade,
  settingsUpgrade,
  sha256,
  testAccountKey,
  xdr,
} from '../../src/index.ts';
import { passphrase } from '../recorded.ts';

/** What a real node answered to `sorobaninfo?format=upgrade_xdr`, at the limits of a new network and at high ones. */
const templateOf = (limits: 'initial' | 'high'): string =>
  readFileSync(
    new URL(
      `../fixtures/sorobaninfo.upgrade_xdr${limits === 'high' ? '' : '.initial'}.txt`,
      import.meta.url,
    ),
    'utf8',
  ).trim();

/** Which settings are voted on: one, all that core's own load generator writes, or the tables of costs as well. */
export type Voted = 'one' | 'all but the costs' | 'all';

/** The transactions of a settings upgrade, as the host of Soroban is given them. */
export function hostInput(
  limits: 'initial' | 'high',
  voted: Voted,
): {
  readonly upgrade: SettingsUpgrade;
  readonly set: xdr.ConfigUpgradeSet;
  readonly input: object;
} {
  const template = templateOf(limits);
  const entries = xdr.ConfigUpgradeSet.fromXdr(template, 'base64').updatedEntry;
  const set =
    voted === 'one'
      ? changeConfig(template, { contractMaxSizeBytes: 70_000 })
      : configUpgradeSet(
          entries.filter(({ type }) => voted === 'all' || !type.includes('CostParams')),
        );
  const deployer = testAccountKey('bob');
  const upgrade = settingsUpgrade({ passphrase, deployer, salt: sha256('salt'), set });
  const settingOf = (setting: string): Record<string, unknown> => {
    const wires = entries.map((entry) => entry.toXdrObject() as unknown as Record<string, unknown>);
    return wires.find((wire) => setting in wire)?.[setting] as Record<string, unknown>;
  };
  // The value of a setting without its id, which comes first.
  const bare = (type: xdr.ConfigSettingEntry['type']): string =>
    Buffer.from(entries.find((entry) => entry.type === type)?.toXdr() ?? [])
      .subarray(4)
      .toString('base64');
  const archival = settingOf('stateArchivalSettings');
  const input = {
    protocol: 27,
    ledger: 100,
    networkId: networkId(passphrase).toString('base64'),
    minTemporaryTtl: archival['minTemporaryTtl'],
    minPersistentTtl: archival['minPersistentTtl'],
    maxEntryTtl: archival['maxEntryTtl'],
    txMemoryLimit: Number(settingOf('contractCompute')['txMemoryLimit']),
    cpuCosts: bare('configSettingContractCostParamsCpuInstructions'),
    memoryCosts: bare('configSettingContractCostParamsMemoryBytes'),
    // An AccountID: a key of type 0.
    source: Buffer.concat([
      Buffer.alloc(4),
      StrKey.decodeEd25519PublicKey(deployer.publicKey),
    ]).toString('base64'),
    steps: upgrade.plans.map((plan) => {
      const body = plan.operations[0]?.body;
      if (body?.type !== 'invokeHostFunction') throw new Error('not an invocation');
      const { hostFunction, auth } = body.invokeHostFunctionOp;
      return {
        what: plan.what,
        hostFunction: hostFunction.toXdr('base64'),
        auth: auth.map((entry) => entry.toXdr('base64')),
        resources: plan.sorobanData?.resources.toXdr('base64'),
      };
    }),
  };
  return { upgrade, set, input };
}

/** What was run. */
export const cases = [
  ['initial', 'one'],
  ['initial', 'all but the costs'],
  ['high', 'one'],
  ['high', 'all'],
] as const;
