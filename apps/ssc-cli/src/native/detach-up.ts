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

/** Starts `ssc up --foreground` in a session of its own, and waits until its network is up. Gives the exit code. */
export async function detachUp(host: Host, given: Input['given']): Promise<number> {
  const { clock } = host;
  const folder = sitesFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = join(folder, `up-${Buffer.from(host.randomBytes(6)).toString('hex')}.log`);
  const output = openSync(log, 'wx', 0o600);
  const [file = '', ...first] = host.self;
  // What stands in the environment and in ssc.toml it finds there itself.
  const flags = [...given].flatMap(([name, { from, text }]) =>
    from === 'flag' ? [`--${flagOf(name)}=${text}`] : [],
  );
  const child = spawn(file, [...first, 'up', '--foreground', ...flags], {
    stdio: ['ignore', output, output],
    detached: true,
  });
  let ended: number | undefined;
  child.on('error', (error) => {
    writeSync(output, `${error.message}\n`);
    ended = 3;
  });
  child.on('exit', (code) => {
    ended = code ?? 3;
  });
  const until = clock.now() + upWithinMs;
  for (;;) {
    const printed = readFileSync(log, 'utf8');
    const isUp = /^end it with: /mu.test(printed);
    if (isUp || ended !== undefined) {
      (isUp ? host.out : host.err)(printed);
      closeSync(output);
      child.unref();
      // Nobody reads it any more: the driver keeps its end open, and the file goes with it.
      rmSync(log, { force: true });
      return isUp ? 0 : ended === 0 ? 3 : (ended ?? 3);
    }
    if (clock.now() > until) {
      child.kill('SIGTERM');
      throw new SscError({
        problem: { code: 'SSC_UP_LATE' },
        verdict: 'broken',
        summary: 'the network was not up within ten minutes, and was told to end',
        facts: [['Printed', printed.trim() || 'nothing']],
      });
    }
    await clock.sleep(50);
  }
}
