/** A source of chance. Equal seeds give equal sequences. */
export interface Random {
  /** A number from 0 up to, but not including, 1. */
  float(): number;
  /** A whole number from 0 up to, but not including, `below`. */
  int(below: number): number;
  /** True with the probability `p`. */
  chance(p: number): boolean;
  bytes(count: number): Uint8Array;
  pick<T>(list: readonly [T, ...T[]]): T;
  pick<T>(list: readonly T[]): T | undefined;
  /** A source of its own: what is drawn from it does not change what this one draws. */
  fork(name: string): Random;
}

/** A seeded source (sfc32, seeded by its 32-bit mixing of the text). Not for keys that must stay secret. */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = mix(seed);
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const random: Random = {
    float: () => next() / 2 ** 32,
    int: (below) => Math.floor((next() / 2 ** 32) * below),
    chance: (p) => next() / 2 ** 32 < p,
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff),
    pick: <T>(list: readonly T[]) => list[random.int(list.length)] as T,
    fork: (name) => createRandom(`${seed}/${name}`),
  };
  return random;
}

/** Four 32-bit words of a text (MurmurHash3's mixing steps). */
function mix(text: string): [number, number, number, number] {
  let [h1, h2, h3, h4] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef];
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  return [h1 | 0, h2 | 0, h3 | 0, h4 | 0];
}
