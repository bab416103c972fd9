import { type KeyId, sha256Hex } from '../keys.ts';
import type { EntryReader } from '../soroban/apply-host-call.ts';
import { type SorobanConfig, sorobanConfig } from '../soroban/config.ts';
import { type ContractsInMemory, measureContracts, sizeInMemory } from '../soroban/in-memory.ts';
import type { LedgerView } from '../tx/rules.ts';
import { applyOrder, baseFeeOf, type TxSet } from '../tx/tx-set.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { type Account, accountKey, decodeAccount, encodeAccount } from './account.ts';
import { type AppliedTx, applyTransaction, giveBack, takeFee } from './apply-transaction.ts';
import { type BucketRecord, entryOf, entryRecord } from './bucket.ts';
import { type BucketList, combinedHash } from './bucket-list.ts';
import {
  decodeSetting,
  maxSorobanTxs,
  settingRecord,
  upgradeSettings,
  withMaxSorobanTxs,
  withSettings,
} from './config-settings.ts';
import { Delta } from './delta.ts';
import { encodeHeader, type LedgerHeader, nextSkipList } from './header.ts';
import { proposedSettings } from './proposed-settings.ts';
import { type ConfigSettings, settingIds } from './setting-ids.ts';
import type { SorobanOptions } from './soroban-options.ts';
import { sampled, withWindowResized } from './state-size-window.ts';
import type { StellarValue } from './stellar-value.ts';
import {
  decodeUpgrade,
  isValidUpgrade,
  settingsUpgrade,
  type UpgradableState,
  type Upgrade,
} from './upgrade.ts';

/** What the close of a ledger gave. */
export interface ClosedLedger {
  readonly header: LedgerHeader;
  readonly hash: string;
  readonly txSet: TxSet;
  /** In the order of application. */
  readonly applied: readonly AppliedTx[];
  /** The XDR of the `TransactionResultSet`. */
  readonly resultSet: Buffer;
  readonly upgrades: readonly Upgrade[];
  /** The entries that changed, as they went into the bucket list. */
  readonly changes: readonly BucketRecord[];
}

/** The state of the ledger after the last close. */
export interface LedgerState {
  readonly header: LedgerHeader;
  readonly live: BucketList;
  readonly hot: BucketList;
}

/** What a ledger needs to know of its node. */
export interface LedgerOptions {
  /** The highest protocol that the node knows. */
  readonly supportedProtocol: number;
  readonly soroban: SorobanOptions;
  /** See Defects. */
  readonly wrongStateAt?: number | undefined;
  readonly miscountsCalls?: boolean | undefined;
}

/** One node's ledger: its accounts, its bucket list, its chain of headers (stellar-core: src/ledger/LedgerManagerImpl.cpp). */
export class Ledger {
  readonly #accounts = new Map<KeyId, Account>();
  /** What contracts are and keep: see {@link sortKeyOf}. */
  readonly #contracts = new Map<string, Buffer>();
  readonly #options: LedgerOptions;
  #live!: BucketList;
  #hot!: BucketList;
  #settings: ConfigSettings = new Map();
  #header!: LedgerHeader;
  #hash!: string;

  constructor(state: LedgerState, options: LedgerOptions) {
    this.#options = options;
    this.assume(state);
  }

  /** Takes a state as it is, whatever was before. */
  assume(state: LedgerState): void {
    this.#live = state.live;
    this.#hot = state.hot;
    this.#header = state.header;
    this.#hash = sha256Hex(encodeHeader(state.header));
    this.#accounts.clear();
    this.#contracts.clear();
    const settings = new Map<number, Buffer>();
    for (const record of state.live.entries()) {
      const entry = entryOf(record);
      const account = decodeAccount(entry);
      const setting = decodeSetting(entry);
      if (account !== undefined) this.#accounts.set(account.id, account);
      else if (setting !== undefined) settings.set(...setting);
      else this.#contracts.set(record.key, entry);
    }
    this.#settings = settings;
  }

  get header(): LedgerHeader {
    return this.#header;
  }

  /** The hash of the last closed ledger in hex. */
  get hash(): string {
    return this.#hash;
  }

  get live(): BucketList {
    return this.#live;
  }

  get hot(): BucketList {
    return this.#hot;
  }

  get upgradable(): UpgradableState {
    const { ledgerVersion, baseFee, maxTxSetSize, baseReserve, flags } = this.#header;
    return {
      ledgerVersion,
      baseFee,
      maxTxSetSize,
      baseReserve,
      flags,
      maxSorobanTxSetSize: maxSorobanTxs(this.#settings),
      proposedSettings: (key) => this.#proposed(key, (sortKey) => this.#contracts.get(sortKey)),
    };
  }

  #proposed(key: string, entry: EntryReader['entry']): readonly Buffer[] | undefined {
    const { ignoresCloseTimeBounds } = this.#options.soroban;
    const seq = this.#header.ledgerSeq;
    return proposedSettings({ seq, settings: this.#settings, ignoresCloseTimeBounds, entry }, key);
  }

  get state(): LedgerState {
    return { header: this.#header, live: this.#live, hot: this.#hot };
  }

  /** The settings of Soroban, which are entries of the ledger from protocol 20 on. */
  get settings(): ConfigSettings {
    return this.#settings;
  }

  /** How the network agrees on ledgers, and how often; from protocol 23 on. */
  get timing(): SorobanConfig['scpTiming'] {
    return this.#header.ledgerVersion >= 23 ? sorobanConfig(this.#settings).scpTiming : undefined;
  }

  account(id: KeyId): Account | undefined {
    return this.#accounts.get(id);
  }

  /** What a contract is or keeps, as the XDR of a LedgerEntry, by {@link sortKeyOf}. */
  entry(sortKey: string): Buffer | undefined {
    return this.#contracts.get(sortKey);
  }

  /** How many contracts and data there are, and what they take of memory. */
  contractsInMemory(): ContractsInMemory {
    return measureContracts(this.#contracts.values(), this.#settings);
  }

  /** What a transaction submitted now is judged by. */
  view(): LedgerView {
    return this.#viewOf(this.#header.scpValue.closeTime, (id) => this.#accounts.get(id));
  }

  #viewOf(closeTime: number, account: LedgerView['account']): LedgerView {
    const { ledgerVersion, baseFee, baseReserve, ledgerSeq, maxTxSetSize } = this.#header;
    return {
      protocol: ledgerVersion,
      baseFee,
      baseReserve,
      maxTxSetSize,
      seq: ledgerSeq + 1,
      closeTime,
      soroban: ledgerVersion >= 20 ? sorobanConfig(this.#settings) : undefined,
      account,
    };
  }

  /** Applies a set and upgrades: the next ledger. */
  close(value: StellarValue, txSet: TxSet): ClosedLedger {
    const before = this.#header;
    const seq = before.ledgerSeq + 1;
    const protocol = before.ledgerVersion;
    const delta = new Delta({ accounts: this.#accounts, contracts: this.#contracts });
    const view = this.#viewOf(value.closeTime, (id) => delta.get(id));
    const frames = applyOrder(txSet);
    const baseFee = baseFeeOf(txSet, before);
    const fees = frames.map((frame) =>
      takeFee(delta, view, frame.soroban === undefined ? baseFee : txSet.soroban.baseFee, frame),
    );
    const applied = frames.map((frame, i) =>
      applyTransaction(delta, view, frame, fees[i] as bigint),
    );
    for (const [i, { frame, feeCharged }] of applied.entries())
      giveBack(delta, view, frame, (fees[i] as bigint) - feeCharged);
    const resultSet = encodeResultSet(applied);
    const isWrong =
      seq === this.#options.wrongStateAt ||
      (this.#options.miscountsCalls === true && applied.some(({ call }) => call !== undefined));
    const wrong = isWrong ? 1n : 0n;
    const feePool = applied.reduce((sum, tx) => sum + tx.feeCharged, before.feePool + wrong);

    let header: LedgerHeader = {
      ...before,
      previousLedgerHash: this.#hash,
      scpValue: value,
      txSetResultHash: sha256Hex(resultSet),
      ledgerSeq: seq,
      feePool,
    };
    const upgrades: Upgrade[] = [];
    const settingsBefore = this.#settings;
    const state: UpgradableState = {
      ...this.upgradable,
      // What this ledger stored counts already.
      proposedSettings: (key) => this.#proposed(key, (sortKey) => delta.entry(sortKey)),
    };
    for (const bytes of value.upgrades) {
      const upgrade = decodeUpgrade(bytes);
      if (upgrade === undefined || !isValidUpgrade(state, upgrade, this.#options.supportedProtocol))
        continue;
      header = this.#upgrade(header, upgrade, state);
      upgrades.push(upgrade);
    }
    if (protocol >= 20)
      this.#settings = sampled(this.#settings, seq, () => this.#stateSize(protocol));

    const changes = [
      ...this.#commit(delta, header.ledgerVersion),
      ...this.#changedSettings(settingsBefore, protocol, seq),
    ];
    if (protocol >= 23) this.#hot.add(seq, header.ledgerVersion, []);
    this.#live.add(seq, header.ledgerVersion, changes);
    const bucketListHash = combinedHash(header.ledgerVersion, this.#live, this.#hot);
    header = {
      ...header,
      bucketListHash,
      skipList: nextSkipList(before.skipList, seq, bucketListHash),
    };
    this.#header = header;
    this.#hash = sha256Hex(encodeHeader(header));
    return { header, hash: this.#hash, txSet, applied, resultSet, upgrades, changes };
  }

  /** What rents are paid by, in bytes. */
  #stateSize(protocol: number): number {
    return protocol < 23 ? this.#live.sizeBytes() : sizeInMemory(this.contractsInMemory());
  }

  #upgrade(header: LedgerHeader, { name, value }: Upgrade, state: UpgradableState): LedgerHeader {
    switch (name) {
      case 'protocolversion':
        this.#settings = upgradeSettings(
          this.#settings,
          header.ledgerVersion,
          value,
          this.#options.soroban,
          { list: this.#live.sizeBytes(), contracts: sizeInMemory(this.contractsInMemory()) },
        );
        return { ...header, ledgerVersion: value };
      case 'basefee':
        return { ...header, baseFee: value };
      case 'maxtxsetsize':
        return { ...header, maxTxSetSize: value };
      case 'basereserve':
        return { ...header, baseReserve: value };
      case 'flags':
        return { ...header, flags: value };
      case 'maxsorobantxsetsize':
        this.#settings = withMaxSorobanTxs(this.#settings, value);
        return header;
      case settingsUpgrade:
        this.#settings = withWindowResized(
          withSettings(this.#settings, state.proposedSettings(value) ?? []),
        );
        return header;
    }
  }

  /**
   * The settings that the ledger changed, and the place of the eviction scan, which every ledger writes. It stays where it
   * is: core-sim evicts nothing, as core does while the levels that it scans are empty.
   */
  #changedSettings(before: ConfigSettings, protocol: number, seq: number): BucketRecord[] {
    const changed = new Set<number>(protocol >= 20 ? [settingIds.evictionIterator] : []);
    for (const [id, bytes] of this.#settings) if (before.get(id) !== bytes) changed.add(id);
    return [...changed].map((id) =>
      settingRecord(before.has(id) ? 'live' : 'init', id, this.#settings.get(id) as Buffer, seq),
    );
  }

  #commit(delta: Delta, protocol: number): BucketRecord[] {
    const changes: BucketRecord[] = [];
    const kindOf = (isNew: boolean) => (isNew && protocol >= 11 ? 'init' : 'live');
    for (const account of delta.accounts.values()) {
      const kind = kindOf(!this.#accounts.has(account.id));
      changes.push(entryRecord(kind, accountKey(account.id), encodeAccount(account)));
      this.#accounts.set(account.id, account);
    }
    for (const [sortKey, entry] of delta.contracts) {
      changes.push(entryRecord(kindOf(!this.#contracts.has(sortKey)), sortKey, entry));
      this.#contracts.set(sortKey, entry);
    }
    return changes;
  }
}

function encodeResultSet(applied: readonly AppliedTx[]): Buffer {
  const writer = new XdrWriter().uint(applied.length);
  for (const { frame, result } of applied) writer.hex(frame.hash).fixed(result);
  return writer.end();
}
