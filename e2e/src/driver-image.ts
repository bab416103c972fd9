import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './root.ts';

/**
 * Makes the image that the Dockerfile describes where nothing runs a Dockerfile: the build of this checkout stands for its
 * first stage, and the last stage is read line by line. What it says in any other form is an error.
 */
export function makeDriverImage(name: string, state: string, kube: string): void {
  run(join(root, 'ssc'), ['--version']);
  const last =
    readFileSync(join(root, 'Dockerfile'), 'utf8')
      .split(/^FROM .*$/mu)
      .at(-1) ?? '';
  const options = last
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap(optionsOf);
  run(join(kube, 'image'), [
    ...[name, '--state', state, '--from', 'busybox:1'],
    // What the image of Node.js brings.
    ...['--program', `${process.execPath}:/usr/local/bin/node`, '--link', '/usr/bin/env:/bin/env'],
    ...options,
  ]);
}

function optionsOf(line: string): string[] {
  const copy = /^COPY --from=build \/src\/(\S+) (\S+)$/u.exec(line);
  if (copy !== null) {
    const [, source = '', target = ''] = copy;
    const kind = source.endsWith('.json') ? '--file' : '--dir';
    return [kind, `${join(root, source)}:${target}`];
  }
  const link = /^RUN ln -s (\S+) (\S+)$/u.exec(line);
  if (link !== null) return ['--link', `${link[2]}:${link[1]}`];
  const user = /^USER (\d+):\d+$/u.exec(line)?.[1];
  if (user !== undefined) return ['--user', user];
  const folder = /^WORKDIR (\S+)$/u.exec(line)?.[1];
  if (folder !== undefined) return ['--workdir', folder];
  const entry = /^ENTRYPOINT \["(\w+)"\]$/u.exec(line)?.[1];
  if (entry !== undefined) return ['--entrypoint', entry];
  throw new Error(`a line of the Dockerfile is not understood: ${line}`);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`, { cause: error });
}
