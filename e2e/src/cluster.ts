import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { makeDriverImage } from './driver-image.ts';

export const root = join(import.meta.dirname, '../..');
/** Where a Kubernetes that starts in seconds stands beside the checkout, on machines that have one. */
const besideFolder = join(root, '../shared/kube');
const statePrefix = 'ssc-e2e-';

/** A cluster that tests may use. */
export interface TestCluster {
  readonly kubeconfig: string;
  /** The program that speaks to it. */
  readonly kubectl: string;
  /** In words, for the closing line. */
  readonly origin: string;
  /** The very Kubernetes that kube-local is modelled on: 1.33 with machines on which nothing runs. */
  readonly isModel: boolean;
  /** Images of nodes, where the cluster has them. */
  readonly images: TestImages | undefined;
  /** Where an ingress controller with the Gateway API listens, where there is one. */
  readonly entry: TestEntry | undefined;
  /** Ends the cluster if these tests started it. */
  close(): void;
}

/** An ingress controller that serves the cluster's default class of Ingresses, and a class of Gateways. */
export interface TestEntry {
  readonly address: string;
  readonly port: number;
  readonly gatewayClass: string;
}

/** Images that pods of missions are made from. */
export interface TestImages {
  readonly core: string;
  readonly history: string;
  /** Whether the nodes are core-sim; undefined: they say it themselves. */
  readonly areSimulated?: true;
  /** ssc itself, where it could be made. */
  readonly driver?: string;
  /** An older stellar-core, for missions that mix versions. */
  readonly old?: string;
  /** Debian's own postgres, with the user 999 of the official images, where this machine has it. */
  readonly postgres?: string;
  /** `tc` and `getent`, which delay packets, where this machine has them. */
  readonly netdelay?: string;
  /** Images of nodes that go wrong, where they could be made. */
  readonly faulty?: FaultyImages;
}

export interface FaultyImages {
  /** `new-db` ends with exit code 1. */
  readonly preparation: string;
  /** `run` ends with exit code 134 after some seconds. */
  readonly crash: string;
  /** `run` takes more and more memory. */
  readonly memory: string;
  /** The admin port is another one than that which the readiness probe asks. */
  readonly elsewhere: string;
  /** `run` of the first node writes a megabyte a second: `ssc-line N xxx…`. */
  readonly chatty: string;
}

/** What of a cluster can be handed to the processes in which tests run. */
export const toProvided = ({ kubeconfig, kubectl, images, entry, isModel }: TestCluster) => ({
  kubeconfig,
  kubectl,
  images,
  entry,
  isModel,
});

/** Why there is no cluster. */
export interface NoCluster {
  readonly reason: string;
}

/** What the cluster must be able to do. */
export interface ClusterNeeds {
  /** A machine that runs containers; else machines that only say so. */
  readonly runsContainers: boolean;
  /** How many machines that only say so. @default 3 */
  readonly fakeMachines?: number;
}

/**
 * The cluster that SSC_E2E_KUBECONFIG names (with SSC_E2E_IMAGE, SSC_E2E_OLD_IMAGE and SSC_E2E_HISTORY_IMAGE for its nodes), or one that is started
 * here from ../shared/kube, where that stands beside the checkout. One that is there and does not start is an error.
 */
export async function openTestCluster(needs: ClusterNeeds): Promise<TestCluster | NoCluster> {
  const {
    SSC_E2E_KUBECONFIG: kubeconfig,
    SSC_E2E_IMAGE: core,
    SSC_E2E_DRIVER_IMAGE: driver,
  } = process.env;
  if (kubeconfig !== undefined) {
    const history = process.env['SSC_E2E_HISTORY_IMAGE'] ?? 'nginx';
    const old = process.env['SSC_E2E_OLD_IMAGE'];
    return {
      kubeconfig,
      kubectl: 'kubectl',
      origin: 'SSC_E2E_KUBECONFIG',
      isModel: false,
      images:
        core === undefined
          ? undefined
          : {
              core,
              history,
              ...(driver !== undefined && { driver }),
              ...(old !== undefined && { old }),
            },
      entry: entryOf(process.env['SSC_E2E_ENTRY'], process.env['SSC_E2E_GATEWAY_CLASS']),
      close() {},
    };
  }
  if (!existsSync(join(besideFolder, 'up')))
    return { reason: 'SSC_E2E_KUBECONFIG is not set, and ../shared/kube is not there' };
  return startBeside(needs);
}

async function startBeside({
  runsContainers,
  fakeMachines = 3,
}: ClusterNeeds): Promise<TestCluster> {
  removeLeftBehind();
  const state = join(tmpdir(), `${statePrefix}${process.pid}-${runsContainers ? 'real' : 'fake'}`);
  mkdirSync(state);
  const close = (): void => {
    process.off('exit', close);
    stop(state);
  };
  process.on('exit', close);
  try {
    const kind = runsContainers ? ['--real'] : ['--fake', String(fakeMachines)];
    // Without it there are no Ingresses that anybody takes, and no HTTPRoutes at all.
    const said = await start(state, [...kind, '--ingress', '0']);
    const port = /ingress on 127\.0\.0\.1:(\d+)/u.exec(said)?.[1];
    const images = runsContainers ? makeImages(state) : undefined;
    return {
      kubeconfig: join(state, 'kubeconfig'),
      kubectl: join(besideFolder, 'kubectl'),
      origin: '../shared/kube',
      isModel: !runsContainers,
      images,
      entry: entryOf(port === undefined ? undefined : `127.0.0.1:${port}`, 'kubebox'),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function entryOf(at: string | undefined, gatewayClass = ''): TestEntry | undefined {
  if (at === undefined) return undefined;
  const colon = at.lastIndexOf(':');
  return { address: at.slice(0, colon), port: Number(at.slice(colon + 1)), gatewayClass };
}

/** Ends clusters of test runs that were killed. */
function removeLeftBehind(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${statePrefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) stop(join(tmpdir(), name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const stop = (state: string): void =>
  void spawnSync(join(besideFolder, 'down'), [state, '--purge'], { stdio: 'ignore' });

const patienceMs = 30_000;

/** Starts it; gives what was said meanwhile. */
function start(state: string, kind: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const up = spawn(join(besideFolder, 'up'), [state, ...kind], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    up.stderr.on('data', (part: Buffer) => {
      said += part.toString();
    });
    const notice = setTimeout(
      () => process.stderr.write('../shared/kube is being built; the first time takes a while\n'),
      patienceMs,
    );
    up.on('error', reject);
    up.on('close', (code) => {
      clearTimeout(notice);
      if (code === 0) resolve(said);
      else
        reject(
          new Error(`../shared/kube/up ended with ${code}, so the real API was not used:\n${said}`),
        );
    });
  });
}

/** Makes the images of nodes from core-sim as it stands in the sources, and from this machine's nginx and curl. */
function makeImages(state: string): TestImages {
  const [nginx, curl] = [findProgram('nginx', 'nginx-light'), findProgram('curl', 'curl')];
  const folder = mkdtempSync(join(tmpdir(), 'ssc-image-'));
  // A folder below: that one may be read by its owner alone, and the nodes are somebody else.
  const staged = join(folder, 'core-sim');
  try {
    run(process.execPath, [join(root, 'apps/core-sim/scripts/stage.ts'), staged]);
    const image = (name: string, ...options: readonly string[]): void =>
      run(join(besideFolder, 'image'), [name, '--state', state, '--from', 'busybox:1', ...options]);
    image(
      'core-sim:e2e',
      ...['--program', `${process.execPath}:/usr/bin/node`],
      ...['--program', `${curl}:/usr/bin/curl`],
      ...['--dir', `${staged}:/opt/core-sim`],
      ...['--link', `/usr/bin/stellar-core:${coreProgram}`],
      // Where the first line of core-sim.js looks for it.
      ...['--link', '/usr/bin/env:/bin/env'],
    );
    const passwd = join(folder, 'passwd');
    writeFileSync(passwd, users, { mode: 0o644 });
    const group = join(folder, 'group');
    writeFileSync(group, 'root:x:0:\n', { mode: 0o644 });
    image(
      'nginx:e2e',
      ...['--program', `${nginx}:/usr/bin/nginx`],
      ...['--file', `${passwd}:/etc/passwd`, '--file', `${group}:/etc/group`],
    );
    const other = (name: string, lines: string): string => {
      const script = join(folder, name);
      writeFileSync(script, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
      const made = `core-sim-${name}:e2e`;
      const options = ['--from', 'core-sim:e2e', '--file', `${script}:/usr/bin/stellar-core`];
      run(join(besideFolder, 'image'), [made, '--state', state, ...options]);
      return made;
    };
    const faulty = (name: keyof typeof faults): string =>
      other(name, `${faults[name]}\nexec ${coreProgram} "$@"`);
    makeDriverImage('ssc:e2e', state, besideFolder);
    const postgres = makePostgres(passwd, image);
    const tc = lookForProgram('tc');
    if (tc !== undefined)
      image('netdelay:e2e', '--program', `${tc}:/usr/bin/tc`, '--program', '/usr/bin/getent');
    return {
      core: 'core-sim:e2e',
      history: 'nginx:e2e',
      areSimulated: true,
      old: other('old', `exec ${oldCoreProgram} "$@"`),
      driver: 'ssc:e2e',
      ...(postgres !== undefined && { postgres }),
      ...(tc !== undefined && { netdelay: 'netdelay:e2e' }),
      faulty: {
        preparation: faulty('preparation'),
        crash: faulty('crash'),
        memory: faulty('memory'),
        chatty: faulty('chatty'),
        elsewhere: faulty('elsewhere'),
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Programs that change their user look for its name.
const users = 'root:x:0:0::/:/bin/sh\npostgres:x:999:999::/:/bin/sh\n';

type MakeImage = (name: string, ...options: readonly string[]) => void;

/** The newest postgres that Debian has put on this machine, as an image whose user 999 is postgres. */
function makePostgres(passwd: string, image: MakeImage): string | undefined {
  const base = '/usr/lib/postgresql';
  const version = existsSync(base)
    ? readdirSync(base)
        .filter((name) => existsSync(join(base, name, 'bin/initdb')))
        .sort((a, b) => Number(b) - Number(a))[0]
    : undefined;
  if (version === undefined) return undefined;
  const bin = `${base}/${version}/bin`;
  const programs = ['postgres', 'initdb', 'pg_isready', 'createdb', 'pg_dump'];
  image(
    'postgres:e2e',
    ...programs.flatMap((name) => ['--program', `${bin}/${name}:${bin}/${name}`]),
    ...['--dir', `${base}/${version}/lib:${base}/${version}/lib`],
    ...['--dir', `/usr/share/postgresql/${version}:/usr/share/postgresql/${version}`],
    ...['--dir', '/usr/share/zoneinfo:/usr/share/zoneinfo'],
    ...['--file', `${passwd}:/etc/passwd`],
    ...['--env', `PATH=${bin}:/usr/bin:/bin`],
  );
  return 'postgres:e2e';
}

const coreProgram = '/opt/core-sim/bin/core-sim.js';
const oldCoreProgram = '/opt/core-sim/bin/core-sim-old.js';

/** What a shell does before the program, to go wrong. */
const faults = {
  preparation: '[ "$1" = new-db ] && { echo "disk quota exceeded" >&2; exit 1; }',
  crash: `[ "$1" = run ] && {
  ${coreProgram} "$@" & node=$!
  sleep 8
  kill -9 $node
  echo "terminate called after throwing an instance of 'std::runtime_error'" >&2
  exit 134
}`,
  // The configuration is mounted to be read only.
  elsewhere: `case $1-$HOSTNAME in run-*-core-1 | http-command-*-core-1)
  { echo 'HTTP_PORT = 11699'; cat "/cfg/$HOSTNAME.cfg"; } > /tmp/elsewhere.cfg
  for word; do shift; case $word in /cfg/*) word=/tmp/elsewhere.cfg ;; esac; set -- "$@" "$word"; done
esac`,
  // Less than a page at once: what two processes write to one pipe is not mixed then.
  chatty: `case $1-$HOSTNAME in run-*-core-0) node -e '
  let n = 0;
  const three = () => Array.from({ length: 3 }, () => "ssc-line " + n++ + " " + "x".repeat(1000));
  setInterval(() => {
    for (let i = 0; i < 30; i++) process.stderr.write(three().join("\\n") + "\\n");
  }, 100)' &
esac`,
  memory: `[ "$1" = run ] && exec node -e 'for (const kept = []; ; ) kept.push(Buffer.alloc(1 << 24, 1))'`,
} as const;

function lookForProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function findProgram(name: string, debianPackage: string): string {
  const found = lookForProgram(name);
  if (found === undefined)
    throw new Error(`${name} is missing on this machine: apt-get install ${debianPackage}`);
  return found;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`, { cause: error });
}
