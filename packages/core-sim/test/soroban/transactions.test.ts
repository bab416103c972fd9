import { createRandom } from '@ssc/clock';
import { settingsContract, settingsUpgrade, signTransaction, testAccountKey, xdr } from '@ssc/tx';
import { describe, expect, it } from 'vitest';
import { createSigningKey, parseKey, sha256, sha256Hex } from '../../src/keys.ts';
import { signValue } from '../../src/ledger/stellar-value.ts';
import { randomWasm } from '../../src/load/random-wasm.ts';
import { changedSet } from '../../src/load/settings-parameters.ts';
import { NotSimulatedError } from '../../src/not-simulated.ts';
import { readTransaction, type TxFrame } from '../../src/tx/frame.ts';
import { checkTransaction } from '../../src/tx/rules.ts';
import { createPhase } from '../../src/tx/soroban-phase.ts';
import { createTxSet } from '../../src/tx/tx-set.ts';
import { passphrase } from '../configs.ts';
import { type Chain, create, createChain, networkId, root } from '../ledger/chain.ts';

const alice = testAccountKey('alice');
const proposer = createSigningKey(new Uint8Array(32));

/** A chain on which alice has a million lumens, and her first sequence number. */
function createRichChain(protocol = 27): Chain & { readonly first: bigint } {
  const chain = createChain(protocol);
  const frame = readTransaction(
    Buffer.from(
      signTransaction({
        ...{ source: root.publicKey, sequence: 1n, operations: [create(alice, '1000000 XLM')] },
        ...{ passphrase, signers: [root] },
      }).base64,
      'base64',
    ),
    networkId,
  );
  chain.close([frame]);
  return { ...chain, first: (BigInt(chain.ledger.header.ledgerSeq) << 32n) + 1n };
}

const aliceId = parseKey(alice.publicKey) ?? '';

/** Closes a ledger with calls of the host alone. */
function closeCalls({ ledger }: Chain, frames: readonly TxFrame[]): ReturnType<Chain['close']> {
  const { ledgerVersion, ledgerSeq, baseFee } = ledger.header;
  const set = createTxSet(
    ledger.hash,
    ledgerVersion,
    [],
    100n,
    createPhase(frames, BigInt(baseFee), 1),
  );
  const value = signValue(proposer, networkId, {
    ...{ txSetHash: set.hash, closeTime: 1_795_000_000 + 5 * ledgerSeq, upgrades: [] },
  });
  return ledger.close(value, set);
}

interface Plan {
  readonly operations: readonly xdr.Operation[];
  readonly fee: bigint;
  readonly sorobanData?: xdr.SorobanTransactionData;
}

const frameOf = (plan: Plan, sequence: bigint, more: object = {}): TxFrame =>
  readTransaction(
    Buffer.from(
      signTransaction({
        ...{ source: alice.publicKey, sequence, passphrase, signers: [alice] },
        ...plan,
        ...more,
      }).base64,
      'base64',
    ),
    networkId,
  );

interface Parts {
  readonly instructions?: number;
  readonly diskReadBytes?: number;
  readonly writeBytes?: number;
  readonly resourceFee?: bigint;
  readonly fee?: bigint;
  readonly readOnly?: xdr.LedgerKey[];
  readonly readWrite?: xdr.LedgerKey[];
}

const codeKeyOf = (wasm: Uint8Array): xdr.LedgerKey =>
  xdr.LedgerKey.contractCode(new xdr.LedgerKeyContractCode({ hash: new xdr.Hash(sha256(wasm)) }));

/** An upload that is well within the first limits of a network. */
function upload(wasm: Uint8Array, parts: Parts = {}): Plan {
  const resourceFee = parts.resourceFee ?? 2_000_000n;
  const hostFunction = xdr.HostFunction.hostFunctionTypeUploadContractWasm(wasm);
  return {
    operations: [
      new xdr.Operation({
        sourceAccount: null,
        body: xdr.OperationBody.invokeHostFunction(
          new xdr.InvokeHostFunctionOp({ hostFunction, auth: [] }),
        ),
      }),
    ],
    fee: parts.fee ?? resourceFee + 100n,
    sorobanData: new xdr.SorobanTransactionData({
      ext: xdr.SorobanTransactionDataExt.v0(),
      resources: new xdr.SorobanResources({
        footprint: new xdr.LedgerFootprint({
          readOnly: parts.readOnly ?? [],
          readWrite: parts.readWrite ?? [codeKeyOf(wasm)],
        }),
        instructions: parts.instructions ?? 2_500_000,
        diskReadBytes: parts.diskReadBytes ?? 0,
        writeBytes: parts.writeBytes ?? 3200,
      }),
      resourceFee,
    }),
  };
}

const wasm = randomWasm(600, createRandom('transactions'));
const judge = ({ ledger }: Chain, frame: TxFrame): string | undefined => {
  const outcome = checkTransaction(ledger.view(), frame)?.outcome;
  return outcome === undefined || !('operations' in outcome)
    ? outcome?.code
    : JSON.stringify(outcome.operations);
};
const codeOf = (closed: ReturnType<Chain['close']>): unknown => {
  const [applied] = closed.applied;
  const result = xdr.TransactionResult.fromXdr(applied?.result ?? Buffer.alloc(0)).result;
  if (result.type !== 'txSuccess' && result.type !== 'txFailed') return result.type;
  const [operation] = result.results;
  return operation?.type === 'opInner' && operation.tr.type === 'invokeHostFunction'
    ? operation.tr.invokeHostFunctionResult.type
    : operation?.type;
};

describe('the rules for a call', () => {
  const chain = createRichChain();
  it('let it be when all of it is within limits', () => {
    expect(judge(chain, frameOf(upload(wasm), chain.first))).toBeUndefined();
  });

  const key = codeKeyOf(wasm);
  it.each<[string, Plan, object, string]>([
    [
      'without its resources',
      { operations: upload(wasm).operations, fee: 1000n },
      {},
      'txMalformed',
    ],
    [
      'beside another operation',
      { ...upload(wasm), operations: [...upload(wasm).operations, create(root, '10 XLM')] },
      {},
      'txMalformed',
    ],
    [
      'in a payment with resources',
      { ...upload(wasm), operations: [create(root, '10 XLM')] },
      {},
      'txMalformed',
    ],
    ['with a memo', upload(wasm), { memo: 'hello' }, 'txSorobanInvalid'],
    [
      'with too many instructions',
      upload(wasm, { instructions: 2_500_001 }),
      {},
      'txSorobanInvalid',
    ],
    ['that reads too much', upload(wasm, { diskReadBytes: 3201 }), {}, 'txSorobanInvalid'],
    ['that writes too much', upload(wasm, { writeBytes: 3201 }), {}, 'txSorobanInvalid'],
    ['that names an entry twice', upload(wasm, { readOnly: [key] }), {}, 'txSorobanInvalid'],
    [
      'that touches too many entries',
      upload(wasm, { readOnly: [1, 2, 3].map((n) => codeKeyOf(Uint8Array.of(n))) }),
      {},
      'txSorobanInvalid',
    ],
    [
      'that writes too many entries',
      upload(wasm, { readWrite: [1, 2, 3].map((n) => codeKeyOf(Uint8Array.of(n))) }),
      {},
      'txSorobanInvalid',
    ],
    [
      'that pays too little for its resources',
      upload(wasm, { resourceFee: 20_000n }),
      {},
      'txSorobanInvalid',
    ],
    ['that bids nothing beside them', upload(wasm, { fee: 2_000_099n }), {}, 'txInsufficientFee'],
    [
      'that pays less than its resources',
      upload(wasm, { fee: 1_999_999n }),
      {},
      'txSorobanInvalid',
    ],
    [
      'of Wasm that is too large',
      upload(randomWasm(2100, createRandom('large'))),
      {},
      '[{"type":"invokeHostFunction","code":"resourceLimitExceeded"}]',
    ],
  ])('refuse one %s', (_what, plan, more, code) => {
    expect(judge(chain, frameOf(plan, chain.first, more))).toBe(code);
  });

  it('refuse one before protocol 20', () => {
    const old = createRichChain(19);
    expect(judge(old, frameOf(upload(wasm), old.first))).toBe('txMalformed');
  });

  it('let a memo be before protocol 25', () => {
    const old = createRichChain(24);
    const frame = frameOf(upload(wasm), old.first, { memo: 'hello' });
    expect(judge(old, frame)).toBeUndefined();
  });
});

describe('an upload', () => {
  it('writes the code, and gives back what of the fee was for nothing', () => {
    const chain = createRichChain();
    const before = chain.ledger.account(aliceId);
    const pool = chain.ledger.header.feePool;
    // Costs that were recalibrated would be less: the host asks for all that may be taken.
    const closed = closeCalls(chain, [frameOf(upload(wasm), chain.first)]);
    expect(codeOf(closed)).toBe('invokeHostFunctionSuccess');
    const [applied] = closed.applied;
    const charged = applied?.feeCharged ?? 0n;
    expect(charged).toBeGreaterThan(50_000n);
    expect(charged).toBeLessThan(200_000n);
    const after = chain.ledger.account(aliceId);
    expect((before?.balance ?? 0n) - (after?.balance ?? 0n)).toBe(charged);
    expect(closed.header.feePool - pool).toBe(charged);
    const kinds = closed.changes.map(({ bytes }) => bytes.readInt32BE(8)).sort((a, b) => a - b);
    // An account, the code, the place of the eviction scan, and how long the code lives.
    expect(kinds).toEqual([0, 7, 8, 9]);
  });

  it('of what is there already writes nothing, and pays no rent', () => {
    const chain = createRichChain();
    const first = closeCalls(chain, [frameOf(upload(wasm), chain.first)]);
    const second = closeCalls(chain, [frameOf(upload(wasm), chain.first + 1n)]);
    expect(codeOf(second)).toBe('invokeHostFunctionSuccess');
    expect(second.changes.map(({ bytes }) => bytes.readInt32BE(8))).not.toContain(7);
    const [dear, cheap] = [first, second].map(({ applied: [tx] }) => tx?.feeCharged ?? 0n);
    expect(dear).toBeGreaterThan(cheap ?? 0n);
  });

  it.each<[string, Uint8Array, Parts, string]>([
    [
      'that needs more instructions than it says',
      wasm,
      { instructions: 100_000 },
      'invokeHostFunctionResourceLimitExceeded',
    ],
    [
      'that writes more than it says',
      wasm,
      { writeBytes: 100 },
      'invokeHostFunctionResourceLimitExceeded',
    ],
    ['of bytes that are no Wasm', Buffer.from('not wasm'), {}, 'invokeHostFunctionTrapped'],
    [
      'whose code is not among what it writes',
      wasm,
      { readWrite: [] },
      'invokeHostFunctionTrapped',
    ],
    [
      'that has too little for its rent',
      wasm,
      { resourceFee: 66_000n },
      'invokeHostFunctionInsufficientRefundableFee',
    ],
  ])(
    '%s fails, changes nothing, and costs what its resources cost',
    (_what, code, parts, result) => {
      const chain = createRichChain();
      const frame = frameOf(upload(code, parts), chain.first);
      expect(judge(chain, frame)).toBeUndefined();
      const closed = closeCalls(chain, [frame]);
      expect(codeOf(closed)).toBe(result);
      expect(closed.changes.map(({ bytes }) => bytes.readInt32BE(8))).not.toContain(7);
      expect(closed.applied[0]?.feeCharged).toBeLessThan(frame.fee);
      expect(chain.ledger.account(aliceId)?.seqNum).toBe(chain.first);
    },
  );

  it('is archived when its time is over, and names itself so', () => {
    const chain = createRichChain();
    closeCalls(chain, [frameOf(upload(wasm), chain.first)]);
    for (let i = 0; i < 4096; i++) chain.close([]);
    const closed = closeCalls(chain, [frameOf(upload(wasm), chain.first + 1n)]);
    expect(codeOf(closed)).toBe('invokeHostFunctionEntryArchived');
  });
});

describe('the contract that stores settings', () => {
  const salt = sha256(Buffer.from('salt'));
  const plansOn = ({ ledger }: Chain, changes: readonly (readonly [string, bigint])[] = []) =>
    settingsUpgrade({
      ...{ passphrase, deployer: alice.publicKey, salt },
      set: changedSet(ledger.settings, new Map(changes)),
    });
  const frames = (chain: Chain & { readonly first: bigint }) =>
    plansOn(chain).plans.map((plan, i) => frameOf(plan as Plan, chain.first + BigInt(i)));

  it('is uploaded, created and called, by transactions of @ssc/tx', () => {
    const chain = createRichChain();
    const results = frames(chain).map((frame) => codeOf(closeCalls(chain, [frame])));
    expect(results).toEqual(Array.from({ length: 3 }, () => 'invokeHostFunctionSuccess'));
    const key = Buffer.from(plansOn(chain).key, 'base64').toString('hex');
    expect(chain.ledger.upgradable.proposedSettings(key)).toHaveLength(13);
  });

  it.each([
    [[1], 'a creation without the code'],
    [[2], 'a call without the contract'],
    [[0, 2], 'a call of what was not created'],
    [[0, 1, 1], 'a second creation with one salt'],
  ])('traps: %o, %s', (steps) => {
    const chain = createRichChain();
    const plans = plansOn(chain).plans;
    const results = steps.map((step, i) =>
      codeOf(closeCalls(chain, [frameOf(plans[step] as Plan, chain.first + BigInt(i))])),
    );
    expect(results.at(-1)).toBe('invokeHostFunctionTrapped');
  });

  it('is the one whose hash core-sim knows', () => {
    expect(sha256Hex(settingsContract())).toMatch(/^ca64/);
  });

  it('keeps settings for thirty days of ledgers, and no longer', () => {
    const chain = createRichChain();
    for (const frame of frames(chain)) closeCalls(chain, [frame]);
    const key = Buffer.from(plansOn(chain).key, 'base64').toString('hex');
    const { upgradable } = chain.ledger;
    expect(upgradable.proposedSettings(key)).toBeDefined();
    expect(upgradable.proposedSettings(key.replace(/^../, '00'))).toBeUndefined();
  });
});

describe('what core-sim has no model of', () => {
  it.each<[string, () => xdr.HostFunction, string]>([
    [
      'a contract of an asset',
      () =>
        xdr.HostFunction.hostFunctionTypeCreateContract(
          new xdr.CreateContractArgs({
            contractIdPreimage: xdr.ContractIdPreimage.contractIdPreimageFromAsset(
              xdr.Asset.assetTypeNative(),
            ),
            executable: xdr.ContractExecutable.contractExecutableStellarAsset(),
          }),
        ),
      'core-sim does not simulate contracts but those that accounts make from Wasm',
    ],
  ])('%s is refused by its name', (_what, hostFunction, message) => {
    const plan = upload(wasm);
    const operations = [
      new xdr.Operation({
        sourceAccount: null,
        body: xdr.OperationBody.invokeHostFunction(
          new xdr.InvokeHostFunctionOp({ hostFunction: hostFunction(), auth: [] }),
        ),
      }),
    ];
    expect(() => frameOf({ ...plan, operations }, 1n)).toThrow(new NotSimulatedError(message));
  });
});
