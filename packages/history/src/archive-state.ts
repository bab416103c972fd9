import { isHash } from './layout.ts';
import { historyError } from './problem.ts';

/** Levels of a bucket list (stellar-core: BucketListBase::kNumLevels). */
export const levelCount = 11;

/** The hash that stands for the bucket without any record, of which there is no file. */
export const zeroHash = '0'.repeat(64);

/** A merge into a level. */
export type NextBucket =
  | { readonly state: 'clear' }
  /** Done: the hash of what it gave. */
  | { readonly state: 'output'; readonly output: string }
  /** Described by the hashes of its inputs; only in a node's own database, never published. */
  | {
      readonly state: 'inputs';
      readonly curr: string;
      readonly snap: string;
      readonly shadow: readonly string[];
    };

/** One level of a bucket list, by the hashes of its buckets. */
export interface BucketLevel {
  readonly curr: string;
  readonly snap: string;
  readonly next: NextBucket;
}

/** What a `stellar-history.json` says (stellar-core: src/history/HistoryArchive.cpp). */
export interface ArchiveState {
  /** 2 once the network is at protocol 23 or later. */
  readonly version: 1 | 2;
  /** The build of the node that published it. */
  readonly server: string;
  /** The last ledger of the checkpoint; 0 in an archive that was just made. */
  readonly currentLedger: number;
  /** May be missing in version 1. */
  readonly networkPassphrase: string | undefined;
  /** The live entries: 11 levels, the youngest first. */
  readonly currentBuckets: readonly BucketLevel[];
  /** The archived entries; in version 2 only. */
  readonly hotArchiveBuckets: readonly BucketLevel[] | undefined;
}

/** The level that holds nothing. */
export const emptyLevel: BucketLevel = { curr: zeroHash, snap: zeroHash, next: { state: 'clear' } };

/** The state that `new-hist` writes into an archive without any ledger. */
export function emptyState(server: string, networkPassphrase: string): ArchiveState {
  return {
    version: 1,
    server,
    currentLedger: 0,
    networkPassphrase,
    currentBuckets: Array.from({ length: levelCount }, () => emptyLevel),
    hotArchiveBuckets: undefined,
  };
}

/** The JSON text of a state, byte for byte as stellar-core writes it. */
export function renderArchiveState(state: ArchiveState): string {
  const { version, server, currentLedger, networkPassphrase, hotArchiveBuckets } = state;
  const json = {
    version,
    server,
    currentLedger,
    ...(networkPassphrase !== undefined && { networkPassphrase }),
    currentBuckets: state.currentBuckets.map(toJson),
    ...(hotArchiveBuckets !== undefined && { hotArchiveBuckets: hotArchiveBuckets.map(toJson) }),
  };
  return JSON.stringify(json, undefined, 4);
}

const toJson = ({ curr, next, snap }: BucketLevel) => ({ curr, next: nextJson(next), snap });

function nextJson(next: NextBucket): object {
  if (next.state === 'clear') return { state: 0 };
  if (next.state === 'output') return { state: 1, output: next.output };
  return { state: 2, curr: next.curr, snap: next.snap, shadow: next.shadow };
}

/** The hashes of all buckets that an archive with this state must have, each once. */
export function bucketsOf(levels: readonly BucketLevel[]): string[] {
  const hashes = levels.flatMap(({ curr, snap, next }) => [
    curr,
    snap,
    ...(next.state === 'output' ? [next.output] : []),
  ]);
  return [...new Set(hashes)].filter((hash) => hash !== zeroHash);
}

/**
 * Reads a `stellar-history.json` and checks its shape: every member, no other ones, 11 levels, hashes in lower case.
 * Throws SSC_HISTORY_STATE naming the file and the member.
 */
export function parseArchiveState(text: string, file = 'stellar-history.json'): ArchiveState {
  const refuse = (at: string, sentence: string): never => {
    throw historyError(
      { code: 'SSC_HISTORY_STATE', file, at },
      `${file}${at === '' ? '' : `, ${at},`} ${sentence}`,
    );
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    refuse('', `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const root = new Member(json, '', refuse);
  const version = root.get('version').oneOf([1, 2]);
  root.only(
    ['version', 'server', 'currentLedger', 'currentBuckets'],
    version === 2 ? ['networkPassphrase', 'hotArchiveBuckets'] : [],
    version === 1 ? ['networkPassphrase'] : [],
  );
  return {
    version,
    server: root.get('server').text(),
    currentLedger: root.get('currentLedger').ledger(),
    networkPassphrase: root.has('networkPassphrase')
      ? root.get('networkPassphrase').text()
      : undefined,
    currentBuckets: parseLevels(root.get('currentBuckets')),
    hotArchiveBuckets: version === 2 ? parseLevels(root.get('hotArchiveBuckets')) : undefined,
  };
}

function parseLevels(member: Member): BucketLevel[] {
  const levels = member.list().map((level) => {
    level.only(['curr', 'next', 'snap']);
    return {
      curr: level.get('curr').hash(),
      snap: level.get('snap').hash(),
      next: parseNext(level.get('next')),
    };
  });
  if (levels.length !== levelCount)
    member.refuse(`must have ${levelCount} levels, has ${levels.length}`);
  return levels;
}

function parseNext(next: Member): NextBucket {
  const state = next.get('state').oneOf([0, 1, 2]);
  if (state === 0) {
    next.only(['state']);
    return { state: 'clear' };
  }
  if (state === 1) {
    next.only(['state', 'output']);
    return { state: 'output', output: next.get('output').hash() };
  }
  next.only(['state', 'curr', 'snap', 'shadow']);
  return {
    state: 'inputs',
    curr: next.get('curr').hash(),
    snap: next.get('snap').hash(),
    shadow: next
      .get('shadow')
      .list()
      .map((hash) => hash.hash()),
  };
}

type Refuse = (at: string, sentence: string) => never;

/** A value of the JSON text that knows where it stands. */
class Member {
  readonly #value: unknown;
  readonly #at: string;
  readonly #refuse: Refuse;

  constructor(value: unknown, at: string, refuse: Refuse) {
    this.#value = value;
    this.#at = at;
    this.#refuse = refuse;
  }

  refuse(sentence: string): never {
    return this.#refuse(this.#at, sentence);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object(), name);
  }

  get(name: string): Member {
    if (!this.has(name)) this.refuse(`has no member "${name}"`);
    const at = this.#at === '' ? name : `${this.#at}.${name}`;
    return new Member(this.#object()[name], at, this.#refuse);
  }

  /** Refuses members that are neither in the first two lists nor in the third, and misses those of the first two. */
  only(
    required: readonly string[],
    more: readonly string[] = [],
    optional: readonly string[] = [],
  ): void {
    for (const name of [...required, ...more]) this.get(name);
    const known = new Set([...required, ...more, ...optional]);
    for (const name of Object.keys(this.#object()))
      if (!known.has(name)) this.refuse(`has an unknown member ${JSON.stringify(name)}`);
  }

  list(): Member[] {
    const value = this.#value;
    if (!Array.isArray(value)) return this.refuse(`must be a list, is ${quote(value)}`);
    return value.map((item: unknown, i) => new Member(item, `${this.#at}[${i}]`, this.#refuse));
  }

  text(): string {
    const value = this.#value;
    return typeof value === 'string' ? value : this.refuse(`must be text, is ${quote(value)}`);
  }

  hash(): string {
    const text = this.text();
    return isHash(text)
      ? text
      : this.refuse(`must be 64 lower-case hexadecimal digits, is ${quote(text)}`);
  }

  ledger(): number {
    const value = this.#value;
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff
      ? value
      : this.refuse(`must be the number of a ledger, is ${quote(value)}`);
  }

  oneOf<N extends number>(allowed: readonly N[]): N {
    const found = allowed.find((number) => number === this.#value);
    return found ?? this.refuse(`must be ${allowed.join(' or ')}, is ${quote(this.#value)}`);
  }

  #object(): Record<string, unknown> {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.refuse(`must be an object, is ${quote(value)}`);
    return value as Record<string, unknown>;
  }
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
