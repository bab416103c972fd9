import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import {
  bodyOf,
  createSimNetwork,
  createVolume,
  type Files,
  type Program,
  type Programs,
  type RunningProgram,
  resolvePath,
  type SimHost,
  type SimNetwork,
  startProgram,
  type Volume,
} from '@ssc/process';
import { createStellarCore, type StellarCoreOptions } from '../src/index.ts';

/** `cp FROM TO`: what archives are kept with. */
const cp: Program = async (self) => {
  const [, from = '', to = ''] = self.argv;
  try {
    self.files.write(resolvePath(to, self.cwd), self.files.read(resolvePath(from, self.cwd)));
    return 0;
  } catch {
    self.stderr(`cp: cannot stat '${from}': No such file or directory\n`);
    return 1;
  }
};

/** `mkdir -p FOLDER` */
const mkdir: Program = async (self) => {
  self.files.makeFolder(resolvePath(self.argv.at(-1) ?? '', self.cwd));
  return 0;
};

/** `scp [--corrupt] MACHINE:FROM TO`: how a node reads what another one keeps. */
const scp =
  (filesOf: (machine: string) => Files | undefined): Program =>
  async (self) => {
    const isCorrupt = self.argv.includes('--corrupt');
    const [from = '', to = ''] = self.argv.slice(isCorrupt ? 2 : 1);
    const [machine = '', path = ''] = from.split(':');
    const files = filesOf(machine);
    if (files?.info(path) === undefined) {
      self.stderr(`scp: ${from}: No such file or directory\n`);
      return 1;
    }
    const bytes = files.read(path).slice();
    if (isCorrupt && path.endsWith('.gz')) bytes[bytes.length >> 1] = 0;
    self.files.write(resolvePath(to, self.cwd), bytes);
    return 0;
  };

const programsOf = (
  core: StellarCoreOptions | undefined,
  filesOf: (machine: string) => Files | undefined,
): Programs => ({
  'stellar-core': createStellarCore(core),
  cp,
  mkdir,
  scp: scp(filesOf),
});

const conf = ['--conf', '/cfg/stellar-core.cfg'];
const isConfigured = (words: readonly string[]): boolean =>
  !words.includes('version') && !words.includes('help');

/** One machine with a node's configuration and data. */
export interface Machine {
  readonly name: string;
  readonly files: Volume;
  readonly host: SimHost;
  /** All that stderr got. */
  log: string;
  running: RunningProgram | undefined;
}

/** A network of machines on virtual time. */
export interface TestNetwork {
  readonly clock: VirtualClock;
  readonly net: SimNetwork;
  machine(name: string): Machine;
  /** Runs a command of stellar-core to its end. */
  command(
    name: string,
    ...words: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Starts `run`. */
  start(name: string, ...options: string[]): void;
  /** The text of a reply of the admin port; undefined when nobody answers. */
  ask(name: string, path: string): Promise<string | undefined>;
  info(name: string): Promise<Info>;
  /** Machines from which nobody can copy files at present. */
  readonly closed: Set<string>;
}

/** What the tests read of `/info`. */
export interface Info {
  readonly state: string;
  readonly build: string;
  readonly ledger: {
    readonly num: number;
    readonly hash: string;
    readonly version: number;
    readonly age: number;
    readonly closeTime: number;
    readonly baseFee: number;
    readonly maxSorobanTxSetSize?: number;
  };
  readonly peers: { readonly authenticated_count: number };
  readonly quorum: { readonly qset: { readonly agree?: number; readonly phase?: string } };
  readonly status?: readonly string[];
}

export const startOf2026 = Date.UTC(2026, 10, 22, 13, 20, 57);

/** Makes machines with these files in their folder `/cfg`; host names are the machines' names. */
export function createTestNetwork(
  configs: Readonly<Record<string, string>>,
  options: {
    readonly startMs?: number;
    readonly seed?: string;
    readonly core?: Readonly<Record<string, StellarCoreOptions>>;
    /** How long a message takes. @default 1 */
    readonly latencyMs?: number;
  } = {},
): TestNetwork {
  const clock = createVirtualClock({ start: options.startMs ?? startOf2026 });
  const net = createSimNetwork({ clock, latencyMs: () => options.latencyMs ?? 1 });
  const machines = new Map<string, Machine>();
  Object.entries(configs).forEach(([name, config], i) => {
    const files = createVolume({ content: { '/cfg/stellar-core.cfg': config } });
    files.makeFolder('/data');
    const host = net.addHost(`10.0.0.${i + 1}`, [name]);
    machines.set(name, { name, files, host, log: '', running: undefined });
  });
  const randoms = createRandom(options.seed ?? 'test');
  let started = 0;
  const closed = new Set<string>();
  const filesOf = (name: string): Files | undefined =>
    closed.has(name) ? undefined : machines.get(name)?.files;
  const machine = (name: string): Machine => {
    const found = machines.get(name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  };
  const launch = (
    { name, files, host }: Machine,
    words: readonly string[],
    stdout: (text: string) => void,
    stderr: (text: string) => void,
  ): RunningProgram =>
    startProgram(programsOf(options.core?.[name], filesOf), {
      argv: ['stellar-core', ...words, ...(isConfigured(words) ? conf : [])],
      cwd: '/data',
      files: files as Files,
      openNet: () => host.open(),
      clock,
      random: randoms.fork(`${name} ${started++}`),
      stdout,
      stderr,
    });
  const visitor = net.addHost('10.0.1.1').open().net;
  const ask = async (name: string, path: string): Promise<string | undefined> => {
    try {
      const response = await visitor.request(`http://${name}:11626${path}`);
      return Buffer.from(await bodyOf(response)).toString('utf8');
    } catch {
      return undefined;
    }
  };
  return {
    clock,
    net,
    machine,
    closed,
    async command(name, ...words) {
      let [stdout, stderr] = ['', ''];
      const running = launch(
        machine(name),
        words,
        (text) => {
          stdout += text;
        },
        (text) => {
          stderr += text;
        },
      );
      return { code: await running.exited, stdout, stderr };
    },
    start(name, ...words) {
      const target = machine(name);
      target.running = launch(
        target,
        ['run', '--console', ...words],
        () => {},
        (text) => {
          target.log += text;
        },
      );
    },
    ask,
    async info(name) {
      const text = await ask(name, '/info');
      if (text === undefined) throw new Error(`${name} does not answer`);
      return (JSON.parse(text) as { info: Info }).info;
    },
  };
}

/** A seed, its public key and the short name under which it is known. */
export interface NodeKey {
  readonly name: string;
  readonly seed: string;
  readonly publicKey: string;
}
