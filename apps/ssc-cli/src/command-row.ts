import type { Mission } from '@ssc/missions';
import type { Host } from './host.ts';
import type { Input } from './options/input.ts';
import type { Options } from './options/option-row.ts';

/** A row of the table of commands, which makes the parser, the help and the documentation. */
export interface CommandRow<O extends Options = Options> {
  readonly name: string;
  /** What follows the name. @example "<name...>" */
  readonly usage: string;
  readonly about: string;
  readonly options: O;
  /** The missions whose parameters are options too. */
  missions?(
    args: readonly string[],
    find: (name: string) => Mission,
    more: { readonly given: ReadonlySet<string>; readonly all: readonly Mission[] },
  ): readonly Mission[];
  /** Loads and runs it: what a command needs is loaded only for that command. Gives the exit code. */
  run(input: Input<O>, host: Host): Promise<number>;
}

/** A row whose options give the type of what it runs with. */
export const command = <O extends Options>(row: CommandRow<O>): CommandRow => row;
