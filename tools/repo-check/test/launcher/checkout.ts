import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The folder of this repository. */
export const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** The programs of a plain Debian that the launcher may use; all else on its PATH is a fake. */
const coreutils = [
  ...['cat', 'chmod', 'cp', 'dirname', 'find', 'flock', 'grep', 'head', 'ln', 'mkdir', 'mktemp'],
  ...['mv', 'readlink', 'rm', 'rmdir', 'sed', 'sh', 'sleep', 'tail', 'touch', 'uname'],
];

/** What a machine has. A fake program is a shell text; it may append to "$CALLS" what it was asked. */
export interface Machine {
  /** Version of the machine's Node.js; none by default. */
  readonly node?: string;
  /** Version of the machine's pnpm; none by default. */
  readonly pnpm?: string;
  /** What npm does; `false`: there is no npm. By default it brings what the folder's manifest pins. */
  readonly npm?: string | false;
  /** What `pnpm install` does, besides being noted. */
  readonly install?: string;
  /** What `pnpm run build` does, besides being noted; by default the app gets its dist/main.js. */
  readonly build?: string;
  /** What `pnpm exec` does for a program (`turbo`, `vitest`, …), besides being noted. */
  readonly exec?: Readonly<Record<string, string>>;
  /** Programs of a plain Debian that this machine lacks. */
  readonly without?: readonly string[];
}

/** How a command ended and what it said. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  readonly ended: Promise<Outcome>;
  /** What it has said so far. */
  stderr(): string;
  /** Kills the shell alone, or it and all that it started. */
  kill(whom: 'shell' | 'all'): void;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as nobody, for whom permissions count also where tests run as root. */
  readonly unprivileged?: boolean;
}

/** A checkout with the real launcher, on a machine with fake programs. */
export interface Checkout {
  /** The checkout; its name has a space. */
  readonly root: string;
  /** The folder around it. */
  readonly around: string;
  run(command: string, args?: readonly string[], options?: RunOptions): Promise<Outcome>;
  start(command: string, args?: readonly string[], options?: RunOptions): Running;
  /** What the fakes were asked since the last call of this. */
  calls(): string[];
  /** Output with the checkout's folder named CHECKOUT. */
  plain(text: string): string;
}

const fakeNode = (version: string): string => `#!/bin/sh
echo "node $*" >>"$CALLS"
case $1 in
  --version) echo v${version} ;;
  *) echo "Node ${version}: $*"; exit "\${EXIT_CODE:-0}" ;;
esac
`;

const fakePnpm = (
  version: string,
  { install = '', build = '', exec = {} }: Machine,
): string => `#!/bin/sh
[ "$1" = --version ] || echo "pnpm $*" >>"$CALLS"
case "$1 $2" in
  --version*) echo ${version} ;;
  install*) mkdir -p node_modules; echo resolved; ${install || ':'} ;;
${Object.entries(exec)
  .map(([program, text]) => `  'exec ${program}') shift 2; ${text} ;;`)
  .join('\n')}
  'run build') ${build || 'mkdir -p dist; touch dist/main.js'} ;;
  'exec vitest') echo 3 0 1 >"$SSC_TEST_COUNTS" ;;
esac
`;

/** Stands for `npm ci`: puts the fake program where the real package would have it. */
const bringing = (machine: Machine): string => `
case $PWD in
  */tools/node)
    bin=node_modules/node-linux-$cpu/bin; mkdir -p $bin
    cat >$bin/node <<'END'
${fakeNode('24.21.0')}
END
    chmod +x $bin/node ;;
  */tools/pnpm)
    bin=node_modules/@pnpm/exe.linux-$cpu; mkdir -p $bin
    cat >$bin/pnpm <<'END'
${fakePnpm('12.21.0', machine)}
END
    chmod +x $bin/pnpm ;;
esac
echo added 1 package`;

const fakeNpm = (machine: Machine): string => `#!/bin/sh
case $PATH in *tools/node*) path=changed ;; *) path='as found' ;; esac
echo "npm $1 in tools/\${PWD##*/}, PATH $path" >>"$CALLS"
case $(uname -m) in x86_64) cpu=x64 ;; *) cpu=arm64 ;; esac
${machine.npm === undefined ? bringing(machine) : machine.npm}
`;

/** Makes a checkout that is removed when the test ends. */
export function createCheckout(machine: Machine): Checkout {
  const around = mkdtempSync(path.join(tmpdir(), 'ssc-launcher-'));
  onTestFinished(() => rmSync(around, { recursive: true, force: true }));
  chmodSync(around, 0o755);
  const root = path.join(around, 'a clone');
  const bin = path.join(around, 'bin');
  const calls = path.join(around, 'calls');
  writeFileSync(calls, '');
  chmodSync(calls, 0o666);
  layOut(root);
  mkdirSync(bin);
  equip(bin, machine);

  const start: Checkout['start'] = (command, args = [], options = {}) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { PATH: bin, CALLS: calls, HOME: around, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own, so that all of it can be killed
      ...(options.unprivileged === true && process.getuid?.() === 0 ? { uid: 65534 } : {}),
    });
    const [stdout, stderr]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ code, stdout: stdout.join(''), stderr: stderr.join('') }),
      );
    });
    const pid = child.pid ?? Number.NaN;
    return {
      ended,
      stderr: () => stderr.join(''),
      kill: (whom) => process.kill(whom === 'all' ? -pid : pid, 'SIGKILL'),
    };
  };
  return {
    root,
    around,
    start,
    run: (command, args, options) => start(command, args, options).ended,
    calls: () => {
      const lines = readFileSync(calls, 'utf8').split('\n').filter(Boolean);
      writeFileSync(calls, '');
      return lines.map((line) => line.replaceAll(root, 'CHECKOUT'));
    },
    plain: (text) => text.replaceAll(root, 'CHECKOUT').replaceAll(around, 'AROUND'),
  };
}

/** The launcher's own files as they are, and a few that stand for the rest. */
function layOut(root: string): void {
  for (const folder of ['tools/node', 'tools/pnpm', 'apps/ssc-cli/bin', 'packages/tx/src'])
    mkdirSync(path.join(root, folder), { recursive: true });
  for (const file of ['ssc', 'test', 'tools/env.sh', 'package.json', '.ci/run']) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    copyFileSync(path.join(repository, file), path.join(root, file));
  }
  const stand = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tsconfig.base.json', 'tsup.shared.ts'];
  for (const file of [...stand, 'turbo.json', 'packages/tx/src/index.ts', 'packages/tx/README.md'])
    writeFileSync(path.join(root, file), '');
  writeFileSync(path.join(root, 'apps/ssc-cli/bin/ssc.js'), '');
}

function equip(bin: string, machine: Machine): void {
  for (const name of coreutils) {
    if (machine.without?.includes(name)) continue;
    const found = ['/usr/bin', '/bin'].map((folder) => path.join(folder, name)).find(existsSync);
    if (found !== undefined) symlinkSync(found, path.join(bin, name));
  }
  const add = (name: string, text: string): void =>
    writeFileSync(path.join(bin, name), text, { mode: 0o755 });
  if (machine.node !== undefined) add('node', fakeNode(machine.node));
  if (machine.pnpm !== undefined) add('pnpm', fakePnpm(machine.pnpm, machine));
  if (machine.npm !== false) add('npm', fakeNpm(machine));
}
