import type { V1Job, V1Pod } from '@kubernetes/client-node';
import {
  type Clock,
  type Duration,
  formatDuration,
  type Look,
  waitFacts,
  waitUntil,
} from '@ssc/clock';
import { createDump, type RunFiles } from '@ssc/data-dump';
import { type Fact, present, SscError } from '@ssc/errors';
import { containerNames, type JobPlan, jobName } from '@ssc/kube-specs';
import { type KubeApi, type KubeObject, kinds } from '../kube/api.ts';
import { describeEvent, readEvents } from '../kube/events.ts';
import type { Reflector } from '../kube/reflector.ts';
import { creationGraceMs } from '../pods/missing-pods.ts';
import { describePod, findTrouble, statusesOf } from '../pods/pod-state.ts';
import { RoomsInMaking } from '../pods/rooms-in-making.ts';
import { deleteExactly } from '../run/delete-exactly.ts';
import type { Run } from '../run/run.ts';
import { failureOf, type JobFailedProblem, troubleOf } from './job-state.ts';

/** What a job came to. One that failed is no result but an error. */
export interface JobResult {
  /** Items that were done; 1 of a job without items. */
  readonly succeeded: number;
  /** Items that failed, where some may: `failuresMax`. */
  readonly failed: readonly string[];
  readonly seconds: number;
  // A result goes through the journal, which takes JSON.
  readonly [key: string]: number | readonly string[];
}

/** What jobs are run with. */
export interface JobTools {
  readonly run: Run;
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly note: (text: string) => void;
  readonly secrets?: readonly string[];
  /** Where logs go. @default nowhere */
  readonly files: RunFiles | undefined;
  /** Told whether the stellar-core of a job was a simulated one, by its own word. */
  onKind(simulated: boolean): void;
}

const nowhere: RunFiles = { save: async () => {}, append: async () => {} };

/** A job that was created, or is about to be. */
export class RunningJob {
  readonly #plan: JobPlan;
  readonly #pods: Reflector<V1Pod>;
  readonly #tools: JobTools;
  readonly #startedAt: number;
  /** Since when a pod is expected, or its absence was looked into. */
  #podsExpectedAt = 0;
  readonly #rooms: RoomsInMaking;
  /** The Job, once it was made: one of its name that is there already is another's. */
  made: KubeObject | undefined;

  constructor(plan: JobPlan, pods: Reflector<V1Pod>, tools: JobTools) {
    this.#plan = plan;
    this.#pods = pods;
    this.#tools = tools;
    this.#startedAt = tools.clock.now();
    this.#rooms = new RoomsInMaking(tools.kube, tools.clock, plan.namespace);
  }

  get #ref() {
    const { run, job, namespace } = this.#plan;
    return { kind: kinds.job, namespace, name: jobName({ run, job }) };
  }

  /** Waits until it is over. */
  async result(within: Duration): Promise<JobResult> {
    const { clock, run } = this.#tools;
    this.#podsExpectedAt = clock.now();
    const { job, parallel } = this.#plan;
    const ended = await waitUntil(
      clock,
      {
        what: `job "${job}" to end`,
        within,
        every: '1s',
        signal: run.signal,
        ended: (report) =>
          new SscError<JobFailedProblem>({
            problem: { code: 'SSC_JOB_FAILED', job, reason: 'DeadlineExceeded' },
            verdict: 'failed',
            summary: `job "${job}" did not end within ${formatDuration(report.withinMs)}`,
            facts: [...waitFacts(report), ...this.#podFacts()],
          }),
      },
      () => this.#look(),
    );
    const lost = await failureOf(
      ended,
      [...this.#pods.items.values()],
      this.#plan,
      (pod, container) => this.#log(pod, container, 15),
    );
    return {
      succeeded: parallel === undefined ? 1 : parallel.items.length - lost.length,
      failed: lost,
      seconds: (clock.now() - this.#startedAt) / 1000,
    };
  }

  async #look(): Promise<Look<V1Job>> {
    const { kube } = this.#tools;
    await this.#pods.refresh().catch(() => {});
    const job = await kube.read<V1Job>(this.#ref);
    if (job?.metadata?.uid === this.made?.metadata?.uid) this.made = job;
    const { clock } = this.#tools;
    const pods = [...this.#pods.items.values()];
    const trouble = troubleOf(this.#plan, job, await this.#withoutPromised(pods), clock.now());
    if (trouble !== undefined) throw trouble;
    const status = present(job, 'a job without trouble is there').status;
    const isOver = status?.conditions?.some(
      ({ type, status: holds }) => holds === 'True' && (type === 'Complete' || type === 'Failed'),
    );
    if (isOver === true) return { done: true, value: present(job, 'as above') };
    await this.#checkCreation(pods.length > 0);
    const { succeeded = 0, active = 0, failed = 0 } = status ?? {};
    const first = pods.find((pod) => pod.status?.phase !== 'Succeeded');
    return {
      done: false,
      saw: `${succeeded} done, ${active} active, ${failed} failed${first === undefined ? '' : `; ${first.metadata?.name}: ${describePod(first, clock.now())}`}`,
    };
  }

  /** The pods but those that have no room, and for which somebody makes a machine. */
  async #withoutPromised(pods: readonly V1Pod[]): Promise<readonly V1Pod[]> {
    const now = this.#tools.clock.now();
    const isPromised = await Promise.all(
      pods.map(
        async (pod) =>
          findTrouble(pod, { now })?.code === 'SSC_POD_UNSCHEDULABLE' &&
          (await this.#rooms.has(pod.metadata?.uid ?? '')),
      ),
    );
    return pods.filter((_, i) => isPromised[i] !== true);
  }

  /** The controller says by an event why it makes no pod, and tries again: what was refused once may be there soon. */
  async #checkCreation(hasPods: boolean): Promise<void> {
    const { kube, clock } = this.#tools;
    const now = clock.now();
    if (hasPods) this.#podsExpectedAt = now;
    if (now - this.#podsExpectedAt < creationGraceMs) return;
    this.#podsExpectedAt = now;
    const { namespace, name } = this.#ref;
    const events = await readEvents(kube, namespace, { kind: 'Job', name });
    const refusal = events.findLast(({ reason }) => reason === 'FailedCreate');
    if (refusal === undefined) return;
    throw new SscError<JobFailedProblem>({
      problem: { code: 'SSC_JOB_NOT_RUN', job: this.#plan.job, reason: 'FailedCreate' },
      verdict: 'broken',
      summary: `the cluster does not create the pod of job "${this.#plan.job}"`,
      facts: [
        ['Job', `${namespace}/${name}`],
        ['Event', describeEvent(refusal)],
      ],
      hint: 'A quota or a policy of the namespace refuses the pod.',
    });
  }

  #podFacts(): Fact[] {
    const now = this.#tools.clock.now();
    return [...this.#pods.items.values()]
      .filter((pod) => pod.status?.phase !== 'Succeeded')
      .slice(0, 3)
      .map((pod) => ['Pod', `${pod.metadata?.name}: ${describePod(pod, now)}`]);
  }

  #log(pod: string, container: string, tailLines?: number): Promise<string> {
    const { namespace } = this.#plan;
    const query = { namespace, pod, container, ...(tailLines !== undefined && { tailLines }) };
    return this.#tools.kube.log(query);
  }

  /** Saves what every container of every pod wrote; what cannot be read is noted. */
  async saveLogs(): Promise<void> {
    const { clock, files = nowhere, secrets = [], note } = this.#tools;
    const { password } = this.#plan.postgres ?? {};
    const hidden = [...secrets, ...(password === undefined ? [] : [password])];
    const dump = createDump({ clock, files, secrets: hidden });
    await Promise.all(
      [...this.#pods.items.values()].flatMap((pod) =>
        statusesOf(pod)
          .filter(({ state }) => state?.running !== undefined || state?.terminated !== undefined)
          .map(({ name }) => {
            const podName = pod.metadata?.name ?? '';
            return dump.item(`the log of ${name} in ${podName}`, async () => {
              const log = await this.#log(podName, name);
              if (name === containerNames.job) this.#tellKind(log);
              await dump.text(`jobs/${podName}/${name}.log`, log);
            });
          }),
      ),
    );
    for (const { message } of dump.problems()) note(message);
  }

  /** A simulated stellar-core says so in all that it writes. Other programs are neither. */
  #tellKind(log: string): void {
    if (this.#plan.command[0] === 'stellar-core') this.#tools.onKind(/\bcore-sim\b/u.test(log));
  }

  /** Removes it with its pods, if it was made here. When this driver may not act any more, whoever may does. */
  async remove(): Promise<void> {
    const { kube, run } = this.#tools;
    if (run.refusal !== undefined || run.signal.aborted || this.made === undefined) return;
    await deleteExactly(kube, kinds.job, this.made);
  }
}
