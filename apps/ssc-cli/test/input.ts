import { commands } from '../src/commands.ts';
import type { Host } from '../src/host.ts';
import type { Input } from '../src/options/input.ts';
import type { optionsOf } from '../src/options/of-commands.ts';
import type { Options } from '../src/options/option-row.ts';
import { readInput } from '../src/options/read-input.ts';

/** What the command of that name gets from the words behind it. */
export async function inputOf<Name extends keyof typeof optionsOf>(
  name: Name,
  words: readonly string[],
  host: Host,
): Promise<Input<(typeof optionsOf)[Name]>> {
  const row = commands.find((one) => one.name === name);
  if (row === undefined) throw new Error(`there is no command ${name}`);
  return (await readInput<Options>(row, words, host)) as Input<(typeof optionsOf)[Name]>;
}
