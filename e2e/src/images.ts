import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { stageApp } from '../../tools/stage.ts';
import { makeDriverImage } from './driver-image.ts';

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
  /** Gives the metrics of stellar-core to Prometheus, where it could be made. */
  readonly exporter?: string;
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

/** Makes the images of nodes from core-sim as it stands in the sources, and from this machine's nginx and curl. */
export function makeImages(state: string, kube: string): TestImages {
  const [nginx, curl] = [findProgram('nginx', 'nginx-light'), findProgram('curl', 'curl')];
  const folder = mkdtempSync(join(tmpdir(), 'ssc-image-'));
  // A folder below: that one may be read by its owner alone, and the nodes are somebody else.
  const staged = join(folder, 'core-sim');
  try {
    stageApp('core-sim', staged);
    const image = (name: string, ...options: readonly string[]): void =>
      run(join(kube, 'image'), [name, '--state', state, '--from', 'busybox:1', ...options]);
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
      run(join(kube, 'image'), [made, '--state', state, ...options]);
      return made;
    };
    const faulty = (name: keyof typeof faults): string =>
      other(name, `${faults[name]}\nexec ${coreProgram} "$@"`);
    const exporter = join(folder, 'exporter');
    writeFileSync(exporter, exporterProgram, { mode: 0o755 });
    run(join(kube, 'image'), [
      ...['exporter:e2e', '--state', state, '--from', 'core-sim:e2e'],
      ...['--file', `${exporter}:/usr/bin/exporter`, '--entrypoint', '/usr/bin/exporter'],
    ]);
    makeDriverImage('ssc:e2e', state, kube);
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
      exporter: 'exporter:e2e',
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

/** Does what stellar/stellar-core-prometheus-exporter does, of a few metrics: each answer is a question to the admin port. */
const exporterProgram = `#!/usr/bin/env node
const http = require('node:http');
const lines = ({ metrics }) =>
  Object.entries(metrics)
    .filter(([, { count }]) => count !== undefined)
    .map(([name, { count }]) => \`stellar_core_\${name.replace(/\\W/g, '_')}_count \${count}\`);
http
  .createServer((_, response) =>
    http.get('http://127.0.0.1:11626/metrics', async (core) => {
      const text = Buffer.concat(await core.toArray()).toString();
      response.end(lines(JSON.parse(text)).concat('').join('\\n'));
    }),
  )
  .listen(9473);
`;

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
