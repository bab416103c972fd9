import { spawn } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Fact, usageError } from '@ssc/errors';

/** What an executable says about itself. */
export interface CoreBinary {
  /** The absolute path, or a name for a program that is part of this one. */
  readonly path: string;
  /** How it is called. */
  readonly command: readonly [string, ...string[]];
  /** The first line of `version`. @example "v27.1.0" */
  readonly build: string;
  /** The highest ledger protocol it knows. */
  readonly protocol: number | undefined;
  /** Whether the commands for tests are compiled in (`BUILD_TESTS`): testacc, testtx, generateload. */
  readonly isTestBuild: boolean;
  readonly isSimulated: boolean;
}

const answerWithinMs = 20_000;

/**
 * Asks an executable what it is, by `version` and `help`. Throws SSC_CORE_BINARY (usage) when it is not there, cannot be
 * executed, or does not answer as stellar-core does.
 */
export async function identifyCoreBinary(flag: string, given: string): Promise<CoreBinary> {
  const path = resolve(given);
  const refuse = (why: string, facts: readonly Fact[] = []): never => {
    throw usageError('SSC_CORE_BINARY', `--${flag} ${given} ${why}; nothing was started`, {
      facts: [['Path', path], ...facts],
    });
  };
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return refuse('is not there');
  if (!found.isFile()) return refuse('is not a file');
  if (!(await isExecutable(path))) return refuse('cannot be executed by this user');
  const [version, help] = await Promise.all([ask(path, 'version'), ask(path, 'help')]);
  const protocol = /^ledger protocol version: (\d+)$/mu.exec(version.output)?.[1];
  const build = version.output.split('\n')[0]?.trim() ?? '';
  if (version.code !== 0 || protocol === undefined || build === '')
    return refuse('does not answer "version" as stellar-core does', [
      ['Expected', 'exit code 0 and a line "ledger protocol version: N"'],
      ['Got', `${version.ended}: ${JSON.stringify(version.output.slice(0, 300))}`],
    ]);
  const isSimulated = build.startsWith('core-sim');
  return {
    path,
    command: [path],
    build,
    protocol: Number(protocol),
    isTestBuild: isSimulated || hasTestCommands(help.output),
    isSimulated,
  };
}

/** Test builds list commands that no other build has (stellar-core: src/main/CommandLine.cpp, BUILD_TESTS). */
const hasTestCommands = (help: string): boolean => /^ +(test|apply-load) +\S/mu.test(help);

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

function ask(
  path: string,
  command: string,
): Promise<{ code: number | null; ended: string; output: string }> {
  return new Promise((done) => {
    const child = spawn(path, [command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: answerWithinMs,
      killSignal: 'SIGKILL',
      cwd: '/',
    });
    let [output, complaint] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', (error) => done({ code: null, ended: error.message, output }));
    child.on('close', (code, signal) =>
      done({
        code,
        ended: code === null ? `ended by ${signal}` : `exit code ${code}`,
        output: output === '' ? complaint : output,
      }),
    );
  });
}
