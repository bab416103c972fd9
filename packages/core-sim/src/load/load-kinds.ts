import type { Random } from '@ssc/clock';
import type { NodeSettings } from '../config/node-settings.ts';
import type { LedgerHeader } from '../ledger/header.ts';
import type { ConfigSettings } from '../ledger/setting-ids.ts';
import type { LoadKind } from './load-kind.ts';
import type { LoadRequest } from './load-request.ts';
import { payments } from './payments.ts';
import { SettingsContract } from './settings-contract.ts';
import { uploads } from './uploads.ts';

/** What loads need of their node to make their transactions. */
export interface LoadKindsOptions {
  readonly settings: NodeSettings;
  readonly random: Random;
  header(): LedgerHeader;
  /** The settings of contracts in the ledger. */
  ledgerSettings(): ConfigSettings;
  /** What a contract is or keeps, by its sort key. */
  entry(sortKey: string): Buffer | undefined;
  /** Looks for an account; throws when there is none. */
  find(name: string): unknown;
  /** What must never happen ends the process. */
  crash(error: unknown): void;
}

/** Loads by their modes; what one of them has set up stays for the next. */
export class LoadKinds {
  readonly #options: LoadKindsOptions;
  readonly #settingsContract: SettingsContract;

  constructor(options: LoadKindsOptions) {
    this.#options = options;
    const { passphrase, networkId } = options.settings;
    this.#settingsContract = new SettingsContract({
      passphrase,
      networkId,
      settings: () => options.ledgerSettings(),
      entry: (sortKey) => options.entry(sortKey),
      random: (bytes) => options.random.bytes(bytes),
    });
  }

  /** The load that was asked for, and the key of the settings that it stores. What ends the process in core gets no answer either. */
  of(request: LoadRequest): { readonly kind: LoadKind; readonly key?: string } {
    try {
      return this.#of(request);
    } catch (error) {
      this.#options.crash(error);
      throw error;
    }
  }

  #of(request: LoadRequest): { readonly kind: LoadKind; readonly key?: string } {
    const { settings, random, header, find } = this.#options;
    const between = { request, networkId: settings.networkId, random, header };
    switch (request.mode) {
      case 'pay':
        return { kind: payments({ ...between, find }) };
      case 'soroban_upload':
        return { kind: uploads({ ...between, wasmBytes: settings.wasmBytes }) };
      case 'upgrade_setup':
        return { kind: this.#settingsContract.setUp(request) };
      case 'create_upgrade':
        return this.#settingsContract.store(request);
    }
  }
}
