import { parseShell, type Shell, type Word } from '@ssc/kube-specs';
import { FileError, type ProcessContext, type Program, readText, resolvePath } from '@ssc/process';
import { parseArguments } from './arguments.ts';

/** `exit` inside the text. */
class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

interface State {
  readonly self: ProcessContext;
  readonly env: Record<string, string>;
  readonly traces: boolean;
  /** Of the last command. */
  last: number;
}

/** `sh -c TEXT`: runs the shell text that kube-specs writes. Any other grammar ends with 127 and a message. */
export const sh: Program = async (self) => {
  const args = parseArguments(self.argv.slice(1), { flags: ['c', 'e', 'x', 'u'] });
  const [text] = args.rest;
  if (args.unknown !== undefined || !args.flags.has('c') || text === undefined) {
    self.stderr(`sh: only "sh -c TEXT" is known here\n`);
    return 127;
  }
  let shell: Shell;
  try {
    shell = parseShell(text);
  } catch (error) {
    self.stderr(`sh: ${error instanceof Error ? error.message : String(error)}\n`);
    return 127;
  }
  const state: State = { self, env: { ...self.env }, traces: args.flags.has('x'), last: 0 };
  try {
    return await run(state, shell);
  } catch (error) {
    if (error instanceof Exit) return error.code;
    throw error;
  }
};

async function run(state: State, shell: Shell): Promise<number> {
  state.last = await runStep(state, shell);
  return state.last;
}

async function runStep(state: State, shell: Shell): Promise<number> {
  switch (shell.kind) {
    case 'run':
      return runProgram(state, shell);
    case 'export':
      state.env[shell.name] = expandWord(state, shell.value);
      return 0;
    case 'and':
    case 'or': {
      let code = 0;
      for (const step of shell.steps) {
        code = await run(state, step);
        if ((code === 0) === (shell.kind === 'or')) return code;
      }
      return code;
    }
    case 'sequence': {
      let code = 0;
      for (const step of shell.steps) code = await run(state, step);
      return code;
    }
    case 'if': {
      const code = await run(state, shell.condition);
      if (code === 0) return run(state, shell.then);
      return shell.else === undefined ? 0 : run(state, shell.else);
    }
    case 'while': {
      let code = 0;
      while ((await run(state, shell.condition)) === 0) {
        code = await run(state, shell.body);
        // A turn of a real shell takes time; without it a loop that waits for something would never let it happen.
        await state.self.clock.sleep(1);
      }
      return code;
    }
    case 'each-line':
      return runEachLine(state, shell);
  }
}

/** `while read -r A B; do …; done < FILE` */
async function runEachLine(state: State, step: Shell & { kind: 'each-line' }): Promise<number> {
  const path = resolvePath(expandWord(state, step.file), state.self.cwd);
  if (state.self.files.info(path)?.kind !== 'file') {
    state.self.stderr(`sh: 1: cannot open ${path}: No such file\n`);
    return 2;
  }
  let code = 0;
  const lines = readText(state.self.files, path).split('\n');
  // What follows the last line feed is not a line for `read`, but it is left in the variables.
  for (const [i, line] of lines.entries()) {
    const fields = splitFields(line, step.variables.length);
    step.variables.forEach((name, at) => {
      state.env[name] = fields[at] ?? '';
    });
    if (i < lines.length - 1) code = await run(state, step.body);
  }
  return code;
}

/** The fields of a line, of which the last takes the rest. */
function splitFields(line: string, count: number): string[] {
  let rest = line.replace(/^[ \t]+|[ \t]+$/gu, '');
  const fields: string[] = [];
  while (fields.length < count - 1) {
    const match = /^([^ \t]*)[ \t]*(.*)$/su.exec(rest);
    fields.push(match?.[1] ?? '');
    rest = match?.[2] ?? '';
  }
  return [...fields, rest];
}

const expandWord = (state: State, word: Word): string =>
  word.map((part) => ('text' in part ? part.text : (state.env[part.variable] ?? ''))).join('');

async function runProgram(state: State, step: Shell & { kind: 'run' }): Promise<number> {
  const { self } = state;
  const argv = step.words.map((word) => expandWord(state, word));
  if (state.traces) self.stderr(`+ ${argv.join(' ')}\n`);
  if (argv[0] === 'exit')
    throw new Exit(argv[1] === undefined ? state.last : Number(argv[1]) & 255);
  if (argv[0] === 'exec') throw new Exit(await self.become(argv.slice(1), { env: state.env }));
  const result = await self.exec(argv, { env: state.env });
  self.stderr(result.stderr);
  if (step.output === undefined) {
    self.stdout(result.stdout);
    return result.code;
  }
  const path = resolvePath(expandWord(state, step.output.to), self.cwd);
  try {
    if (step.output.append) self.files.append(path, result.stdout);
    else self.files.write(path, result.stdout);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    self.stderr(`sh: can't create ${path}: ${error.message}\n`);
    return 1;
  }
  return result.code;
}
