import type { ChoiceOption, TableOption, TextsOption } from './options/option.ts';
import type { options } from './options/table.ts';

/** `[QUORUM_SET]` and the groups below it. A name in lower case (or a number) is a group of nodes. */
export interface QuorumSetTable {
  /** @default 67 */
  readonly THRESHOLD_PERCENT?: number;
  /** `"G…"`, `"G… alias"` or `"$alias"`. */
  readonly VALIDATORS?: readonly string[];
  /** A group: core writes no rule for its name; names in lower case keep misspelt keys out. */
  readonly [group: Lowercase<string>]: QuorumSetTable;
}

/**
 * `[HISTORY.name]`: commands run without a shell, split at blanks. `{0}` and `{1}` stand for remote and local path in
 * `get`, local and remote path in `put`; `{0}` for the remote folder in `mkdir`.
 */
export interface HistoryTable {
  readonly get?: string;
  readonly put?: string;
  readonly mkdir?: string;
}

/** How far an organisation is trusted; the lower ones together count as one of the next. */
export type Quality = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';

/** An entry of `[[VALIDATORS]]`. */
export interface ValidatorTable {
  /** The alias of the key, and the name of its archive. */
  readonly NAME: string;
  readonly HOME_DOMAIN: string;
  readonly PUBLIC_KEY: string;
  /** Here or in the `[[HOME_DOMAINS]]` entry of its domain, not in both. */
  readonly QUALITY?: Quality;
  /** `host` or `host:port`. */
  readonly ADDRESS?: string;
  /** A `get` command. */
  readonly HISTORY?: string;
}

/** An entry of `[[HOME_DOMAINS]]`. */
export interface HomeDomainTable {
  readonly HOME_DOMAIN: string;
  readonly QUALITY: Quality;
}

interface TableShapes {
  readonly 'quorum-set': QuorumSetTable;
  readonly history: { readonly [name: string]: HistoryTable };
  readonly validators: readonly ValidatorTable[];
  readonly 'home-domains': readonly HomeDomainTable[];
}

/** The TypeScript type of a row's value. */
type ValueOf<O> = O extends { kind: 'bool' }
  ? boolean
  : O extends { kind: 'int' | 'float' }
    ? number
    : O extends { kind: 'bigint' }
      ? number | bigint
      : O extends { kind: 'text' }
        ? string
        : O extends ChoiceOption<infer C>
          ? C
          : O extends TextsOption<infer C>
            ? readonly C[]
            : O extends { kind: 'ints' }
              ? readonly number[]
              : O extends TableOption<infer Shape>
                ? Shape extends keyof TableShapes
                  ? TableShapes[Shape]
                  : never
                : never;

/** What the table of options makes of them: the interface `NodeConfig` says the same, with comments for editors. */
export type NodeConfigOfTable = {
  readonly [Name in keyof typeof options]?: ValueOf<(typeof options)[Name]>;
};
