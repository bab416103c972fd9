/** A command and its arguments, as core reads them from a request's path. */
export interface Command {
  /** Without the slash. */
  readonly name: string;
  readonly args: ReadonlyMap<string, string>;
  /** True when the argument was named without a value. */
  hasEmpty(name: string): boolean;
}

/** A request that core answers with {"exception": …}. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Reads a path as core does: it is decoded whole before it is split, `+` is a blank, and `=` and `?` within values are
 * dropped. Undefined for a bad percent escape.
 */
export function readCommand(path: string): Command | undefined {
  let text: string;
  try {
    text = decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
  const question = text.indexOf('?');
  const name = (question === -1 ? text : text.slice(0, question)).slice(1);
  const args = new Map<string, string>();
  const empty = new Set<string>();
  const command = { name, args, hasEmpty: (key: string) => empty.has(key) };
  if (question === -1) return command;
  for (const pair of text.slice(question + 1).split('&')) {
    const equals = pair.indexOf('=');
    const key = equals === -1 ? pair : pair.slice(0, equals);
    const value = equals === -1 ? '' : pair.slice(equals + 1);
    if (key !== '' && value !== '') args.set(key, value.replaceAll(/[=?]/g, ''));
    else if (key !== '') empty.add(key);
  }
  return command;
}

/** An unsigned 32-bit argument; undefined when it is not given. A negative one wraps, as in core. */
export function uintArgument(command: Command, name: string): number | undefined {
  const text = command.args.get(name);
  if (text === undefined) return undefined;
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number) || number > 0xffffffff || number < -0xffffffff)
    throw new CommandError(`Failed to parse '${name}' argument`);
  return number < 0 ? number + 2 ** 32 : number;
}

/** True only for the text `true`. */
export const flagArgument = (command: Command, name: string): boolean =>
  command.args.get(name) === 'true';
