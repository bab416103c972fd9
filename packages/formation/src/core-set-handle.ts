import { type Clock, type Duration, toMs } from '@ssc/clock';
import {
  type CoreClient,
  expectAgreement,
  expectLoadRunning,
  expectNoErrorMetrics,
  type LoadRun,
  type NodeInfo,
  type NodeWaitOptions,
  startLoad,
  type Upgrades,
  waitUntilLedger,
  waitUntilLoadDone,
  waitUntilPublished,
  waitUntilSynced,
  waitUntilUpgraded,
} from '@ssc/core-http';
import { present, usageError } from '@ssc/errors';
import { parseAmount, renderAmount } from '@ssc/tx';
import { type Accounts, accountMissing } from './accounts.ts';
import type { ArchiveReader } from './archive-reader.ts';
import { armUpgrade } from './arm-upgrade.ts';
import type { SetStart } from './changing-sets.ts';
import type {
  Account,
  ArchiveStart,
  ArmedUpgrade,
  CoreSet,
  LoadResult,
  Payment,
  PaymentLoad,
  RunningLoad,
  SetChange,
  StartOptions,
  Upgrade,
  Within,
  Xlm,
} from './core-set.ts';
import type { PodWatch } from './pod-watch.ts';
import { saveStateOf } from './save-state.ts';
import { unexpectedBalance, unexpectedProtocol } from './unexpected.ts';

/** What a handle is made from. */
export interface CoreSetHandleOptions {
  readonly name: string;
  readonly clients: readonly CoreClient[];
  /** No node runs until it is started. */
  readonly startsLater: boolean;
  readonly clock: Clock;
  readonly pods: PodWatch;
  /** The pause between two looks at nodes that are waited for. @default "1s" */
  readonly lookEvery?: Duration;
  readonly accounts: Accounts;
  readonly signal: AbortSignal;
  /** Ledgers between two checkpoints. */
  readonly checkpointFrequency: number;
  readonly archive: ArchiveReader;
  /** The clients of all nodes of the network that run. */
  running(): readonly CoreClient[];
  /** Gives the set all its pods, and waits until they answer. */
  start(nodes: readonly string[], how: SetStart): Promise<void>;
  /** Gives the set other pods, and waits until they answer. */
  change(nodes: readonly string[], change: SetChange): Promise<void>;
  /** Gives the set so many pods. */
  scale(running: number): Promise<void>;
  /** Copies the files of a node as they are now. */
  saveState(node: string): Promise<void>;
}

// 15 s: core drops an upgrade whose time has passed by more than its expiration, and all nodes must hear it first.
const upgradeLead: Duration = '15s';

/** What missions hold of a load, and what waits need to know of it. */
const loadRuns = new WeakMap<RunningLoad, LoadRun>();

/** The handle of a core set in a running network. */
export class CoreSetHandle implements CoreSet {
  readonly name: string;
  readonly #options: CoreSetHandleOptions;
  #clients: readonly CoreClient[];
  /** Whether it has ever run: then it has data. */
  #ran: boolean;

  constructor(options: CoreSetHandleOptions) {
    this.name = options.name;
    this.#clients = options.startsLater ? [] : options.clients;
    this.#options = options;
    this.#ran = !options.startsLater;
  }

  /** The clients of the nodes that run. */
  get clients(): readonly CoreClient[] {
    return this.#clients;
  }

  /** The same, for who asks them something: refused where none runs. */
  get asked(): readonly CoreClient[] {
    this.#refuseStopped('be asked anything');
    return this.#clients;
  }

  get nodes(): readonly string[] {
    return this.#clients.map((client) => client.node);
  }

  /** Goes on with the first `running` nodes, as a driver before this one left the set. */
  resume({ running, hasRun }: { readonly running: number; readonly hasRun: boolean }): void {
    this.#clients = this.#options.clients.slice(0, running);
    this.#ran ||= hasRun;
  }

  async stopAllBut(running: number): Promise<void> {
    this.#refuseStopped('stop all but some of its nodes');
    const before = this.nodes;
    if (!Number.isInteger(running) || running < 1 || running > before.length) {
      throw usageError(
        'SSC_SCALE_INVALID',
        `${this.name} runs ${before.length} nodes, so 1 to ${before.length} of them can go on; got ${running}`,
      );
    }
    const { pods, scale } = this.#options;
    this.#clients = this.#clients.slice(0, running);
    await this.#guarded(async (signal) => {
      const gone = pods.stopped(before.slice(running), signal);
      await Promise.all([scale(running), gone]);
    });
  }

  async waitUntilSynced(
    options: Within & { readonly with?: readonly CoreSet[] } = {},
  ): Promise<void> {
    const clients = this.#clientsWith(options.with ?? []);
    await this.#guarded((signal) =>
      waitUntilSynced(clients, this.#waiting(options.within ?? '2m', signal)),
    );
  }

  async start(options?: StartOptions | ArchiveStart): Promise<void> {
    const { clients, start } = this.#options;
    if (this.#clients.length > 0)
      throw usageError(
        'SSC_SET_RUNS',
        `${this.name} cannot be started: ${this.#clients.length} of its nodes run`,
        { hint: 'stop() ends them; change({ data }) gives them other pods.' },
      );
    if (this.#ran && options === undefined)
      throw usageError(
        'SSC_START_DATA',
        `${this.name} ran before, so its start must say what it goes on with: data "kept" or "fresh"`,
      );
    const from = options !== undefined && 'from' in options ? options.from : undefined;
    const data = options !== undefined && 'data' in options ? options.data : 'fresh';
    await this.#guarded(() =>
      start(
        clients.map((client) => client.node),
        {
          // What never ran has nothing to keep, and is prepared for the first time.
          ...(this.#ran && { data }),
          ...(from !== undefined && { from }),
        },
      ),
    );
    this.#clients = clients;
    this.#ran = true;
  }

  async stop(): Promise<void> {
    this.#refuseStopped('stop');
    const { pods, scale } = this.#options;
    const { nodes } = this;
    this.#clients = [];
    await this.#guarded(async (signal) => {
      await Promise.all([scale(0), pods.stopped(nodes, signal)]);
    });
  }

  async change(change: SetChange): Promise<void> {
    this.#refuseStopped('change');
    const { clients } = this.#options;
    await this.#guarded(() =>
      this.#options.change(
        clients.map((client) => client.node),
        change,
      ),
    );
    this.#clients = clients;
  }

  #refuseStopped(verb: string): void {
    if (this.#clients.length > 0) return;
    throw usageError('SSC_SET_STOPPED', `${this.name} cannot ${verb}: none of its nodes run`, {
      hint: 'start() starts them.',
    });
  }

  async waitForLedgers(count: number, options: Within = {}): Promise<void> {
    const infos = await this.#infos();
    await this.waitUntilLedger(Math.max(...infos.map((info) => info.ledger.num)) + count, options);
  }

  async waitUntilLedger(ledger: number, options: Within = {}): Promise<void> {
    const clients = this.asked;
    await this.#guarded((signal) =>
      waitUntilLedger(clients, ledger, this.#waiting(options.within ?? '2m', signal)),
    );
  }

  async waitUntilPublished(options: Within = {}): Promise<number> {
    const { archive, checkpointFrequency: frequency } = this.#options;
    const infos = await this.#infos();
    const last = Math.max(...infos.map((info) => info.ledger.num));
    const archived = await this.#guarded((signal) =>
      waitUntilPublished(this.asked, last, {
        ...this.#waiting(options.within ?? '2m', signal),
        frequency,
        currentLedger: archive,
      }),
    );
    return Math.min(...archived);
  }

  async saveState(options: Within = {}): Promise<number> {
    this.#refuseStopped('save its state');
    const { clock, pods, saveState } = this.#options;
    const [client] = this.asked as readonly [CoreClient];
    return this.#guarded((signal) =>
      saveStateOf(client, {
        clock,
        within: options.within ?? '2m',
        signal,
        check: () => pods.check(),
        copy: () => saveState(client.node),
      }),
    );
  }

  async builds(): Promise<readonly string[]> {
    const infos = await this.#infos();
    return [...new Set(infos.map((info) => info.build))].sort();
  }

  async supportedProtocol(): Promise<number> {
    const infos = await this.#infos();
    return Math.min(...infos.map((info) => info.protocol_version));
  }

  async upgrade(upgrade: Upgrade, options: Within = {}): Promise<void> {
    const armed = await this.armUpgrade(upgrade);
    await armed.waitUntilApplied(options);
  }

  async armUpgrade(
    upgrade: Upgrade,
    options: { readonly after?: Duration } = {},
  ): Promise<ArmedUpgrade> {
    const upgrades = await this.#upgradesOf(upgrade);
    const { clock } = this.#options;
    const clients = this.asked;
    const time = Math.floor((clock.now() + toMs(options.after ?? upgradeLead)) / 1000);
    // All nodes hear of it at once: one that refuses leaves the others armed, and the error says so by its name.
    await this.#guarded((signal) =>
      Promise.all(clients.map((client) => armUpgrade(client, time, upgrades, clock, signal))),
    );
    return {
      waitUntilApplied: async (waiting = {}) => {
        // Before its time no ledger has it.
        const leadMs = Math.max(0, time * 1000 - clock.now());
        const within = leadMs + toMs(waiting.within ?? '2m');
        const under = waiting.under && loadRuns.get(waiting.under);
        await this.#guarded((signal) =>
          waitUntilUpgraded(clients, upgrades, {
            ...this.#waiting(within, signal),
            ...(under !== undefined && { under }),
          }),
        );
      },
    };
  }

  async runLoad(load: PaymentLoad, options: Within = {}): Promise<LoadResult> {
    const running = await this.startLoad(load);
    return running.waitUntilDone(options);
  }

  async startLoad({ kind: _kind, ...load }: PaymentLoad): Promise<RunningLoad> {
    const { clock, running } = this.#options;
    const [first] = this.asked as readonly [CoreClient];
    const startedAt = clock.now();
    const run = await this.#guarded((signal) =>
      startLoad(first, { mode: 'pay', ...load }, { signal }),
    );
    const begun: RunningLoad = {
      expectRunning: () => this.#guarded((signal) => expectLoadRunning(run, { signal })),
      waitUntilDone: async (waiting = {}) => {
        const [report] = await this.#guarded((signal) =>
          waitUntilLoadDone([run], {
            ...this.#waiting(waiting.within ?? '5m', signal),
            others: running(),
          }),
        );
        const { attempted, rejected } = present(report, 'one load has one report').counts;
        return { attempted, rejected, seconds: (clock.now() - startedAt) / 1000 };
      },
    };
    loadRuns.set(begun, run);
    return begun;
  }

  async #upgradesOf({ protocol, ...rest }: Upgrade): Promise<Upgrades> {
    const given = Object.entries({ protocol, ...rest }).filter(([, value]) => value !== undefined);
    if (given.length === 0)
      throw usageError(
        'SSC_UPGRADE_EMPTY',
        'an upgrade names at least one value: protocol, baseFee, baseReserve, maxTxSetSize',
      );
    if (protocol === undefined) return rest;
    return {
      ...rest,
      protocolVersion: protocol === 'latest' ? await this.supportedProtocol() : protocol,
    };
  }

  async createAccount(name: string, options: { readonly balance: Xlm }): Promise<Account> {
    this.#refuseStopped('create an account');
    return this.#guarded((signal) => this.#options.accounts.create(name, options.balance, signal));
  }

  async pay(payment: Payment): Promise<void> {
    this.#refuseStopped('pay');
    return this.#guarded((signal) => this.#options.accounts.pay(payment, signal));
  }

  async balanceOf(account: Account): Promise<Xlm> {
    const [first] = this.asked as readonly [CoreClient];
    return renderAmount(await this.#stroopsOf(first, account)) as Xlm;
  }

  async expectBalance(account: Account, balance: Xlm): Promise<void> {
    const expected = parseAmount(balance);
    // A node may close the ledger of a payment a moment after the one that was asked first.
    const infos = await this.#infos();
    await this.waitUntilLedger(Math.max(...infos.map((info) => info.ledger.num)));
    for (const client of this.#clients) {
      const stroops = await this.#stroopsOf(client, account);
      if (stroops === expected) continue;
      throw unexpectedBalance(client.node, account, { expected, stroops });
    }
  }

  async expectProtocol(protocol: number): Promise<void> {
    for (const [i, info] of (await this.#infos()).entries()) {
      if (info.ledger.version === protocol) continue;
      throw unexpectedProtocol(this.nodes[i] ?? '', protocol, info);
    }
  }

  async expectAgreement(...others: readonly CoreSet[]): Promise<void> {
    const clients = this.#clientsWith(others);
    await this.#guarded((signal) => expectAgreement(clients, this.#waiting('1m', signal)));
  }

  async expectNoErrorMetrics(): Promise<void> {
    const clients = this.asked;
    await this.#guarded((signal) => expectNoErrorMetrics(clients, { signal }));
  }

  /** Its own clients and those of other sets: every set that there is has been made here. */
  #clientsWith(others: readonly CoreSet[]): readonly CoreClient[] {
    return [...this.asked, ...(others as readonly CoreSetHandle[]).flatMap((other) => other.asked)];
  }

  #infos(): Promise<NodeInfo[]> {
    const clients = this.asked;
    return this.#guarded((signal) => Promise.all(clients.map((client) => client.info({ signal }))));
  }

  async #stroopsOf(client: CoreClient, account: Account): Promise<bigint> {
    const found = await this.#guarded((signal) => client.testAccount(account.name, { signal }));
    if (found === null) throw accountMissing(account.name, client.node);
    return found.balance;
  }

  /** A pod in trouble ends whatever nodes are asked. */
  #guarded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { pods, signal } = this.#options;
    return pods.guard(signal, work);
  }

  #waiting(within: Duration | number, signal: AbortSignal): NodeWaitOptions {
    const { clock, pods, lookEvery } = this.#options;
    return {
      clock,
      within,
      signal,
      ...(lookEvery !== undefined && { every: lookEvery }),
      check: () => pods.check(),
      diagnose: (node) => pods.diagnose(node),
    };
  }
}
