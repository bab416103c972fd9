import type { Duration } from '@ssc/clock';
import {
  type CoreClient,
  expectAgreement,
  expectNoErrorMetrics,
  type NodeInfo,
  type Upgrades,
  type UpgradeValues,
  waitUntilLedger,
  waitUntilPublished,
  waitUntilSynced,
} from '@ssc/core-http';
import { usageError } from '@ssc/errors';
import { parseAmount, renderAmount } from '@ssc/tx';
import type { ArchiveReader } from '../access/archive-reader.ts';
import type { SetStart } from '../plan/replan-set.ts';
import type { Accounts } from './accounts.ts';
import { armUpgrade } from './arm-upgrade.ts';
import type {
  Account,
  ArchiveStart,
  ArmedUpgrade,
  CoreSet,
  Load,
  LoadResult,
  Payment,
  RunningLoad,
  SetChange,
  SettingsChange,
  SettingsSet,
  StartOptions,
  Upgrade,
  Within,
  Xlm,
} from './core-set.ts';
import { type NodeWork, type NodeWorkOptions, nodeWork } from './node-work.ts';
import { saveStateOf } from './save-state.ts';
import { startSetLoad } from './set-loads.ts';
import { accountMissing, unexpectedBalance, unexpectedProtocol } from './unexpected.ts';
import { upgradeSorobanSettings } from './upgrade-soroban-settings.ts';

/** What a handle is made from. */
export interface CoreSetHandleOptions extends NodeWorkOptions {
  readonly name: string;
  readonly clients: readonly CoreClient[];
  /** No node runs until it is started. */
  readonly startsLater: boolean;
  readonly accounts: Accounts;
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

/** The handle of a core set in a running network. */
export class CoreSetHandle implements CoreSet {
  readonly name: string;
  readonly #options: CoreSetHandleOptions;
  readonly #work: NodeWork;
  #clients: readonly CoreClient[];
  /** Whether it has ever run: then it has data. */
  #ran: boolean;

  constructor(options: CoreSetHandleOptions) {
    this.name = options.name;
    this.#clients = options.startsLater ? [] : options.clients;
    this.#options = options;
    this.#work = nodeWork(options);
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
    await this.#work.guarded(async (signal) => {
      const gone = pods.stopped(before.slice(running), signal);
      await Promise.all([scale(running), gone]);
    });
  }

  async waitUntilSynced(
    options: Within & { readonly with?: readonly CoreSet[] } = {},
  ): Promise<void> {
    const clients = this.#clientsWith(options.with ?? []);
    await this.#work.guarded((signal) =>
      waitUntilSynced(clients, this.#work.waiting(options.within ?? '2m', signal)),
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
    await this.#work.guarded(() =>
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
    await this.#work.guarded(async (signal) => {
      await Promise.all([scale(0), pods.stopped(nodes, signal)]);
    });
  }

  async change(change: SetChange): Promise<void> {
    this.#refuseStopped('change');
    const { clients } = this.#options;
    await this.#work.guarded(() =>
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
    await this.#work.guarded((signal) =>
      waitUntilLedger(clients, ledger, this.#work.waiting(options.within ?? '2m', signal)),
    );
  }

  async waitUntilPublished(options: Within = {}): Promise<number> {
    const { archive, checkpointFrequency: frequency } = this.#options;
    const infos = await this.#infos();
    const last = Math.max(...infos.map((info) => info.ledger.num));
    const archived = await this.#work.guarded((signal) =>
      waitUntilPublished(this.asked, last, {
        ...this.#work.waiting(options.within ?? '2m', signal),
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
    return this.#work.guarded((signal) =>
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
    return armUpgrade(this.asked, { upgrades, shows: upgrades, ...options }, this.#work);
  }

  async upgradeSorobanSettings(
    change: SettingsChange,
    { within = '2m' }: Within = {},
  ): Promise<SettingsSet> {
    const { running } = this.#options;
    const place = { clients: this.asked, work: this.#work, within, running };
    return { ...(await upgradeSorobanSettings(change, place)) };
  }

  async runLoad(load: Load, options: Within = {}): Promise<LoadResult> {
    const begun = await this.startLoad(load);
    return begun.waitUntilDone(options);
  }

  async startLoad(load: Load): Promise<RunningLoad> {
    const { running } = this.#options;
    const [client] = this.asked as readonly [CoreClient];
    return startSetLoad(load, { client, work: this.#work, running });
  }

  async #upgradesOf({ protocol, ...rest }: Upgrade): Promise<Upgrades & UpgradeValues> {
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
    return this.#work.guarded((signal) =>
      this.#options.accounts.create(name, options.balance, signal),
    );
  }

  async pay(payment: Payment): Promise<void> {
    this.#refuseStopped('pay');
    return this.#work.guarded((signal) => this.#options.accounts.pay(payment, signal));
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
    await this.#work.guarded((signal) =>
      expectAgreement(clients, this.#work.waiting('1m', signal)),
    );
  }

  async expectNoErrorMetrics(): Promise<void> {
    const clients = this.asked;
    await this.#work.guarded((signal) => expectNoErrorMetrics(clients, { signal }));
  }

  /** Its own clients and those of other sets: every set that there is has been made here. */
  #clientsWith(others: readonly CoreSet[]): readonly CoreClient[] {
    return [...this.asked, ...(others as readonly CoreSetHandle[]).flatMap((other) => other.asked)];
  }

  #infos(): Promise<NodeInfo[]> {
    const clients = this.asked;
    return this.#work.guarded((signal) =>
      Promise.all(clients.map((client) => client.info({ signal }))),
    );
  }

  async #stroopsOf(client: CoreClient, account: Account): Promise<bigint> {
    const found = await this.#work.guarded((signal) =>
      client.testAccount(account.name, { signal }),
    );
    if (found === null) throw accountMissing(account.name, client.node);
    return found.balance;
  }
}
