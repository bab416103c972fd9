import { SscError } from '@ssc/errors';
import { type AccountPort, type SubmitReply, transactionHash, xdr } from '../src/index.ts';
import { passphrase } from './recorded.ts';

/** What goes wrong with one call of `submit`, if anything. */
export type Fault =
  | 'none'
  /** The request is lost on its way: the caller cannot know. */
  | 'request lost'
  /** It arrived; the answer is lost. */
  | 'reply lost'
  /** The connection was refused: certainly not sent. */
  | 'refused'
  /** The queue is full. */
  | 'busy'
  /** Queued, and dropped without a word. */
  | 'dropped'
  /** Before it arrives somebody else uses the account's next number. */
  | 'overtaken';

/** A node with one account, by the rules of stellar-core's queue: one transaction of an account, exact numbers. */
export class ModelNode implements AccountPort {
  sequence: bigint;
  ledger = 10;
  /** False once the account was merged away. */
  alive = true;
  /** Hashes of what was applied, in order. */
  readonly applied: string[] = [];
  /** Sequence numbers of what was applied by anyone, in order. */
  readonly used: bigint[] = [];
  readonly received: string[] = [];
  readonly results = new Map<string, string>();
  /** The answer to give instead of the own one. */
  reply: SubmitReply | undefined;
  #queue: { hash: string; envelope: xdr.TransactionV1Envelope } | undefined;
  readonly #faults: Fault[];
  readonly #knowsResults: boolean;

  constructor(sequence: bigint, faults: readonly Fault[] = [], knowsResults = false) {
    this.sequence = sequence;
    this.#faults = [...faults];
    this.#knowsResults = knowsResults;
  }

  async submit(base64: string): Promise<SubmitReply> {
    const fault = this.#faults.shift() ?? 'none';
    if (fault === 'refused')
      throw new SscError({
        problem: { code: 'SSC_TEST' },
        verdict: 'broken',
        summary: 'connection refused',
        definite: true,
      });
    if (fault === 'request lost') throw new Error('socket hang up');
    if (fault === 'busy') return { status: 'TRY_AGAIN_LATER' };
    if (fault === 'overtaken') {
      this.sequence += 1n;
      this.used.push(this.sequence);
    }
    const reply = this.reply ?? this.#receive(base64);
    if (fault === 'dropped') this.#queue = undefined;
    if (fault === 'reply lost') throw new Error('socket hang up');
    return reply;
  }

  #receive(base64: string): SubmitReply {
    const envelope = xdr.TransactionEnvelope.fromXdr(base64, 'base64');
    if (envelope.type !== 'envelopeTypeTx') throw new Error('not a plain transaction');
    const hash = transactionHash(envelope, passphrase).toString('hex');
    this.received.push(hash);
    if (this.applied.includes(hash)) return { status: 'TRY_AGAIN_LATER' };
    if (this.#queue?.hash === hash) return { status: 'DUPLICATE' };
    if (this.#queue !== undefined) return { status: 'TRY_AGAIN_LATER' };
    if (envelope.v1.tx.seqNum !== this.sequence + 1n)
      return { status: 'ERROR', error: result(xdr.TransactionResultResult.txBadSeq()) };
    this.#queue = { hash, envelope: envelope.v1 };
    return { status: 'PENDING' };
  }

  async lookUp(): Promise<{ sequence: bigint; balance: bigint } | undefined> {
    return this.alive ? { sequence: this.sequence, balance: 1_000_000_000n } : undefined;
  }

  async nextLedger(): Promise<number> {
    const queued = this.#queue;
    this.#queue = undefined;
    if (queued !== undefined && queued.envelope.tx.seqNum === this.sequence + 1n) {
      this.sequence += 1n;
      this.used.push(this.sequence);
      this.applied.push(queued.hash);
      for (const { body } of queued.envelope.tx.operations) {
        if (body.type === 'bumpSequence') this.sequence = body.bumpSequenceOp.bumpTo;
        if (body.type === 'accountMerge') this.alive = false;
      }
    }
    this.ledger += 1;
    return this.ledger;
  }

  async resultOf(hash: string): Promise<string | undefined> {
    if (!this.#knowsResults || !this.applied.includes(hash)) return undefined;
    return this.results.get(hash) ?? result(xdr.TransactionResultResult.txSuccess([]));
  }
}

/** A result with a fee of 100, as base64. */
export const result = (outcome: xdr.TransactionResultResult): string =>
  new xdr.TransactionResult({
    feeCharged: 100n,
    result: outcome,
    ext: xdr.TransactionResultExt.v0(),
  }).toXdr('base64');
