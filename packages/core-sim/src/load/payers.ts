import type { Random } from '@ssc/clock';
import type { KeyId, SigningKey } from '../keys.ts';

/** An account that pays for the transactions of a load. */
export interface Payer {
  readonly name: string;
  readonly key: SigningKey;
  seqNum: bigint;
}

/** The accounts of a load: each pays again only when its last transaction has left the queue. */
export class Payers {
  readonly #free: string[];
  readonly #busy = new Set<Payer>();
  readonly #known = new Map<string, Payer>();
  readonly #find: (name: string) => Payer;

  constructor(names: readonly string[], find: (name: string) => Payer) {
    this.#free = [...names];
    this.#find = find;
  }

  /** All that were ever looked for. */
  get known(): readonly Payer[] {
    return [...this.#known.values()];
  }

  /** One that is free, by chance; undefined when none is. */
  take(random: Random): Payer | undefined {
    if (this.#free.length === 0) return undefined;
    const at = random.int(this.#free.length);
    const name = this.#free[at] as string;
    const last = this.#free.pop() as string;
    if (at < this.#free.length) this.#free[at] = last;
    return this.get(name);
  }

  get(name: string): Payer {
    let payer = this.#known.get(name);
    if (payer === undefined) {
      payer = this.#find(name);
      this.#known.set(name, payer);
    }
    return payer;
  }

  /** A transaction of the account waits for a ledger. */
  hasPaid(payer: Payer): void {
    this.#busy.add(payer);
  }

  /** Frees accounts of which nothing waits any more. */
  release(isPending: (id: KeyId) => boolean): void {
    for (const payer of this.#busy) {
      if (isPending(payer.key.id)) continue;
      this.#busy.delete(payer);
      this.#free.push(payer.name);
    }
  }
}
