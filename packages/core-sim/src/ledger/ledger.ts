import { type KeyId, sha256Hex } from '../keys.ts';
import type { TxFrame } from '../tx/frame.ts';
import { operationCount } from '../tx/frame.ts';
import { encodeFeeBumpResult, encodeResult, isSuccess, type TxOutcome } from '../tx/result.ts';
import { checkForApply, type LedgerView, minFee } from '../tx/rules.ts';
import { applyOrder, baseFeeOf, type TxSet } from '../tx/tx-set.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { type Account, accountKey, decodeAccount, encodeAccount } from './account.ts';
import { applyOperation } from './apply-operation.ts';
import { type BucketRecord, entryOf, entryRecord } from './bucket.ts';
import { type BucketList, combinedHash } from './bucket-list.ts';
import {
  type ConfigSettings,
  decodeSetting,
  maxSorobanTxs,
  type SorobanOptions,
  settingRecord,
  touchedByLedger,
  upgradeSettings,
  withMaxSorobanTxs,
} from './config-settings.ts';
import { Delta } from './delta.ts';
import { encodeHeader, type LedgerHeader, nextSkipList } from './header.ts';
import type { StellarValue } from './stellar-value.ts';
import { decodeUpgrade, isValidUpgrade, type UpgradableState, type Upgrade } from './upgrade.ts';

/** What one transaction came to. */
export interface AppliedTx {
  readonly frame: TxFrame;
  readonly feeCharged: bigint;
  readonly outcome: TxOutcome;
  /** The XDR of its `TransactionResult`. */
  readonly result: Buffer;
}

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
}

/** One node's ledger: its accounts, its bucket list, its chain of headers (stellar-core: src/ledger/LedgerManagerImpl.cpp). */
export class Ledger {
  readonly #accounts = new Map<KeyId, Account>();
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
    const settings = new Map<number, Buffer>();
    for (const record of state.live.entries()) {
      const account = decodeAccount(entryOf(record));
      if (account !== undefined) this.#accounts.set(account.id, account);
      const setting = decodeSetting(entryOf(record));
      if (setting !== undefined) settings.set(...setting);
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
    };
  }

  get state(): LedgerState {
    return { header: this.#header, live: this.#live, hot: this.#hot };
  }

  /** The settings of Soroban, which are entries of the ledger from protocol 20 on. */
  get settings(): ConfigSettings {
    return this.#settings;
  }

  account(id: KeyId): Account | undefined {
    return this.#accounts.get(id);
  }

  /** What a transaction submitted now is judged by. */
  view(): LedgerView {
    const { ledgerVersion, baseFee, baseReserve, ledgerSeq, scpValue } = this.#header;
    return {
      protocol: ledgerVersion,
      baseFee,
      baseReserve,
      seq: ledgerSeq + 1,
      closeTime: scpValue.closeTime,
      account: (id) => this.#accounts.get(id),
    };
  }

  /** Applies a set and upgrades: the next ledger. */
  close(value: StellarValue, txSet: TxSet): ClosedLedger {
    const before = this.#header;
    const seq = before.ledgerSeq + 1;
    const protocol = before.ledgerVersion;
    const delta = new Delta(this.#accounts);
    const view: LedgerView = {
      protocol,
      baseFee: before.baseFee,
      baseReserve: before.baseReserve,
      seq,
      closeTime: value.closeTime,
      account: (id) => delta.get(id),
    };
    const frames = applyOrder(txSet);
    const baseFee = baseFeeOf(txSet, before);
    const fees = frames.map((frame) => this.#takeFee(delta, view, baseFee, frame));
    const applied = frames.map((frame, i) => this.#apply(delta, view, frame, fees[i] as bigint));
    const resultSet = encodeResultSet(applied);
    const wrong = seq === this.#options.wrongStateAt ? 1n : 0n;
    const feePool = fees.reduce((sum, fee) => sum + fee, before.feePool + wrong);

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
    for (const bytes of value.upgrades) {
      const upgrade = decodeUpgrade(bytes);
      if (
        upgrade === undefined ||
        !isValidUpgrade(header, upgrade, this.#options.supportedProtocol)
      )
        continue;
      header = this.#upgrade(header, upgrade);
      upgrades.push(upgrade);
    }

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

  #takeFee(delta: Delta, view: LedgerView, baseFee: bigint | undefined, frame: TxFrame): bigint {
    const payer = delta.get(frame.feeSource);
    if (payer === undefined) return 0n;
    const most = baseFee === undefined ? frame.fee : baseFee * BigInt(operationCount(frame));
    const bid = most < frame.fee ? most : frame.fee;
    const fee = bid < payer.balance ? bid : payer.balance;
    const seqNum = view.protocol < 10 ? frame.seqNum : payer.seqNum;
    delta.put({ ...payer, balance: payer.balance - fee, seqNum, lastModified: view.seq });
    return fee;
  }

  #apply(delta: Delta, view: LedgerView, frame: TxFrame, fee: bigint): AppliedTx {
    const body = frame.inner ?? frame;
    const outcome = this.#applyBody(delta, view, frame);
    if (frame.inner === undefined)
      return { frame, feeCharged: fee, outcome, result: encodeResult(fee, outcome) };
    const innerFee = view.protocol >= 25 ? 0n : minFee(view, { ...frame, inner: undefined });
    const inner = { hash: body.hash, feeCharged: innerFee, outcome };
    return { frame, feeCharged: fee, outcome, result: encodeFeeBumpResult(fee, inner) };
  }

  #applyBody(delta: Delta, view: LedgerView, frame: TxFrame): TxOutcome {
    const body = frame.inner ?? frame;
    // Before protocol 10 the number was taken with the fee: look at the ledger as it was then.
    const checkedView: LedgerView =
      view.protocol >= 10
        ? view
        : {
            ...view,
            account: (id) => {
              const account = view.account(id);
              return account !== undefined && id === body.source
                ? { ...account, seqNum: body.seqNum - 1n }
                : account;
            },
          };
    const refusal = checkForApply(checkedView, frame);
    const source = delta.get(body.source);
    const keepsNumber =
      refusal !== undefined && refusal.code !== 'txFailed' && refusal.code !== 'txBadAuthExtra';
    if (view.protocol >= 10 && source !== undefined && !keepsNumber)
      delta.put({
        ...source,
        seqNum: body.seqNum,
        lastModified: view.seq,
        seqChanged:
          view.protocol >= 19 ? { ledger: view.seq, time: view.closeTime } : source.seqChanged,
      });
    if (refusal !== undefined) return refusal;
    delta.mark();
    const operations = body.operations.map((operation) =>
      applyOperation(delta, view, operation, operation.source ?? body.source),
    );
    if (operations.every(isSuccess)) return { code: 'txSuccess', operations };
    delta.rollback();
    return { code: 'txFailed', operations };
  }

  #upgrade(header: LedgerHeader, { name, value }: Upgrade): LedgerHeader {
    switch (name) {
      case 'protocolversion':
        this.#settings = upgradeSettings(
          this.#settings,
          header.ledgerVersion,
          value,
          this.#options.soroban,
          this.#live.sizeBytes(),
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
    }
  }

  /** The settings that the ledger's upgrades wrote, and those that every ledger writes. */
  #changedSettings(before: ConfigSettings, protocol: number, seq: number): BucketRecord[] {
    const changed = new Set<number>(protocol >= 20 ? touchedByLedger(seq) : []);
    for (const [id, bytes] of this.#settings) if (before.get(id) !== bytes) changed.add(id);
    return [...changed].map((id) =>
      settingRecord(before.has(id) ? 'live' : 'init', id, this.#settings.get(id) as Buffer, seq),
    );
  }

  #commit(delta: Delta, protocol: number): BucketRecord[] {
    const changes: BucketRecord[] = [];
    for (const account of delta.changed.values()) {
      const isNew = !this.#accounts.has(account.id);
      const kind = isNew && protocol >= 11 ? 'init' : 'live';
      changes.push(entryRecord(kind, accountKey(account.id), encodeAccount(account)));
      this.#accounts.set(account.id, account);
    }
    return changes;
  }
}

function encodeResultSet(applied: readonly AppliedTx[]): Buffer {
  const writer = new XdrWriter().uint(applied.length);
  for (const { frame, result } of applied) writer.hex(frame.hash).fixed(result);
  return writer.end();
}
