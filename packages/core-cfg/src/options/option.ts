/** What every row of the table says about a key, whatever its type. */
export interface OptionFacts {
  /** One sentence: what the key does and when to touch it. */
  readonly about: string;
  /** What a number counts, e.g. `ms`. */
  readonly unit?: string;
  /** `test`: the key exists only in builds with tests (BUILD_TESTS); a production package refuses it as unknown. */
  readonly build?: 'test';
  /** Core lists the key as testing-only and says at start that the node will (or `may`) not function properly. */
  readonly testingOnly?: 'will' | 'may';
  /** The first ledger protocol at which the key has an effect. */
  readonly protocol?: number;
  /** Accepted and ignored by core, with a warning line; the sentence says what took its place. */
  readonly ignored?: true;
  /** What it must agree with in other keys, in words; the parser checks it. */
  readonly rules?: readonly string[];
}

export interface BoolOption extends OptionFacts {
  readonly kind: 'bool';
  readonly default: boolean;
}

/** A whole number that fits a JavaScript number. */
export interface IntOption extends OptionFacts {
  readonly kind: 'int';
  readonly default: number;
  readonly min: number;
  readonly max?: number;
  /** One value besides the range, e.g. 0 for "off". */
  readonly also?: number;
  /** What core says instead of `bad 'KEY'`, once the file is loaded. */
  readonly refusedAs?: { readonly low: string; readonly high: string };
  /** Core takes a number above `max` and wraps it silently, so it is a warning and no refusal. */
  readonly wraps?: true;
}

/** A whole number of up to 63 bits: a bigint where a number would not be exact. */
export interface BigIntOption extends OptionFacts {
  readonly kind: 'bigint';
  readonly default: number;
  readonly min: number;
}

export interface FloatOption extends OptionFacts {
  readonly kind: 'float';
  readonly default: number;
  /** Values must be greater than this. */
  readonly above: number;
  readonly max?: number;
}

export interface TextOption extends OptionFacts {
  readonly kind: 'text';
  /** Undefined: core makes one at every start (`NODE_SEED`). */
  readonly default: string | undefined;
}

export interface ChoiceOption<C extends string = string> extends OptionFacts {
  readonly kind: 'choice';
  readonly default: C;
  readonly choices: readonly C[];
}

export interface TextsOption<C extends string = string> extends OptionFacts {
  readonly kind: 'texts';
  readonly default: readonly C[];
  readonly choices?: readonly C[];
}

export interface IntsOption extends OptionFacts {
  readonly kind: 'ints';
  readonly default: readonly number[];
}

/** `[QUORUM_SET]`, `[HISTORY.x]`, `[[VALIDATORS]]`, `[[HOME_DOMAINS]]`: their own checks know their keys. */
export interface TableOption<Shape extends string = string> extends OptionFacts {
  readonly kind: 'table';
  readonly default: undefined;
  readonly shape: Shape;
}

export type Option =
  | BoolOption
  | IntOption
  | BigIntOption
  | FloatOption
  | TextOption
  | ChoiceOption
  | TextsOption
  | IntsOption
  | TableOption;

type More = Omit<OptionFacts, 'about'>;
type Range = { readonly min?: number; readonly max?: number; readonly also?: number };

export const uint32 = 4_294_967_295;
export const uint16 = 65_535;

/** A key that every build has, the build with tests included. */
export const bool = (byDefault: boolean, about: string, more: More = {}): BoolOption => ({
  kind: 'bool',
  default: byDefault,
  about,
  ...more,
});

export const int = (
  byDefault: number,
  about: string,
  more: More & Range & Pick<IntOption, 'wraps' | 'refusedAs'> = {},
): IntOption => ({ kind: 'int', default: byDefault, min: 0, about, ...more });

export const bigint = (
  byDefault: number,
  about: string,
  more: More & { readonly min?: number } = {},
): BigIntOption => ({ kind: 'bigint', default: byDefault, min: 0, about, ...more });

export const float = (
  byDefault: number,
  about: string,
  more: More & { readonly max?: number } = {},
): FloatOption => ({ kind: 'float', default: byDefault, above: 0, about, ...more });

export const text = (
  byDefault: string | undefined,
  about: string,
  more: More = {},
): TextOption => ({ kind: 'text', default: byDefault, about, ...more });

export const choice = <const C extends string>(
  choices: readonly [C, ...C[]],
  about: string,
  more: More = {},
): ChoiceOption<C> => ({ kind: 'choice', default: choices[0], choices, about, ...more });

export const texts = (about: string, more: More = {}): TextsOption => ({
  kind: 'texts',
  default: [],
  about,
  ...more,
});

export const textsOf = <const C extends string>(
  choices: readonly C[],
  about: string,
  more: More = {},
): TextsOption<C> => ({ kind: 'texts', default: [], choices, about, ...more });

export const ints = (about: string, more: More = {}): IntsOption => ({
  kind: 'ints',
  default: [],
  about,
  ...more,
});

export const table = <const Shape extends string>(
  shape: Shape,
  about: string,
  more: More = {},
): TableOption<Shape> => ({ kind: 'table', default: undefined, shape, about, ...more });
