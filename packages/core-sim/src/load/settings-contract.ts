import { settingsUpgrade } from '@ssc/tx';
import { type KeyId, renderKey } from '../keys.ts';
import { sortKeyOf } from '../ledger/entry-key.ts';
import type { ConfigSettings } from '../ledger/setting-ids.ts';
import { signTransaction } from '../tx/sign-transaction.ts';
import type { LoadKind } from './load-kind.ts';
import { changedSet, type SettingChanges } from './settings-parameters.ts';

/** What the loads need that put settings into the ledger. */
export interface SettingsLoadOptions {
  readonly passphrase: string;
  readonly networkId: Uint8Array;
  /** Who deploys the contract: the root account. */
  readonly root: KeyId;
  settings(): ConfigSettings;
  entry(sortKey: string): Buffer | undefined;
  random(bytes: number): Uint8Array;
}

/** The contract that a node has deployed to store settings, and the loads that do so (stellar-core: src/simulation/TxGenerator.cpp). */
export class SettingsContract {
  readonly #options: SettingsLoadOptions;
  /** By which the contract that is there is known. */
  #salt: Uint8Array | undefined;

  constructor(options: SettingsLoadOptions) {
    this.#options = options;
  }

  /** Uploads the contract's Wasm, and creates a new contract. */
  setUp(): LoadKind {
    const salt = this.#options.random(32);
    const [upload, create] = this.#plans(salt, new Map()).plans;
    return this.#load([upload, create], 'setup_upgrade', () => {
      this.#salt = salt;
    });
  }

  /** Stores the network's settings with changes, and gives the key under which they are armed. Throws when there is no contract yet. */
  store(changes: SettingChanges): { readonly key: string; readonly kind: LoadKind } {
    // Core does not catch this either: the process ends.
    if (this.#salt === undefined) throw new Error('the settings contract is not set up');
    const { key, plans } = this.#plans(this.#salt, changes);
    return { key, kind: this.#load([plans[2]], 'create_upgrade', () => {}) };
  }

  #plans(salt: Uint8Array, changes: SettingChanges): ReturnType<typeof settingsUpgrade> {
    const { passphrase, root, settings } = this.#options;
    const set = changedSet(settings(), changes);
    return settingsUpgrade({ passphrase, deployer: renderKey(root), salt, set });
  }

  #load(plans: readonly Plan[], meter: string, done: () => void): LoadKind {
    const { networkId, entry } = this.#options;
    const written = plans.flatMap(
      ({ sorobanData }) => sorobanData?.resources.footprint.readWrite ?? [],
    );
    const keys = written.map((key) => sortKeyOf(key.toXdr()));
    let nth = 0;
    return {
      payers: ['root'],
      count: plans.length,
      waitsForPayers: true,
      isSoroban: true,
      next({ key: source }) {
        const { fee, operations, sorobanData: soroban } = plans[nth++] as Plan;
        return (seqNum) =>
          signTransaction({
            ...{ source, seqNum, fee: Number(fee), operations, networkId, isV0: false },
            ...(soroban !== undefined && { soroban }),
          });
      },
      counted: () => ({ [`loadgen.soroban.${meter}`]: 1 }),
      isThere: () => keys.every((key) => entry(key) !== undefined),
      done,
    };
  }
}

type Plan = ReturnType<typeof settingsUpgrade>['plans'][number];
