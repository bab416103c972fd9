import { SscError } from '@ssc/errors';
import type { Json } from './phase.ts';

/** A step that is done, as the run's journal has it. */
export interface DoneStep {
  readonly phase: string;
  /** What it returned; nothing when it returned nothing. */
  readonly value?: Json;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly seconds: number;
}

/** What drivers before this one wrote of a run: the steps that they finished, and the one that they had begun. */
export class Journal {
  readonly #done: DoneStep[] = [];
  /** A phase that was begun and is not done. */
  readonly #begun: string | undefined;
  #given = 0;

  constructor(entries: readonly Readonly<Record<string, unknown>>[]) {
    let begun: string | undefined;
    for (const entry of entries) {
      if (isDone(entry)) {
        const { phase, value, startedAt, seconds } = entry;
        this.#done.push({ phase, startedAt, seconds, ...(value !== undefined && { value }) });
      }
      begun = typeof entry['begun'] === 'string' ? entry['begun'] : undefined;
    }
    this.#begun = begun;
  }

  /** How many steps are done. */
  get length(): number {
    return this.#done.length;
  }

  has(phase: string): boolean {
    return this.#done.some((step) => step.phase === phase);
  }

  /**
   * The step that comes next, when it was done; undefined when it is to be done now. SSC_ATTACH_PHASES when another one
   * was done or begun at this place, SSC_ATTACH_NOT_REPEATABLE when it was begun and nobody knows how far it came.
   */
  next(phase: string, isRepeatable: boolean): DoneStep | undefined {
    const step = this.#done[this.#given];
    this.#given += 1;
    if (step !== undefined) {
      if (step.phase !== phase) throw otherPhase(step.phase, phase);
      return step;
    }
    // The first step that is not done: the phase that the driver died in, if in any.
    if (this.#given !== this.#done.length + 1 || this.#begun === undefined) return undefined;
    if (this.#begun !== phase) throw otherPhase(this.#begun, phase);
    if (isRepeatable) return undefined;
    throw notRepeatable(phase);
  }
}

const isDone = (entry: Readonly<Record<string, unknown>>): entry is typeof entry & DoneStep =>
  typeof entry['phase'] === 'string' &&
  typeof entry['startedAt'] === 'string' &&
  typeof entry['seconds'] === 'number';

const otherPhase = (journaled: string, asked: string): SscError =>
  new SscError({
    problem: { code: 'SSC_ATTACH_PHASES' },
    verdict: 'broken',
    summary: `the driver before was in phase "${journaled}" where this mission has phase "${asked}"`,
    hint: 'The mission is another one in this version of ssc, or does not do the same each time: then it cannot go on.',
  });

const notRepeatable = (phase: string): SscError =>
  new SscError({
    problem: { code: 'SSC_ATTACH_NOT_REPEATABLE' },
    verdict: 'broken',
    summary: `the driver died in phase "${phase}", which cannot be begun twice`,
    hint: 'Nobody knows how far it came. This says nothing about the network: what there is of it is saved; run the mission again.',
  });
