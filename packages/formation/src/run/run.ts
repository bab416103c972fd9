import type { V1ConfigMap } from '@kubernetes/client-node';
import { type Clock, type Duration, type Random, toMs } from '@ssc/clock';
import { present, type SscError } from '@ssc/errors';
import { type AnchorContent, toAnchor, toSubAnchor } from '@ssc/kube-specs';
import { type CreatedObject, type KubeApi, type KubeObject, kinds } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';
import { defaultBurnSeconds, Fuse } from './fuse.ts';
import { Hold, leaseMs } from './hold.ts';
import type { TakenRun } from './take-run.ts';

/** What a run is made from. */
export interface RunOptions {
  readonly run: string;
  readonly mission: string;
  readonly namespace: string;
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  /** Who started the run. @example "ada@build-7" */
  readonly who: string;
  /** The version of ssc. */
  readonly version: string;
  /** Ends whatever is waited for. */
  readonly signal: AbortSignal;
  /** How long the run stays after `release`. @default "24h" */
  readonly keepFor?: Duration;
  /** Tells what is going on, a sentence at a time. */
  readonly note: (text: string) => void;
  /** What the run is asked for: what another driver needs to plan it again. No secret. @default {} */
  readonly asked?: Readonly<Record<string, unknown>>;
  /** The run as it was taken over from a driver that died. */
  readonly taken?: TakenRun;
}

/** A run on a cluster: the fuse and the anchor that all of its objects hang on, and the right to act on them. */
export class Run {
  /** What this driver created for the run itself: its anchor. */
  readonly created: CreatedObject[] = [];
  readonly #options: RunOptions;
  /** This driver, in words that no other driver has. */
  readonly #driver: string;
  /** Aborted with the run's own signal, and when this driver holds the run no longer. */
  readonly #ending = new AbortController();
  /** What drivers before this one wrote. */
  readonly journaled: readonly Readonly<Record<string, unknown>>[] = [];
  readonly #journal: string[] = [];
  readonly #planHash: string;
  #anchor: V1ConfigMap | undefined;
  #lighting: Promise<Fuse> | undefined;
  #fuse: Fuse | undefined;
  #hold: Hold | undefined;

  /** `planHash` is that of the first network. */
  constructor(options: RunOptions, planHash = '') {
    const { taken } = options;
    this.#options = options;
    this.#planHash = planHash;
    if (taken !== undefined) {
      this.#journal.push(...taken.hold.journal.split('\n').filter(Boolean));
      this.journaled = this.#journal.map((line) => JSON.parse(line) as Record<string, unknown>);
      this.#fuse = taken.fuse;
      this.#hold = taken.hold;
      this.#keepAnchor(taken.anchor, taken.anchor);
    }
    this.#driver =
      taken?.driver ??
      `${options.who} ${Buffer.from(options.random.fork('driver').bytes(4)).toString('hex')}`;
    const interrupt = () => this.#ending.abort(options.signal.reason);
    if (options.signal.aborted) interrupt();
    options.signal.addEventListener('abort', interrupt, { once: true });
  }

  /** Aborted when this driver must stop acting on the run. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Why nothing may be done to the run now; undefined when it may. */
  get refusal(): SscError | undefined {
    return this.#hold?.refusal;
  }

  get name(): string {
    return this.#options.run;
  }

  /** Until when the driver before this one may have acted on the run, by the server's clock. */
  get drivenUntilMs(): number {
    const last = this.journaled.at(-1);
    const heardAt = [this.#options.taken?.found.heardAt, last?.['at']];
    const heardAtMs = heardAt.map((time) => (typeof time === 'string' ? Date.parse(time) : 0));
    // Within a step it may have acted for as long as it held the run, and was not heard of; between two it does nothing.
    return Math.max(...heardAtMs) + (last?.['begun'] === undefined ? 0 : leaseMs);
  }

  /** What owns the objects of the run. */
  get anchorUid(): string {
    return present(this.#anchor?.metadata?.uid, 'a run that has begun has an anchor');
  }

  /**
   * Lights the fuse, so that the run's name is its own. False when another run has the name: then nothing was made, and
   * another name must be drawn. Whatever else goes wrong is told by `begin`.
   */
  async claim(): Promise<boolean> {
    return this.#light().then(
      () => true,
      (error: unknown) => refusalOf(error)?.reason !== 'AlreadyExists',
    );
  }

  /** Creates the fuse and the anchor, and holds the run from then on; a run that was taken over has and does. */
  async begin(): Promise<void> {
    if (this.#options.taken !== undefined) return;
    const { kube, clock, run, namespace } = this.#options;
    const driver = this.#driver;
    const fuse = await this.#light();
    const asked = toAnchor({ run, namespace, content: this.#content() }, fuse.uid);
    const anchor = await this.create(asked);
    this.#keepAnchor(asked, anchor);
    // Interrupted meanwhile: the run is being removed, and needs no hold.
    this.signal.throwIfAborted();
    this.#hold = new Hold({
      kube,
      clock,
      run,
      namespace,
      driver,
      anchor,
      fuse,
      onEnd: (reason) => this.#ending.abort(reason),
    });
  }

  /** The anchor of a further network: owned by the run's. */
  subAnchorOf(network: number): V1ConfigMap {
    const { run, namespace } = this.#options;
    return toSubAnchor({ run, network, namespace, content: this.#content() }, this.anchorUid);
  }

  async #light(): Promise<Fuse> {
    const { kube, clock, run, namespace, mission } = this.#options;
    this.signal.throwIfAborted();
    // Remembered before it is there: an interruption while it is being created must still find it.
    this.#lighting ??= Fuse.light({ kube, clock, run, mission, namespace, driver: this.#driver });
    this.#fuse = await this.#lighting;
    return this.#fuse;
  }

  /** Looks who holds the run, and at the fuse as it is now: so that it can be deleted by one call. */
  async beat(): Promise<void> {
    await this.#hold?.beat();
  }

  /**
   * Creates an object, unless this driver may not hold the run any more. In a run that was taken over it may be there
   * already, from the driver before.
   */
  async create<T extends KubeObject>(object: T): Promise<T> {
    const { kube, namespace, taken } = this.#options;
    this.refuseUnheld();
    try {
      return await kube.create(namespace, object);
    } catch (error) {
      const kind = Object.values(kinds).find((one) => one.kind === object.kind);
      if (taken === undefined || kind === undefined || refusalOf(error)?.reason !== 'AlreadyExists')
        throw error;
      const there = await kube.read<T>({ kind, namespace, name: object.metadata?.name ?? '' });
      if (there === undefined || ownerOf(there) !== ownerOf(object)) throw error;
      return there;
    }
  }

  /** Nothing is changed by a driver that may not hold the run any more. */
  refuseUnheld(): void {
    this.signal.throwIfAborted();
    const { refusal } = this;
    if (refusal !== undefined) throw refusal;
  }

  /** Writes a step that was begun or finished into the anchor, with the server's time. */
  async journal(entry: Readonly<Record<string, unknown>>): Promise<void> {
    const atMs = this.#fuse?.serverNowMs ?? this.#options.clock.now();
    this.#journal.push(JSON.stringify({ ...entry, at: new Date(atMs).toISOString() }));
    await this.#hold?.write(this.#journal.map((line) => `${line}\n`).join(''));
  }

  /** Removes everything, unless another driver holds the run now: then it leaves everything and throws SSC_RUN_TAKEN. */
  async remove(): Promise<void> {
    if (this.#hold !== undefined) return this.#hold.remove();
    const fuse = this.#fuse ?? (await this.#lighting?.catch(() => this.#findFuse()));
    // Without an anchor nobody else can hold the run: the fuse is ours, however it has changed.
    while (fuse !== undefined && !(await fuse.remove())) if (!(await fuse.look())) return;
  }

  /** Leaves everything to itself: it stays until its fuse has burnt down, `keepFor` from now. */
  async release(): Promise<void> {
    if (this.#hold === undefined) return;
    const { clock, keepFor = '24h', note, run } = this.#options;
    await this.#hold.release(Math.ceil(toMs(keepFor) / 1000));
    const until = new Date(this.burnsDownAtMs() ?? clock.now()).toISOString();
    note(`kept until ${until}; ssc clean ${run} removes it sooner`);
  }

  /** When the cluster removes the run if this driver does nothing more, by the driver's clock; undefined when nothing is there. */
  burnsDownAtMs(): number | undefined {
    if (this.#fuse !== undefined || this.#lighting === undefined) return this.#fuse?.burnsDownAtMs;
    // Asked for, and not answered yet: it may be there.
    return this.#options.clock.now() + defaultBurnSeconds * 1000;
  }

  #keepAnchor(asked: V1ConfigMap, made: V1ConfigMap): void {
    this.created.push({ asked, made });
    this.#anchor = made;
  }

  #content(): AnchorContent {
    const { clock, mission, who, version, asked = {} } = this.#options;
    return {
      mission,
      who,
      startedAt: new Date(clock.now()).toISOString(),
      version,
      holder: this.#driver,
      journal: '',
      asked: JSON.stringify(asked),
      plan: this.#planHash,
    };
  }

  /** The fuse that this driver asked for, when it is there although no answer came. */
  #findFuse(): Promise<Fuse | undefined> {
    const { kube, clock, run, mission, namespace } = this.#options;
    return Fuse.find({ kube, clock, run, mission, namespace, driver: this.#driver });
  }
}

const ownerOf = (object: KubeObject): string | undefined =>
  object.metadata?.ownerReferences?.[0]?.uid;
