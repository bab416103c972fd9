import { createRandom, createVirtualClock, type Random, type VirtualClock } from '@ssc/clock';
import {
  bodyOf,
  createSimNetwork,
  createVolume,
  type Files,
  type Net,
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

/** What machines of a test network are like. */
export interface TestNetworkOptions {
  readonly startMs?: number;
  readonly seed?: string;
  readonly core?: Readonly<Record<string, StellarCoreOptions>>;
  /** How long a message takes. @default 1 */
  readonly latencyMs?: number;
}

/** Makes machines with these files in their folder `/cfg`; host names are the machines' names. */
export const createTestNetwork = (
  configs: Readonly<Record<string, string>>,
  options: TestNetworkOptions = {},
): TestNetwork => new MachineNetwork(configs, options);

class MachineNetwork implements TestNetwork {
  readonly clock: VirtualClock;
  readonly net: SimNetwork;
  readonly closed = new Set<string>();
  readonly #core: Readonly<Record<string, StellarCoreOptions>>;
  readonly #machines = new Map<string, Machine>();
  readonly #random: Random;
  readonly #visitor: Net;
  #started = 0;

  constructor(configs: Readonly<Record<string, string>>, options: TestNetworkOptions) {
    const { startMs = startOf2026, latencyMs = 1, seed = 'test', core = {} } = options;
    this.clock = createVirtualClock({ start: startMs });
    this.net = createSimNetwork({ clock: this.clock, latencyMs: () => latencyMs });
    this.#core = core;
    this.#random = createRandom(seed);
    for (const [name, config] of Object.entries(configs)) this.#add(name, config);
    this.#visitor = this.net.addHost('10.0.1.1').open().net;
  }

  #add(name: string, config: string): void {
    const files = createVolume({ content: { '/cfg/stellar-core.cfg': config } });
    files.makeFolder('/data');
    const host = this.net.addHost(`10.0.0.${this.#machines.size + 1}`, [name]);
    this.#machines.set(name, { name, files, host, log: '', running: undefined });
  }

  machine(name: string): Machine {
    const found = this.#machines.get(name);
    if (found === undefined) throw new Error(`no machine ${name}`);
    return found;
  }

  async command(
    name: string,
    ...words: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const printed = { stdout: '', stderr: '' };
    const running = this.#launch(this.machine(name), words, (stream, text) => {
      printed[stream] += text;
    });
    return { code: await running.exited, ...printed };
  }

  start(name: string, ...words: string[]): void {
    const machine = this.machine(name);
    machine.running = this.#launch(machine, ['run', '--console', ...words], (stream, text) => {
      if (stream === 'stderr') machine.log += text;
    });
  }

  #launch(
    { name, files, host }: Machine,
    words: readonly string[],
    print: (stream: 'stdout' | 'stderr', text: string) => void,
  ): RunningProgram {
    const filesOf = (other: string): Files | undefined =>
      this.closed.has(other) ? undefined : this.#machines.get(other)?.files;
    return startProgram(programsOf(this.#core[name], filesOf), {
      argv: ['stellar-core', ...words, ...(isConfigured(words) ? conf : [])],
      cwd: '/data',
      files: files as Files,
      openNet: () => host.open(),
      clock: this.clock,
      random: this.#random.fork(`${name} ${this.#started++}`),
      stdout: (text) => print('stdout', text),
      stderr: (text) => print('stderr', text),
    });
  }

  async ask(name: string, path: string): Promise<string | undefined> {
    try {
      const response = await this.#visitor.request(`http://${name}:11626${path}`);
      return Buffer.from(await bodyOf(response)).toString('utf8');
    } catch {
      return undefined;
    }
  }

  async info(name: string): Promise<Info> {
    const text = await this.ask(name, '/info');
    if (text === undefined) throw new Error(`${name} does not answer`);
    return (JSON.parse(text) as { info: Info }).info;
  }
}

/** A seed, its public key and the short name under which it is known. */
export interface NodeKey {
  readonly name: string;
  readonly seed: string;
  readonly publicKey: string;
}
