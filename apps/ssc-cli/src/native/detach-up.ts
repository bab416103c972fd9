import { spawn } from 'node:child_process';
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
  const folder = sitesFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = join(folder, `up-${Buffer.from(host.randomBytes(6)).toString('hex')}`);
  const files = [`${name}.out`, `${name}.err`] as const;
  const [output, complaint] = files.map((file) => openSync(file, 'wx', 0o600)) as [number, number];
  const [file = '', ...first] = host.self;
  // What stands in the environment and in ssc.toml it finds there itself.
  const flags = [...given].flatMap(([name, { from, text }]) =>
    from === 'flag' ? [`--${flagOf(name)}=${text}`] : [],
  );
  const child = spawn(file, [...first, 'up', '--foreground', ...flags], {
    stdio: ['ignore', output, complaint],
    detached: true,
  });
  let ended: number | undefined;
  child.on('error', (error) => {
    writeSync(complaint, `${error.message}\n`);
    ended = 3;
  });
  child.on('exit', (code) => {
    ended = code ?? 3;
  });
  let signal: keyof typeof signalCodes | undefined;
  const stopListening = host.onSignal((name) => {
    child.kill(signal === undefined ? 'SIGTERM' : 'SIGKILL');
    signal = name;
  });
  const until = clock.now() + upWithinMs;
  let told = 0;
  try {
    for (;;) {
      const isOver = ended !== undefined;
      const printed = readFileSync(files[0], 'utf8');
      if (printed.length > told) host.out(printed.slice(told));
      told = printed.length;
      if (signal === undefined && /^end it with: /mu.test(printed)) {
        child.unref();
        return 0;
      }
      if (isOver) {
        host.err(readFileSync(files[1], 'utf8'));
        if (signal !== undefined) return signalCodes[signal];
        return ended === 0 ? 3 : (ended ?? 3);
      }
      if (clock.now() > until) {
        child.kill('SIGTERM');
        throw new SscError({
          problem: { code: 'SSC_UP_LATE' },
          verdict: 'broken',
          summary: 'the network was not up within ten minutes, and was told to end',
        });
      }
      await clock.sleep(50);
    }
  } finally {
    stopListening();
    for (const one of [output, complaint]) closeSync(one);
    // Nobody reads them any more: the driver keeps its ends open, and the files go with it.
    for (const one of files) rmSync(one, { force: true });
  }
}
