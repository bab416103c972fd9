import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import { type CoreClient, createCoreClient } from '@ssc/core-http';
import { MockAgent } from 'undici';
import { CoreSetHandle, type CoreSetHandleOptions } from '../../src/core-set/core-set-handle.ts';

/** What a scripted node does otherwise than a sound one. */
export interface Script {
  /** Seconds by which its ledger is behind. */
  readonly behind?: number;
  readonly protocol?: number;
  /** It does not take the ledger that has the settings. */
  readonly ignoresSettings?: boolean;
  /** It takes no set, as if a value in it were out of bounds. */
  readonly refusesSettings?: boolean;
  /** The mode of the load that fails. */
  readonly failsLoad?: string;
}

/** Three scripted nodes: answers as those that were recorded, for what changing settings and loads ask. */
export interface SorobanNetwork {
  readonly clock: VirtualClock;
  readonly core: CoreSetHandle;
  /** What was asked to happen, in order. @example "core-0 generateload?mode=upgrade_setup" */
  readonly acts: readonly string[];
}

const names = ['core-0', 'core-1', 'core-2'];
const runSeconds = 3;

/** The limits that a ledger begins with at protocol 23 and above, by core's names. */
const initialLimits = {
  fee_contract_events_size_1kb: 200,
  fee_historical_1kb: 100,
  fee_rate_per_instructions_increment: 100,
  fee_read_1kb: 1000,
  fee_read_ledger_entry: 5000,
  fee_transaction_size_1kb: 2000,
  fee_write_1kb: 1000,
  fee_write_ledger_entry: 20_000,
  ledger: {
    max_instructions: 2_500_000,
    max_read_bytes: 3200,
    max_read_ledger_entries: 3,
    max_tx_count: 1,
    max_tx_size_bytes: 10_000,
    max_write_bytes: 3200,
    max_write_ledger_entries: 2,
  },
  max_contract_data_entry_size: 2000,
  max_contract_data_key_size: 200,
  max_contract_size: 2000,
  state_archival: {
    average_bucket_list_size: 0,
    bucket_list_size_snapshot_period: 30,
    bucketlist_size_window_sample_size: 30,
    eviction_scan_size: 100_000,
    max_entries_to_archive: 100,
    max_entry_ttl: 1_054_080,
    min_persistent_ttl: 4096,
    min_temporary_ttl: 16,
    persistent_rent_rate_denominator: 1215,
    starting_eviction_scan_level: 6,
    temp_rent_rate_denominator: 2430,
  },
  tx: {
    max_contract_events_size_bytes: 200,
    max_instructions: 2_500_000,
    max_read_bytes: 3200,
    max_read_ledger_entries: 3,
    max_size_bytes: 10_000,
    max_write_bytes: 3200,
    max_write_ledger_entries: 2,
    memory_limit: 2_000_000,
  },
};

/** The limits of a ledger that these tests change, by the parameters of `create_upgrade`. */
const limitOf: Readonly<Record<string, keyof typeof initialLimits.ledger>> = {
  ldgrmxinstrc: 'max_instructions',
  ldgrmxrdbyt: 'max_read_bytes',
  ldgrmxwrbyt: 'max_write_bytes',
  ldgrmxtxcnt: 'max_tx_count',
  ldgrmxrdntry: 'max_read_ledger_entries',
  ldgrmxwrntry: 'max_write_ledger_entries',
  ldgrmxtxsz: 'max_tx_size_bytes',
};

interface Stored {
  readonly limits: Readonly<Record<string, number>>;
  readonly ledger: number;
}

export function sorobanNetwork(scripts: Readonly<Record<string, Script>> = {}): SorobanNetwork {
  const clock = createVirtualClock({ start: 0 });
  const stored = new Map<string, Stored>();
  const acts: string[] = [];
  const agent = new MockAgent();
  agent.disableNetConnect();
  const nodes = names.map((name) => new ScriptedNode(clock, scripts[name] ?? {}, stored));
  for (const [i, name] of names.entries())
    agent
      .get(`http://${name}:11626`)
      .intercept({ path: () => true, method: 'GET' })
      .reply(({ path }) => {
        const url = new URL(path, 'http://node');
        const command = url.pathname.slice(1);
        if (command === 'generateload' || url.searchParams.get('mode') === 'set')
          acts.push(`${name} ${decodeURIComponent(path).slice(1)}`);
        return {
          statusCode: 200,
          data: nodes[i]?.answer(command, url.searchParams) ?? '',
          responseOptions: { headers: { 'content-type': 'application/json' } },
        };
      })
      .persist();
  const clients = names.map((node) =>
    createCoreClient({
      dispatcher: agent,
      baseUrl: `http://${node}:11626`,
      node,
      clock,
      random: createRandom('1'),
    }),
  );
  return { clock, core: setOf(clients, clock), acts };
}

/** A set of these nodes, with nothing in the way of any pod. */
const setOf = (clients: readonly CoreClient[], clock: VirtualClock): CoreSetHandle =>
  new CoreSetHandle({
    name: 'core',
    clients,
    startsLater: false,
    clock,
    signal: new AbortController().signal,
    running: () => clients,
    pods: {
      check: async () => {},
      diagnose: async () => [],
      guard: (signal: AbortSignal, work: (signal: AbortSignal) => Promise<unknown>) => work(signal),
    },
  } as unknown as CoreSetHandleOptions);

/** One node: a ledger a second, loads of three seconds, and settings that come with the first ledger after their time. */
class ScriptedNode {
  readonly #clock: VirtualClock;
  readonly #script: Script;
  readonly #stored: Map<string, Stored>;
  #runs: { readonly from: number; readonly mode: string; readonly txs: number }[] = [];
  #armed: { readonly time: number; readonly key: string } | undefined;

  constructor(clock: VirtualClock, script: Script, stored: Map<string, Stored>) {
    this.#clock = clock;
    this.#script = script;
    this.#stored = stored;
  }

  answer(command: string, query: URLSearchParams): string {
    if (command === 'info') return JSON.stringify(this.#info());
    if (command === 'sorobaninfo')
      return this.#protocol < 20
        ? 'Soroban is not active in current ledger version'
        : JSON.stringify({
            ...initialLimits,
            ledger: { ...initialLimits.ledger, ...this.#changed() },
          });
    if (command === 'metrics') return JSON.stringify(this.#metrics());
    if (command === 'generateload') return JSON.stringify(this.#begin(query));
    if (query.get('mode') === 'get') return JSON.stringify(this.#upgrades());
    return this.#arm(query);
  }

  get #seconds(): number {
    return this.#clock.now() / 1000;
  }

  get #ledger(): number {
    return 100 + Math.floor(this.#seconds) - (this.#script.behind ?? 0);
  }

  get #protocol(): number {
    return this.#script.protocol ?? 27;
  }

  #begin(query: URLSearchParams): object {
    const mode = query.get('mode') ?? '';
    const txs = Number(query.get('txs') ?? (mode === 'upgrade_setup' ? 2 : 1));
    this.#runs.push({ from: this.#seconds, mode, txs });
    const status = { mode, tx_rate: '10 tx/s', min_soroban_percent_success: 0 };
    if (mode !== 'create_upgrade') return { status };
    const limits = [...query].flatMap(([parameter, value]) => {
      const limit = limitOf[parameter];
      return limit === undefined ? [] : [[limit, Number(value)]];
    });
    const key = Buffer.alloc(64, this.#runs.length).toString('base64');
    this.#stored.set(key, {
      limits: Object.fromEntries(limits),
      ledger: this.#ledger + runSeconds,
    });
    return { status, config_upgrade_set_key: key };
  }

  #arm(query: URLSearchParams): string {
    const key = query.get('configupgradesetkey') ?? '';
    const set = this.#stored.get(key);
    if (set === undefined || set.ledger > this.#ledger || this.#script.refusesSettings === true)
      return 'Error setting configUpgradeSet';
    this.#armed = { time: Date.parse(query.get('upgradetime') ?? '') / 1000, key };
    return '';
  }

  #changed(): Readonly<Record<string, number>> {
    if (this.#armed === undefined || this.#script.ignoresSettings === true) return {};
    if (this.#seconds < this.#armed.time + 1) return {};
    return this.#stored.get(this.#armed.key)?.limits ?? {};
  }

  #upgrades(): object {
    const none = { nullopt: true };
    const armed = this.#armed !== undefined && Object.keys(this.#changed()).length === 0;
    return {
      time: armed ? this.#armed?.time : 0,
      upgradeversion: 1,
      ...{ version: none, fee: none, reserve: none, maxtxsize: none },
      ...{ maxsorobantxsetsize: none, flags: none },
      configupgradesetkey: armed ? { nullopt: false, data: this.#armed?.key } : none,
    };
  }

  #metrics(): object {
    const over = this.#runs.filter(({ from }) => this.#seconds >= from + runSeconds);
    const failed = over.filter(({ mode }) => mode === this.#script.failsLoad);
    const applied = over
      .filter(({ mode }) => mode !== 'pay')
      .reduce((sum, { txs }) => sum + txs, 0);
    const counts = {
      'loadgen.run.start': this.#runs.length,
      'loadgen.run.complete': over.length - failed.length,
      'loadgen.run.failed': failed.length,
      'loadgen.txn.attempted': this.#runs.reduce((sum, { txs }) => sum + txs, 0),
      'ledger.apply-soroban.success': applied - Math.floor(applied / 10),
      'ledger.apply-soroban.failure': Math.floor(applied / 10),
    };
    const metrics = Object.entries(counts).map(([name, count]) => [
      name,
      { type: 'counter', count },
    ]);
    return {
      ts: '2026-11-22T12:45:52Z',
      uname: 'vm',
      metrics: Object.fromEntries(metrics),
    };
  }

  #info(): object {
    return {
      info: {
        build: 'v27.1.0',
        protocol_version: 27,
        state: 'Synced!',
        startedOn: '2026-11-22T12:45:52Z',
        network: 'Standalone Network ; February 2017',
        ledger: {
          num: this.#ledger,
          hash: this.#ledger.toString(16).padStart(64, 'a'),
          closeTime: 1795351571,
          version: this.#protocol,
          baseFee: 100,
          baseReserve: 100000000,
          maxTxSetSize: 100,
          age: 1,
        },
        peers: { authenticated_count: 2, pending_count: 0 },
        quorum: { node: 'self', qset: { cost: 0, lag_ms: null } },
      },
    };
  }
}
