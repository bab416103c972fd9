import { settingsUpgrade } from '@ssc/tx';
import { renderKey } from '../keys.ts';
import { sortKeyOf } from '../ledger/entry-key.ts';
import type { ConfigSettings } from '../ledger/setting-ids.ts';
import { signTransaction } from '../tx/sign-transaction.ts';
import type { LoadKind } from './load-kind.ts';
import type { LoadRequest } from './load-request.ts';
import type { Payer } from './payers.ts';
import { testAccounts } from './payments.ts';
import { changedSet, type SettingChanges } from './settings-parameters.ts';

/** What the loads need that put settings into the ledger. */
export interface SettingsLoadOptions {
  readonly passphrase: string;
  readonly networkId: Uint8Array;
  settings(): ConfigSettings;
  entry(sortKey: string): Buffer | undefined;
  random(bytes: number): Uint8Array;
}

/** What a contract is known by: who made it, in the form `G…`, and its salt. */
interface Deployment {
  readonly deployer: string;
  readonly salt: Uint8Array;
}

type Plan = ReturnType<typeof settingsUpgrade>['plans'][number];

/** The contract that a node has deployed to store settings, and the loads that do so (stellar-core: src/simulation/LoadGenerator.cpp). */
export class SettingsContract {
  readonly #options: SettingsLoadOptions;
  #deployment: Deployment | undefined;

  constructor(options: SettingsLoadOptions) {
    this.#options = options;
  }

  /** Uploads the contract's Wasm, and creates a new contract when it is there; whoever pays for that makes it. */
  setUp(request: LoadRequest): LoadKind {
    this.#deployment = undefined;
    const salt = this.#options.random(32);
    const plansOf = ({ key }: Payer): readonly Plan[] =>
      this.#plans({ deployer: renderKey(key.id), salt }, new Map()).plans;
    const upload = this.#load(request, 'setup_upgrade', (payer) => plansOf(payer)[0] as Plan);
    return {
      ...upload,
      follows: () =>
        this.#load(request, 'setup_upgrade', (payer) => {
          this.#deployment = { deployer: renderKey(payer.key.id), salt };
          return plansOf(payer)[1] as Plan;
        }),
    };
  }

  /** Stores the network's settings with changes, and gives the key under which they are armed. Throws when there is no contract yet. */
  store(request: LoadRequest): { readonly key: string; readonly kind: LoadKind } {
    // Core does not catch this either: the process ends.
    if (this.#deployment === undefined) throw new Error('the settings contract is not set up');
    const { key, plans } = this.#plans(this.#deployment, request.changes);
    return { key, kind: this.#load(request, 'create_upgrade', () => plans[2]) };
  }

  #plans(deployment: Deployment, changes: SettingChanges): ReturnType<typeof settingsUpgrade> {
    const { passphrase, settings } = this.#options;
    return settingsUpgrade({ passphrase, ...deployment, set: changedSet(settings(), changes) });
  }

  /** One transaction, by the root account or one of the test accounts that take part. */
  #load(request: LoadRequest, meter: string, planOf: (payer: Payer) => Plan): LoadKind {
    const { networkId, entry } = this.#options;
    let written: readonly string[] = [];
    return {
      payers: ['root', ...testAccounts({ ...request, accounts: request.accounts - 1 })],
      count: 1,
      isSoroban: true,
      next(payer) {
        const { fee, operations, sorobanData: soroban } = planOf(payer);
        const keys = soroban?.resources.footprint.readWrite ?? [];
        written = keys.map((key) => sortKeyOf(key.toXdr()));
        return (seqNum) =>
          signTransaction({
            ...{ source: payer.key, seqNum, fee: Number(fee), operations, networkId, isV0: false },
            ...(soroban !== undefined && { soroban }),
          });
      },
      counted: () => ({ [`loadgen.soroban.${meter}`]: 1 }),
      isThere: () => written.every((key) => entry(key) !== undefined),
    };
  }
}
