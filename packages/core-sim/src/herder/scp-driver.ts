import type { Clock } from '@ssc/clock';
import type { NodeSettings } from '../config/node-settings.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ScpDriver } from '../scp/driver.ts';
import { hashQuorumSet } from '../scp/quorum-set.ts';
import { encodeEnvelope, type Value } from '../scp/statement.ts';
import type { SorobanConfig } from '../soroban/config.ts';
import type { KnownSets } from './known-sets.ts';
import type { ScpTimers } from './scp-timers.ts';
import { signLater } from './signed-envelope.ts';
import type { Values } from './values.ts';

/** What agreement needs of its node. */
export interface ScpDriverOptions {
  readonly settings: NodeSettings;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly known: KnownSets;
  readonly values: Values;
  readonly timers: ScpTimers;
  /** What this node says comes so much later to others; see Defects. */
  readonly slowMs: number | undefined;
  /** The network's own settings for it, once it has them. */
  timing(): SorobanConfig['scpTiming'];
  /** Says something to the others. */
  flood(body: Buffer, slot: number): void;
  externalized(slot: number, value: Value): void;
  /** Enters the node from a timer. */
  enter(step: () => void): void;
}

const longestTimeoutMs = 1800 * 1000;

/** One second for every round until the network has settings of its own for it, from protocol 23 on. */
const timeoutMs = (round: number, initialMs = 1000, incrementMs = 1000): number =>
  Math.min(initialMs + (round - 1) * incrementMs, longestTimeoutMs);

/** Gives agreement what it knows nothing of: keys, values, timers, the network (stellar-core: src/herder/HerderSCPDriver.cpp). */
export function createScpDriver(options: ScpDriverOptions): ScpDriver {
  const { settings, clock, metrics, known, values, timers, slowMs } = options;
  const quorumSetHash = hashQuorumSet(settings.quorumSet);
  return {
    self: settings.key.id,
    isValidator: settings.isValidator,
    quorumSet: settings.quorumSet,
    quorumSetOf: (hash) => known.quorumSet(hash),
    validate: (slot, value, nomination) => values.validate(slot, value, nomination),
    extractValid: (slot, value) => values.extractValid(slot, value),
    combine: (_slot, candidates) => values.combine(candidates),
    sign: (draft) => {
      const statement = { ...draft, quorumSet: quorumSetHash };
      // Of the statements that one message brings forth only the last is sent, and needs a signature.
      return signLater(statement, settings.key, settings.networkId, () =>
        metrics.mark('scp.envelope.sign'),
      );
    },
    emit: (envelope) => {
      metrics.mark('scp.envelope.emit');
      const send = (): void => options.flood(encodeEnvelope(envelope), envelope.statement.slot);
      if (slowMs === undefined) send();
      else clock.timer(slowMs, send);
    },
    externalized: (slot, value) => options.externalized(slot, value),
    setTimer: (slot, kind, ms, fire) => timers.set(slot, kind, ms, () => options.enter(fire)),
    stopTimer: (slot, kind) => timers.stop(slot, kind),
    nominationTimeoutMs: (round) => {
      const timing = options.timing();
      return timeoutMs(
        round,
        timing?.nominationTimeoutInitialMilliseconds,
        timing?.nominationTimeoutIncrementMilliseconds,
      );
    },
    ballotTimeoutMs: (counter) => {
      const timing = options.timing();
      return timeoutMs(
        counter,
        timing?.ballotTimeoutInitialMilliseconds,
        timing?.ballotTimeoutIncrementMilliseconds,
      );
    },
    ballotStarted: (slot) => timers.ballotStarted(slot),
    timedOut: (_slot, kind) => timers.timedOut(kind),
  };
}
