import { nearest } from './nearest.ts';
import type { PathStep, Report } from './problem.ts';
import { faultOfStrkey, publicKeyOfSeed } from './strkey.ts';

/**
 * The nodes that a configuration names, and their aliases, in the order in which core learns them. Source: stellar-core,
 * src/main/Config.cpp (parseNodeID, addValidatorName).
 */
export class NodeNames {
  readonly #keys = new Map<string, string>();
  readonly #aliases = new Map<string, string>();
  readonly #report: Report;
  /** The seed stands in another file, and so does its alias. */
  #seedIsElsewhere = false;

  constructor(report: Report) {
    this.#report = report;
  }

  /** The alias of a public key, if it has one. */
  aliasOf(publicKey: string): string | undefined {
    return this.#aliases.get(publicKey);
  }

  /** The public key behind an alias, if it is known. */
  keyOf(alias: string): string | undefined {
    return this.#keys.get(alias);
  }

  /** All aliases with their public keys. */
  entries(): IterableIterator<[alias: string, publicKey: string]> {
    return this.#keys.entries();
  }

  /** Gives a key an alias; reports an alias or a key that has one already. */
  add(publicKey: string, alias: string, path: readonly PathStep[], suffix = ''): void {
    const taken = this.#keys.get(alias);
    if (taken !== undefined) {
      this.#report({
        code: 'SSC_CFG_DUPLICATE_NAME',
        path,
        message:
          taken === publicKey
            ? `the alias "${alias}" is given twice, to the same key`
            : `the alias "${alias}" already belongs to another key`,
        suggestion: `write "$${alias}" where the same node is meant`,
        core: { message: `name already used: ${alias}${suffix}` },
      });
      return;
    }
    const known = this.#aliases.get(publicKey);
    if (known !== undefined) {
      this.#report({
        code: 'SSC_CFG_DUPLICATE_NAME',
        path,
        message: `the node already has the alias "${known}"`,
        suggestion: `write "$${known}"`,
        core: { message: `naming node twice: ${alias}${suffix}` },
      });
      return;
    }
    this.#keys.set(alias, publicKey);
    this.#aliases.set(publicKey, alias);
  }

  /** The public key of `"G…"`, `"G… alias"` or `"$alias"`; `suffix` ends core's message. */
  parse(text: string, path: readonly PathStep[], suffix = ''): string | undefined {
    if (text.length < 2) return this.#badKey(text, path, `invalid key: ${text}${suffix}`);
    if (text.startsWith('$')) return this.#resolve(text, path, suffix);
    const [key = '', alias] = wordsOf(text);
    const fault = faultOfStrkey(key, 'public key');
    if (fault !== undefined) {
      this.#report({
        code: 'SSC_CFG_BAD_STRKEY',
        path,
        message: `the public key ${fault.sentence}`,
        allowed: '"G…", "G… alias" or "$alias"',
        suggestion: this.#perhapsAlias(key),
        core: { message: `bad public key${suffix}` },
      });
      return undefined;
    }
    if (alias !== undefined) this.add(key, alias, path, suffix);
    return key;
  }

  /** The public key that belongs to `NODE_SEED`. */
  parseSeed(text: string): string | undefined {
    const path = ['NODE_SEED'];
    if (text.length < 2) return this.#badKey(text, path, `invalid key: ${text}`);
    if (text.startsWith('$FILE:')) {
      this.#seedIsElsewhere = true;
      return undefined;
    }
    if (text.startsWith('$')) {
      return this.#badKey(text, path, `aliases only store public keys: ${text}`);
    }
    const [seed = '', alias] = wordsOf(text);
    const fault = faultOfStrkey(seed, 'seed');
    const key = fault === undefined ? publicKeyOfSeed(seed) : undefined;
    if (key === undefined) {
      this.#report({
        code: 'SSC_CFG_BAD_STRKEY',
        path,
        message: `the seed ${fault?.sentence ?? 'has no public key'}`,
        allowed: '"S…", or "S… alias"',
        core: { message: 'invalid seed' },
      });
      return undefined;
    }
    if (alias !== undefined) this.add(key, alias, path);
    return key;
  }

  #resolve(text: string, path: readonly PathStep[], suffix: string): string | undefined {
    const alias = text.slice(1);
    const key = this.#keys.get(alias);
    if (key !== undefined) return key;
    if (this.#seedIsElsewhere) {
      this.#seedIsElsewhere = false;
      this.#keys.set(alias, unknownSelf);
      return unknownSelf;
    }
    const near = nearest(alias, this.#keys.keys());
    this.#report({
      code: 'SSC_CFG_UNKNOWN_NAME',
      path,
      needs:
        path[0] === 'VALIDATORS'
          ? ['NODE_SEED', 'NODE_NAMES']
          : ['NODE_SEED', 'NODE_NAMES', 'VALIDATORS'],
      message: `no node is called "${alias}"`,
      allowed: listed([...this.#keys.keys()].map((known) => `$${known}`)),
      suggestion: near === undefined ? undefined : `did you mean "$${near}"?`,
      core: { message: `unknown key in config: ${text}${suffix}` },
    });
    return undefined;
  }

  #perhapsAlias(word: string): string | undefined {
    return this.#keys.has(word) ? `write "$${word}" for the node called "${word}"` : undefined;
  }

  #badKey(text: string, path: readonly PathStep[], message: string): undefined {
    this.#report({
      code: 'SSC_CFG_BAD_STRKEY',
      path,
      // An element of the wrong type stands here as an empty text, and has been reported.
      needs: text === '' ? [String(path[0])] : [],
      message: text.startsWith('$') ? 'an alias stands where a seed belongs' : 'the key is missing',
      allowed: path[0] === 'NODE_SEED' ? '"S…", or "S… alias"' : '"G…", "G… alias" or "$alias"',
      core: { message },
    });
  }
}

/** Stands in a quorum set for the key of the node itself when its seed is not in the configuration. */
export const unknownSelf = 'self';

const shown = 10;
const listed = (names: readonly string[]): string =>
  names.length === 0
    ? 'no alias is defined'
    : `${names.slice(0, shown).join(', ')}${names.length > shown ? `, and ${names.length - shown} more` : ''}`;

/** The words of a text; keys with an alias have one blank, and there are many of them. */
function wordsOf(text: string): string[] {
  const at = text.indexOf(' ');
  const isPlain = at > 0 && at === text.lastIndexOf(' ') && !/[\t\n\v\f\r]/u.test(text);
  if (isPlain && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  return text.split(/\s+/u).filter((word) => word !== '');
}
