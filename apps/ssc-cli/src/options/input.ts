import type { Mission } from '@ssc/missions';
import type { GivenText } from './given.ts';
import type { Options, OptionValues } from './option-row.ts';

/** What a command gets: its arguments, and the value of each of its options. */
export interface Input<O extends Options = Options> {
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
  /** The options that were given, by name; all others have their presets. */
  readonly given: ReadonlyMap<string, GivenText>;
  /** The missions that it is about. */
  readonly missions: readonly Mission[];
  /** Their parameters that were given, by mission and parameter. */
  readonly params: ReadonlyMap<string, GivenText>;
}
