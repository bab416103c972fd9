import type { Clock, ForkedClock, Random } from '@ssc/clock';
import {
  type ExecResult,
  type Files,
  type RunningProgram,
  type StartOptions,
  startProgram,
} from '@ssc/process';
import type { Container } from '../types/pod.ts';
import { expand } from './environment.ts';
import type { ImagePrograms } from './images.ts';
import type { PodContext } from './pod-context.ts';

/** What one instance of a container is made of. */
export interface InstanceParts {
  readonly container: Container;
  readonly image: ImagePrograms;
  readonly env: Readonly<Record<string, string>>;
  readonly files: Files;
  readonly openNet: PodContext['openNet'];
  /** Its own: whoever waits for its end kills it then. */
  readonly clock: ForkedClock;
  readonly random: Random;
  /** Takes the output of its program, both streams. */
  write(text: string): void;
}

/** One instance of a container that runs: its program, and what is started beside it. */
export class ContainerInstance {
  readonly #parts: InstanceParts;
  readonly #program: RunningProgram;
  #killReason: string | undefined;
  #isEnding = false;

  constructor(parts: InstanceParts) {
    this.#parts = parts;
    const { container, image, env, random, write } = parts;
    const argv = toArgv(container, image, env);
    this.#program = this.#start({ argv, random, stdout: write, stderr: write });
  }

  /** The exit code of its program. */
  get exited(): Promise<number> {
    return this.#program.exited;
  }

  /** Why it was killed from outside, if it was. */
  get killReason(): string | undefined {
    return this.#killReason;
  }

  /** Whether it was asked to end. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Ends it at once. */
  kill(reason: string, code: number): void {
    this.#killReason = reason;
    this.#program.kill(code);
  }

  /**
   * preStop, SIGTERM, and SIGKILL when the grace period is over. Whoever asks for an end that is under way waits for it too, and
   * may shorten it: a pod can be deleted while a probe has it restarted.
   */
  async end(clock: Clock, graceMs: number, hookFailed: () => void): Promise<void> {
    const deadline = clock.timer(graceMs, () => this.#program.kill());
    if (!this.#isEnding) {
      this.#isEnding = true;
      await this.#preStop(clock, hookFailed);
      this.#program.signal('SIGTERM');
    }
    await this.#program.exited;
    deadline.cancel();
  }

  async #preStop(clock: Clock, hookFailed: () => void): Promise<void> {
    const hook = this.#parts.container.lifecycle?.preStop;
    if (hook === undefined) return;
    const { exited } = this.#program;
    if (hook.sleep !== undefined)
      await Promise.race([clock.sleep(hook.sleep.seconds * 1000), exited]);
    if (hook.exec === undefined) return;
    const result = await Promise.race([this.exec(hook.exec.command ?? []), exited]);
    if (typeof result === 'object' && result.code !== 0) hookFailed();
  }

  /** Runs a command beside its program, with the same files and environment. */
  async exec(argv: readonly string[]): Promise<ExecResult> {
    if (this.#parts.clock.dead) return notRunning;
    const output = { stdout: '', stderr: '' };
    const child = this.#start({
      argv,
      random: this.#parts.random.fork('exec'),
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
    });
    return { code: await child.exited, ...output };
  }

  #start(own: Pick<StartOptions, 'argv' | 'random' | 'stdout' | 'stderr'>): RunningProgram {
    const { container, image, env, files, openNet, clock } = this.#parts;
    const cwd = container.workingDir ?? image.workingDir ?? '/';
    return startProgram(image.programs, { ...own, env, cwd, files, openNet, clock });
  }
}

/** What a command gives in a container that has no instance, or one that has ended. */
export const notRunning: ExecResult = { code: 126, stdout: '', stderr: 'container not running' };

/** What a container runs: its own command in place of the image's entry point and arguments, its own arguments in place of the image's. */
export function toArgv(
  { command, args }: Pick<Container, 'command' | 'args'>,
  image: Pick<ImagePrograms, 'entrypoint' | 'cmd'>,
  env: Readonly<Record<string, string>>,
): string[] {
  const expanded = (words: readonly string[]): string[] => words.map((word) => expand(word, env));
  // The words of an image are taken as they are; only those of the pod name variables.
  return [
    ...(command === undefined ? (image.entrypoint ?? []) : expanded(command)),
    ...(args === undefined ? (command === undefined ? (image.cmd ?? []) : []) : expanded(args)),
  ];
}
