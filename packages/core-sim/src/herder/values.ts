import type { Clock } from '@ssc/clock';
import { present } from '@ssc/errors';
import type { NodeSettings } from '../config/node-settings.ts';
import { sha256Hex } from '../keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  decodeValue,
  encodeValue,
  isProposerSigned,
  type StellarValue,
  signValue,
} from '../ledger/stellar-value.ts';
import {
  decodeUpgrade,
  encodeUpgrade,
  isHigher,
  isValidUpgrade,
  typeOf,
  type Upgrade,
} from '../ledger/upgrade.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Validity } from '../scp/driver.ts';
import type { Value } from '../scp/statement.ts';
import { type LedgerResources, ledgerLimits, resourcesOf } from '../soroban/resources.ts';
import { inclusionFeeOf } from '../tx/frame.ts';
import { checkTransaction, type LedgerView } from '../tx/rules.ts';
import { areClustersValid, framesOf, sequentialInstructions } from '../tx/soroban-phase.ts';
import { sizeOf, type TxSet } from '../tx/tx-set.ts';
import { type ArmedUpgrades, isWanted, upgradesToPropose } from './armed-upgrades.ts';
import type { KnownSets } from './known-sets.ts';

/** How far in the future a close time may be (stellar-core: Herder::MAX_TIME_SLIP_SECONDS). */
const maxSlipSeconds = 60;

/** What judging values needs around it. */
export interface ValuesOptions {
  readonly settings: NodeSettings;
  readonly supportedProtocol: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly ledger: Ledger;
  readonly known: KnownSets;
  /** Whether this node refuses a step, whatever it is armed with; see Defects. */
  refuses(upgrade: Upgrade): boolean;
  armed(): ArmedUpgrades;
}

/** What ledgers may hold, and which of several values is the best (stellar-core: src/herder/HerderSCPDriver.cpp). */
export class Values {
  readonly #options: ValuesOptions;
  readonly #judgedSets = new Map<string, boolean>();

  constructor(options: ValuesOptions) {
    this.#options = options;
  }

  /** What this node would have the next ledger hold. */
  propose(set: TxSet): Value {
    const { settings, ledger, clock, supportedProtocol, refuses } = this.#options;
    const last = ledger.header.scpValue.closeTime;
    const upgrades = upgradesToPropose(
      this.#options.armed(),
      ledger.upgradable,
      last,
      supportedProtocol,
    ).filter((upgrade) => !refuses(upgrade));
    const value = signValue(settings.key, settings.networkId, {
      txSetHash: set.hash,
      closeTime: Math.max(Math.floor(clock.now() / 1000), last + 1),
      upgrades: upgrades.map(encodeUpgrade),
    });
    return encodeValue(value);
  }

  validate(slot: number, text: Value, nomination: boolean): Validity {
    const { settings, ledger, clock, metrics, known } = this.#options;
    const value = decodeValue(text);
    if (value === undefined || !isProposerSigned(settings.networkId, value)) return this.#invalid();
    const lcl = ledger.header;
    if (value.closeTime > Math.floor(clock.now() / 1000) + maxSlipSeconds) return this.#invalid();
    if (slot !== lcl.ledgerSeq + 1) return 'maybe';
    if (value.closeTime <= lcl.scpValue.closeTime) return this.#invalid();
    if (!this.#areValidUpgrades(value, nomination)) return this.#invalid();
    const set = known.txSetFor(value.txSetHash, slot);
    if (set === undefined || !this.#isValidSet(set)) return this.#invalid();
    metrics.mark('scp.value.valid');
    return 'full';
  }

  /** The value without the upgrades that this node does not want; undefined when it is not valid even so. */
  extractValid(slot: number, text: Value): Value | undefined {
    const value = decodeValue(text);
    if (value === undefined || slot !== this.#options.ledger.header.ledgerSeq + 1) return undefined;
    const upgrades = value.upgrades.filter((bytes) => this.#isWanted(bytes));
    const stripped = encodeValue({ ...value, upgrades });
    return this.validate(slot, stripped, true) === 'full' ? stripped : undefined;
  }

  /** The best candidate, with the upgrades of all. */
  combine(candidates: readonly Value[]): Value | undefined {
    const { metrics, ledger, known } = this.#options;
    metrics.mark('scp.nomination.combinecandidates');
    const upgrades = new Map<number, Buffer>();
    const mixed = mixedHash(candidates);
    let best: StellarValue | undefined;
    let bestSet: TxSet | undefined;
    for (const candidate of candidates) {
      const value = decodeValue(candidate);
      if (value === undefined) continue;
      for (const bytes of value.upgrades) keepHighest(upgrades, bytes);
      const set = known.txSet(value.txSetHash);
      if (set === undefined) continue;
      const protocol = ledger.header.ledgerVersion;
      if (bestSet === undefined || compareSets(set, bestSet, protocol, mixed) > 0) {
        best = value;
        bestSet = set;
      }
    }
    if (best === undefined) return undefined;
    const merged = [...upgrades].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    return encodeValue({ ...best, upgrades: merged });
  }

  #invalid(): Validity {
    this.#options.metrics.mark('scp.value.invalid');
    return 'invalid';
  }

  #areValidUpgrades({ upgrades }: StellarValue, nomination: boolean): boolean {
    const { ledger, supportedProtocol, refuses } = this.#options;
    let lastType = 0;
    for (const bytes of upgrades) {
      const upgrade = decodeUpgrade(bytes);
      if (upgrade === undefined || typeOf(upgrade) <= lastType) return false;
      if (refuses(upgrade)) return false;
      lastType = typeOf(upgrade);
      if (!isValidUpgrade(ledger.upgradable, upgrade, supportedProtocol)) return false;
      if (nomination && !this.#isWanted(bytes)) return false;
    }
    return true;
  }

  #isWanted(bytes: Uint8Array): boolean {
    const { ledger, supportedProtocol, armed } = this.#options;
    const upgrade = decodeUpgrade(bytes);
    const time = ledger.header.scpValue.closeTime;
    return (
      upgrade !== undefined &&
      isWanted(armed(), ledger.upgradable, time, supportedProtocol, upgrade)
    );
  }

  #isValidSet(set: TxSet): boolean {
    const { ledger } = this.#options;
    if (set.frames.length === 0) return set.previousLedgerHash === ledger.hash;
    const key = `${ledger.hash} ${set.hash}`;
    let isValid = this.#judgedSets.get(key);
    if (isValid === undefined) {
      const { ledgerVersion, maxTxSetSize } = ledger.header;
      const view = ledger.view();
      isValid =
        set.previousLedgerHash === ledger.hash &&
        set.isGeneralized === ledgerVersion >= 20 &&
        sizeOf(set.classic, ledgerVersion) <= maxTxSetSize &&
        isWithinSorobanLimits(set, view) &&
        set.frames.every((frame) => checkTransaction(view, frame) === undefined);
      if (this.#judgedSets.size > 50) this.#judgedSets.clear();
      this.#judgedSets.set(key, isValid);
    }
    return isValid;
  }
}

/** Keeps the step, unless one of its kind goes before it. */
function keepHighest(upgrades: Map<number, Buffer>, bytes: Uint8Array): void {
  const upgrade = decodeUpgrade(bytes);
  if (upgrade === undefined) return;
  const before = upgrades.get(typeOf(upgrade));
  const other = before && decodeUpgrade(before);
  if (other === undefined || isHigher(upgrade, other))
    upgrades.set(typeOf(upgrade), Buffer.from(bytes));
}

/** True when the second phase of a set is such as a ledger has room for, and no account has two transactions in it. */
function isWithinSorobanLimits({ frames, soroban: phase }: TxSet, view: LedgerView): boolean {
  const { soroban: config, protocol } = view;
  const calls = framesOf(phase);
  if (calls.length === 0) return true;
  if (config === undefined) return false;
  const limits = ledgerLimits(config);
  const taken = calls.map(({ soroban, bytes }) =>
    resourcesOf(protocol, present(soroban, 'a call has resources'), bytes.length),
  );
  const sources = frames.map(({ source }) => source);
  const names = Object.keys(limits) as (keyof LedgerResources)[];
  return (
    names
      // In stages it is the longest clusters that count.
      .filter((name) => name !== 'instructions' || protocol < 23)
      .every((name) => taken.reduce((sum, one) => sum + one[name], 0) <= limits[name]) &&
    (protocol < 23 ||
      (sequentialInstructions(phase) <= limits.instructions &&
        areClustersValid(phase, config.maxDependentTxClusters ?? 1))) &&
    new Set(sources).size === sources.length
  );
}

/** The hashes of all candidates, bit by bit: what decides between equals, so that nobody can choose it. */
function mixedHash(candidates: readonly Value[]): bigint {
  const mix = Buffer.alloc(32);
  for (const candidate of candidates) {
    const bytes = Buffer.from(sha256Hex(Buffer.from(candidate, 'latin1')), 'hex');
    for (let i = 0; i < 32; i++) mix[i] = (mix[i] as number) ^ (bytes[i] as number);
  }
  return BigInt(`0x${mix.toString('hex')}`);
}

/** Which of two sets is the better one: more operations, then higher fees, then the mixed hash. */
function compareSets(a: TxSet, b: TxSet, protocol: number, mixed: bigint): number {
  const size = sizeOf(a.frames, protocol) - sizeOf(b.frames, protocol);
  if (size !== 0) return size;
  if (protocol >= 11) {
    const [x, y] = [feesOf(a), feesOf(b)];
    if (x !== y) return x > y ? 1 : -1;
  }
  if (protocol >= 20 && a.bytes.length !== b.bytes.length) return b.bytes.length - a.bytes.length;
  const rank = (set: TxSet): bigint => BigInt(`0x${set.hash}`) ^ mixed;
  return rank(a) > rank(b) ? 1 : -1;
}

const feesOf = (set: TxSet): bigint =>
  set.frames.reduce((sum, frame) => sum + inclusionFeeOf(frame), 0n);
