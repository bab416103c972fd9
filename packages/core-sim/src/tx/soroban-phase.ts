import type { xdr } from '@stellar/stellar-sdk/base';
import type { FootprintKey } from '../soroban/host-call.ts';
import type { XdrWriter } from '../xdr/writer.ts';
import { createFrame, type TxFrame } from './frame.ts';

/** Transactions that call the host of contracts, as a set has them. */
export interface SorobanPhase {
  /** What each pays for inclusion; undefined when there are none. */
  readonly baseFee: bigint | undefined;
  /**
   * From protocol 23 on: stages that follow each other, in each clusters that know nothing of each other, in each
   * transactions. Before, one cluster in one stage.
   */
  readonly stages: readonly (readonly (readonly TxFrame[])[])[];
}

export const noSoroban: SorobanPhase = { baseFee: undefined, stages: [] };

/** All transactions of the phase, in its order. */
export const framesOf = ({ stages }: SorobanPhase): TxFrame[] => stages.flat(2);

const byHash = (a: TxFrame, b: TxFrame): number => (a.fullHash < b.fullHash ? -1 : 1);

/**
 * Lays transactions into at most so many clusters of one stage, one before protocol 23: what touches what another one
 * writes goes into its cluster.
 */
export function createPhase(
  frames: readonly TxFrame[],
  baseFee: bigint,
  maxClusters: number,
): SorobanPhase {
  if (frames.length === 0) return noSoroban;
  const clusters: TxFrame[][] = [];
  const groups = groupConflicts([...frames].sort(byHash));
  // The longest first, each to where least is done so far.
  for (const group of groups.sort((a, b) => instructionsOf(b) - instructionsOf(a))) {
    if (clusters.length < maxClusters) clusters.push([...group]);
    else {
      const least = clusters.reduce((a, b) => (instructionsOf(b) < instructionsOf(a) ? b : a));
      least.push(...group);
    }
  }
  for (const cluster of clusters) cluster.sort(byHash);
  clusters.sort((a, b) => byHash(a[0] as TxFrame, b[0] as TxFrame));
  return { baseFee, stages: [clusters] };
}

const instructionsOf = (cluster: readonly TxFrame[]): number =>
  cluster.reduce((sum, { soroban }) => sum + (soroban?.instructions ?? 0), 0);

function groupConflicts(frames: readonly TxFrame[]): TxFrame[][] {
  let groups: TxFrame[][] = [];
  for (const frame of frames) {
    const [touching, others] = [
      groups.filter((group) => group.some((other) => isConflict(frame, other))),
      groups.filter((group) => !group.some((other) => isConflict(frame, other))),
    ];
    groups = [...others, [...touching.flat(), frame]];
  }
  return groups;
}

/** True when one of two transactions writes what the other one touches. */
function isConflict({ soroban: a }: TxFrame, { soroban: b }: TxFrame): boolean {
  if (a === undefined || b === undefined) return false;
  return (
    meets(a.readWrite, b.readWrite) ||
    meets(a.readWrite, b.readOnly) ||
    meets(a.readOnly, b.readWrite)
  );
}

const meets = (some: readonly FootprintKey[], others: readonly FootprintKey[]): boolean =>
  some.some((key) => others.some((other) => other.sortKey === key.sortKey));

/** Instructions that a ledger must wait for: of the longest cluster of each stage. */
export const sequentialInstructions = ({ stages }: SorobanPhase): number =>
  stages.reduce((sum, clusters) => sum + Math.max(0, ...clusters.map(instructionsOf)), 0);

/** True when no stage has more clusters than may be, and none of its clusters touches what another one writes. */
export const areClustersValid = ({ stages }: SorobanPhase, maxClusters: number): boolean =>
  stages.every(
    (clusters) =>
      clusters.length <= maxClusters &&
      clusters.every((cluster, i) =>
        clusters
          .slice(i + 1)
          .every((other) => !cluster.some((a) => other.some((b) => isConflict(a, b)))),
      ),
  );

/** Writes the second phase of a generalized set, in the form of the protocol of the ledger before. */
export function writePhase(writer: XdrWriter, phase: SorobanPhase, protocol: number): void {
  const { baseFee, stages } = phase;
  const list = (frames: readonly TxFrame[]): void => {
    writer.uint(frames.length);
    for (const frame of frames) writer.fixed(frame.bytes);
  };
  if (protocol < 23) {
    writeComponents(writer, framesOf(phase), baseFee);
    return;
  }
  writer.int(1).int(baseFee === undefined ? 0 : 1);
  if (baseFee !== undefined) writer.long(baseFee);
  writer.uint(stages.length);
  for (const clusters of stages) {
    writer.uint(clusters.length);
    for (const cluster of clusters) list(cluster);
  }
}

/** Writes a phase of one component in which all pay the same, or of none when there is nothing. */
export function writeComponents(
  writer: XdrWriter,
  frames: readonly TxFrame[],
  baseFee: bigint | undefined,
): void {
  writer.int(0).uint(frames.length === 0 ? 0 : 1);
  if (frames.length === 0) return;
  writer.int(0).int(baseFee === undefined ? 0 : 1);
  if (baseFee !== undefined) writer.long(baseFee);
  writer.uint(frames.length);
  for (const frame of frames) writer.fixed(frame.bytes);
}

/** Transactions of a phase without stages, and what each pays. Throws when they pay by several fees. */
export function readComponents(
  phase: xdr.TransactionPhase | undefined,
  networkId: Uint8Array,
): { frames: TxFrame[]; baseFee: bigint | undefined } {
  if (phase?.type !== 'v0Components')
    throw new Error('a transaction set with other phases than classic and Soroban');
  const [component, ...others] = phase.v0Components.map((c) => c.txsMaybeDiscountedFee);
  if (others.length > 0) throw new Error('a transaction set with several fee components');
  const frames = (component?.txs ?? []).map((envelope) => createFrame(envelope, networkId));
  return { frames, baseFee: component?.baseFee ?? undefined };
}

/** Reads the second phase of a generalized set. */
export function readPhase(
  phase: xdr.TransactionPhase | undefined,
  networkId: Uint8Array,
): SorobanPhase {
  if (phase?.type === 'parallelTxsComponent') {
    const { baseFee, executionStages } = phase.parallelTxsComponent;
    const stages = executionStages.map((clusters) =>
      clusters.map((cluster) => cluster.map((envelope) => createFrame(envelope, networkId))),
    );
    return { baseFee: baseFee ?? undefined, stages };
  }
  const { frames, baseFee } = readComponents(phase, networkId);
  return frames.length === 0 ? noSoroban : { baseFee, stages: [[frames]] };
}
