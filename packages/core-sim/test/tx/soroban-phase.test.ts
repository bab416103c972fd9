import { xdr } from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestKey, sha256 } from '../../src/keys.ts';
import type { TxFrame } from '../../src/tx/frame.ts';
import { signTransaction } from '../../src/tx/sign-transaction.ts';
import {
  areClustersValid,
  createPhase,
  framesOf,
  sequentialInstructions,
} from '../../src/tx/soroban-phase.ts';
import { applyOrder, createTxSet, readTxSet } from '../../src/tx/tx-set.ts';
import { networkId } from '../ledger/chain.ts';

const key = (n: number): xdr.LedgerKey =>
  xdr.LedgerKey.contractCode(
    new xdr.LedgerKeyContractCode({ hash: new xdr.Hash(sha256(Buffer.from([n]))) }),
  );

/** A call by one of many accounts, which reads and writes entries that are known by numbers. */
function call(nth: number, reads: readonly number[], writes: readonly number[]): TxFrame {
  const hostFunction = xdr.HostFunction.hostFunctionTypeUploadContractWasm(Buffer.from([nth]));
  const body = xdr.OperationBody.invokeHostFunction(
    new xdr.InvokeHostFunctionOp({ hostFunction, auth: [] }),
  );
  const soroban = new xdr.SorobanTransactionData({
    ext: xdr.SorobanTransactionDataExt.v0(),
    resources: new xdr.SorobanResources({
      footprint: new xdr.LedgerFootprint({
        readOnly: reads.map(key),
        readWrite: writes.map(key),
      }),
      instructions: 100 + nth,
      diskReadBytes: 0,
      writeBytes: 0,
    }),
    resourceFee: 100n,
  });
  return signTransaction({
    source: createTestKey(`TestAccount-${nth}`, networkId),
    operations: [new xdr.Operation({ sourceAccount: null, body })],
    ...{ seqNum: 1n, fee: 200, soroban, networkId, isV0: false },
  });
}

const entries = fc.uniqueArray(fc.nat(8), { maxLength: 3 });
const calls = fc.array(fc.tuple(entries, entries), { maxLength: 10 }).map((list) =>
  list.map(([reads, writes], nth) =>
    call(
      nth,
      reads.filter((n) => !writes.includes(n)),
      writes,
    ),
  ),
);

const hashes = (frames: readonly TxFrame[]): string[] => frames.map(({ fullHash }) => fullHash);
const zeros = '0'.repeat(64);

describe('a phase of calls', () => {
  it('holds each once, in clusters of which none touches what another one writes', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 4 }), (frames, most) => {
        const phase = createPhase(frames, 100n, most);
        expect(hashes(framesOf(phase)).sort()).toEqual(hashes(frames).sort());
        expect(areClustersValid(phase, most)).toBe(true);
        for (const clusters of phase.stages)
          for (const cluster of clusters) expect(hashes(cluster)).toEqual(hashes(cluster).sort());
      }),
      { numRuns: 40 },
    );
  });

  it.each([20, 22, 23, 27])(
    'of a set at protocol %i is what another reader of XDR reads, and what core-sim reads',
    (protocol) => {
      fc.assert(
        fc.property(calls, (frames) => {
          const set = createTxSet(
            zeros,
            protocol,
            [],
            100n,
            createPhase(frames, 150n, protocol < 23 ? 1 : 2),
          );
          const { phases } = xdr.GeneralizedTransactionSet.fromXdr(set.bytes).v1TxSet;
          expect(phases).toHaveLength(2);
          expect(phases[1]?.type).toBe(protocol < 23 ? 'v0Components' : 'parallelTxsComponent');
          const read = readTxSet(set.bytes, true, networkId);
          expect(read.hash).toBe(set.hash);
          expect(hashes(read.frames).sort()).toEqual(hashes(frames).sort());
          expect(read.soroban.baseFee).toBe(frames.length === 0 ? undefined : 150n);
          // The same order on every node, however it came by the set.
          expect(hashes(applyOrder(read))).toEqual(hashes(applyOrder(set)));
        }),
        { numRuns: 20 },
      );
    },
  );

  it('takes as long as the longest cluster of each of its stages', () => {
    const [a, b, c] = [call(1, [], [1]), call(2, [], [2]), call(3, [1], [])];
    const phase = createPhase([a, b, c], 100n, 4);
    // One and three touch the same entry: 101 and 103; two is by itself.
    expect(phase.stages[0]).toHaveLength(2);
    expect(sequentialInstructions(phase)).toBe(204);
    expect(sequentialInstructions(createPhase([a, b, c], 100n, 1))).toBe(306);
    expect(sequentialInstructions(createPhase([], 100n, 1))).toBe(0);
  });

  it('is not valid with more clusters than may be, nor when one writes what another one reads', () => {
    const [a, b] = [call(1, [], [1]), call(2, [1], [])];
    expect(areClustersValid({ baseFee: 100n, stages: [[[a], [b]]] }, 2)).toBe(false);
    expect(areClustersValid({ baseFee: 100n, stages: [[[a]], [[b]]] }, 2)).toBe(true);
    expect(areClustersValid({ baseFee: 100n, stages: [[[a], [call(3, [], [3])]]] }, 1)).toBe(false);
  });
});

describe('a set', () => {
  it('with a call in the phase of payments is refused, and the other way round', () => {
    const frame = call(1, [], [1]);
    const misplaced = createTxSet(zeros, 27, [frame], 100n);
    expect(() => readTxSet(misplaced.bytes, true, networkId)).toThrow(
      'a transaction set with a transaction in the phase of others',
    );
  });

  it('with one phase alone is refused', () => {
    const bytes = Buffer.concat([
      Buffer.from([0, 0, 0, 1]),
      Buffer.alloc(32),
      Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]);
    expect(() => readTxSet(bytes, true, networkId)).toThrow(
      'a transaction set with other phases than classic and Soroban',
    );
  });
});
