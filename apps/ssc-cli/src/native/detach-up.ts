import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SscError } from '@ssc/errors';
import { flagOf } from '@ssc/missions';
import type { Host } from '../host.ts';
import type { Input } from '../options/input.ts';
import { sitesFolder } from './site.ts';

// A network starts in seconds; its upgrade takes a quarter of a minute more.
const upWithinMs = 10 * 60_000;

const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Starts `ssc up --foreground` in a session of its own, and waits until its network is up. Gives the exit code. Who loses patience ends
 * what was started, too: a second signal does it at once.
 */
export async function detachUp(host: Host, given: Input['given']): Promise<number> {
  const { clock } = host;
  // What stands in the environment and in ssc.toml it finds there itself.
  const flags = [...given].flatMap(([name, { from, text }]) =>
    from === 'flag' ? [`--${flagOf(name)}=${text}`] : [],
  );
  const starting = new StartingUp(host, flags);
  const stopListening = host.onSignal((signal) => starting.interrupt(signal));
  const until = clock.now() + upWithinMs;
  try {
    for (;;) {
      const code = starting.look();
      if (code !== undefined) return code;
      if (clock.now() > until) throw starting.giveUp();
      await clock.sleep(50);
    }
  } finally {
    stopListening();
    starting.forget();
  }
}

/** A process of `ssc up --foreground` whose network is not up yet. */
class StartingUp {
  readonly #host: Host;
  readonly #output: OutputFile;
  readonly #complaint: OutputFile;
  readonly #child: ChildProcess;
  /** The exit code, once it has ended. */
  #ended: number | undefined;
  #signal: keyof typeof signalCodes | undefined;
  #told = 0;

  constructor(host: Host, flags: readonly string[]) {
    this.#host = host;
    const folder = sitesFolder();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = join(folder, `up-${Buffer.from(host.randomBytes(6)).toString('hex')}`);
    this.#output = openOutput(`${name}.out`);
    this.#complaint = openOutput(`${name}.err`);
    this.#child = this.#spawn(flags);
  }

  #spawn(flags: readonly string[]): ChildProcess {
    const [file = '', ...first] = this.#host.self;
    const child = spawn(file, [...first, 'up', '--foreground', ...flags], {
      stdio: ['ignore', this.#output.descriptor, this.#complaint.descriptor],
      detached: true,
    });
    child.on('error', (error) => {
      writeSync(this.#complaint.descriptor, `${error.message}\n`);
      this.#ended = 3;
    });
    child.on('exit', (code) => {
      this.#ended = code ?? 3;
    });
    return child;
  }

  interrupt(signal: keyof typeof signalCodes): void {
    this.#child.kill(this.#signal === undefined ? 'SIGTERM' : 'SIGKILL');
    this.#signal = signal;
  }

  /** Tells what it has printed since the last look; gives an exit code once the network is up, or the process has ended. */
  look(): number | undefined {
    // Asked before the file is read: what it printed last is in there then.
    const ended = this.#ended;
    const printed = readFileSync(this.#output.path, 'utf8');
    if (printed.length > this.#told) this.#host.out(printed.slice(this.#told));
    this.#told = printed.length;
    if (this.#signal === undefined && /^end it with: /mu.test(printed)) {
      this.#child.unref();
      return 0;
    }
    if (ended === undefined) return undefined;
    this.#host.err(readFileSync(this.#complaint.path, 'utf8'));
    if (this.#signal !== undefined) return signalCodes[this.#signal];
    return ended === 0 ? 3 : ended;
  }

  /** Tells it to end; gives the error that says so. */
  giveUp(): SscError {
    this.#child.kill('SIGTERM');
    return new SscError({
      problem: { code: 'SSC_UP_LATE' },
      verdict: 'broken',
      summary: 'the network was not up within ten minutes, and was told to end',
    });
  }

  /** Nobody reads its output any more: the driver keeps its ends open, and the files go with it. */
  forget(): void {
    for (const { descriptor, path } of [this.#output, this.#complaint]) {
      closeSync(descriptor);
      rmSync(path, { force: true });
    }
  }
}

/** A file that a process of its own writes to. */
interface OutputFile {
  readonly path: string;
  readonly descriptor: number;
}

const openOutput = (path: string): OutputFile => ({
  path,
  descriptor: openSync(path, 'wx', 0o600),
});
