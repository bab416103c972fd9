import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import nodePath from 'node:path';
import process from 'node:process';
import type { Repository } from './repository.ts';

/** How a block of commands ended, and all that it printed. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Somebody with a checkout and a home. */
export interface Reader {
  readonly checkout: string;
  readonly home: string;
  /** Runs commands in the checkout, as a shell that stops at the first that fails. */
  run(script: string): Promise<Ran>;
  /** Ends what the commands left running, and removes all of it. */
  close(): Promise<void>;
}

/** What a reader is made of. */
export interface ReaderOptions {
  /** The folder of a bundle of ssc, made from the sources as they are. See tools/stage.ts. */
  readonly ssc: string;
  /** Variables beside those of every reader. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Makes a reader. The checkout is a copy of the sources, so that commands may write into it. Its `./ssc` is built already; once a
 * source has changed it runs the sources as they are.
 */
export function openReader(
  repository: Pick<Repository, 'root' | 'files'>,
  { ssc, environment = {} }: ReaderOptions,
): Reader {
  const folder = realpathSync(mkdtempSync(nodePath.join(tmpdir(), 'ssc-reader-')));
  const [checkout, home, temporary] = ['ssc', 'home', 'tmp'].map((name) =>
    nodePath.join(folder, name),
  ) as [string, string, string];
  checkOut(repository, checkout);
  mkdirSync(temporary);
  mkdirSync(home);
  const built = nodePath.join(folder, 'built');
  writeFileSync(built, '');
  write(nodePath.join(checkout, 'ssc'), launcher({ checkout, built, ssc }), 0o755);
  const env = {
    PATH: `${nodePath.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    TMPDIR: temporary,
    // A shell of a person, not of a test.
    npm_config_update_notifier: 'false',
    pnpm_config_verify_deps_before_run: 'false',
    ...environment,
  };
  let runs = 0;
  const run = (script: string): Promise<Ran> => {
    runs += 1;
    return runShell(script, { cwd: checkout, env }, nodePath.join(folder, `printed-${runs}`));
  };
  return {
    checkout,
    home,
    run,
    async close() {
      await run('./ssc down || true');
      for (const pid of startedIn(temporary)) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Copies what readers see of a repository, and links the packages that are installed for it. */
function checkOut({ root, files }: Pick<Repository, 'root' | 'files'>, checkout: string): void {
  for (const { path, text } of files)
    if (/^(packages|apps|docs)\/|^[^/]+$/.test(path))
      write(nodePath.join(checkout, path), text, path === 'test' ? 0o755 : 0o644);
  for (const group of ['packages', 'apps'])
    for (const name of readdirSync(nodePath.join(checkout, group)))
      linkDependencies(root, checkout, `${group}/${name}`);
  linkModules(nodePath.join(root, 'node_modules'), nodePath.join(checkout, 'node_modules'), {});
}

/** `./ssc`: the bundle, or the sources once one of them is newer than `built`. */
const launcher = ({ checkout, built, ssc }: Record<'checkout' | 'built' | 'ssc', string>): string =>
  `#!/bin/sh
changed=$(find "${checkout}/packages" "${checkout}/apps" -name '*.ts' -newer "${built}")
[ -z "$changed" ] || exec "${process.execPath}" --conditions=@ssc/source "${checkout}/apps/ssc-cli/bin/dev.ts" "$@"
exec "${process.execPath}" "${ssc}/bin/ssc.js" "$@"
`;

/**
 * Runs a script with its output in the file `printed`: what was written when the shell ends stands there. A pipe may have to be read
 * after that, and what was started to stay may keep it open.
 */
function runShell(
  script: string,
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  printed: string,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const file = openSync(printed, 'a');
    const child = spawn('sh', ['-euc', `exec 2>&1\n${script}`], {
      ...place,
      detached: true,
      stdio: ['ignore', file, 'inherit'],
    });
    closeSync(file);
    const limit = setTimeout(() => {
      appendFileSync(printed, `\nended after ${longestMinutes} minutes\n`);
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    }, longestMinutes * 60_000);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(limit);
      resolve({ code, output: readFileSync(printed, 'utf8') });
    });
  });
}

// Within the limit of a test, so that what a block had printed is told.
const longestMinutes = 20;

/** Processes that have the reader's folder for temporary files in their environment, where the system tells. */
function startedIn(temporary: string): number[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${temporary}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/**
 * Puts core-sim's executable where the documents have a stellar-core that was just compiled, `~/stellar-core/src/stellar-core`: its
 * bundle, so that it starts as fast as one.
 */
export function bringCore(bundle: string, { home }: Reader): void {
  write(
    nodePath.join(home, 'stellar-core/src/stellar-core'),
    `#!/bin/sh\nexec "${process.execPath}" "${bundle}/bin/core-sim.js" "$@"\n`,
    0o755,
  );
}

function write(path: string, text: string, mode: number): void {
  mkdirSync(nodePath.dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** What a package manager does: packages of the workspace are those of the copy, all others the ones that are installed. */
function linkDependencies(root: string, checkout: string, path: string): void {
  const installed = nodePath.join(root, path, 'node_modules');
  if (!existsSync(installed)) return;
  linkModules(installed, nodePath.join(checkout, path, 'node_modules'), {
    [`${root}/packages/`]: `${checkout}/packages/`,
    [`${root}/apps/`]: `${checkout}/apps/`,
  });
}

function linkModules(from: string, to: string, moved: Readonly<Record<string, string>>): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const source = nodePath.join(from, name);
    const link = nodePath.join(to, name);
    if (name === '.bin') symlinkSync(source, link);
    else if (name.startsWith('@')) linkModules(source, link, moved);
    else if (!name.startsWith('.')) symlinkSync(movedTo(realpathSync(source), moved), link);
  }
}

function movedTo(target: string, moved: Readonly<Record<string, string>>): string {
  const prefix = Object.keys(moved).find((one) => target.startsWith(one));
  return prefix === undefined ? target : `${moved[prefix]}${target.slice(prefix.length)}`;
}
