import { type Clock, type Duration, type Look, waitFacts, waitUntil } from '@ssc/clock';
import { type Problem, SscError } from '@ssc/errors';
import type { PodWatch } from './pod-watch.ts';

/** The pods of a network did not become ready in time. */
export interface BringUpProblem extends Problem {
  readonly code: 'SSC_POD_NOT_READY';
  readonly nodes: readonly string[];
}

/** Until when, and what ends it sooner. */
export interface ReadyOptions {
  readonly clock: Clock;
  readonly pods: PodWatch;
  readonly within: Duration;
  readonly signal: AbortSignal;
  /** Tells now and then what is waited for. */
  readonly note: (text: string) => void;
}

// A pull of a large image takes minutes, in which a person wants to know what is going on.
const noteEveryMs = 30_000;

/** Waits until the pods of all these nodes are ready; *broken* as soon as one cannot become so. */
export async function waitUntilReady(
  nodes: readonly string[],
  { clock, pods, within, signal, note }: ReadyOptions,
): Promise<void> {
  let notedAt = clock.now();
  const pending = () => nodes.filter((node) => !pods.isReady(node));
  await waitUntil(
    clock,
    {
      what: 'all pods to be ready',
      within,
      onChange: (changed) => pods.onChange(changed),
      signal,
      ended: async (report) => {
        const missing = pending();
        return new SscError<BringUpProblem>({
          problem: { code: 'SSC_POD_NOT_READY', nodes: missing },
          verdict: 'broken',
          summary: `${missing.length} of ${nodes.length} pods did not become ready: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}`,
          facts: [
            ...waitFacts({ ...report, last: undefined }),
            ...(await pods.diagnose(missing[0] ?? '')),
          ],
        });
      },
    },
    async (): Promise<Look<void>> => {
      await pods.refresh();
      await pods.check();
      const missing = pending();
      if (missing.length === 0) return { done: true, value: undefined };
      if (clock.now() - notedAt >= noteEveryMs) {
        notedAt = clock.now();
        const event = await pods.lastEvent(missing[0] ?? '');
        note(
          `${nodes.length - missing.length} of ${nodes.length} pods are ready; ${missing[0]}: ${event ?? pods.describe(missing[0] ?? '')}`,
        );
      }
      return {
        done: false,
        saw: `${missing[0]}: ${pods.describe(missing[0] ?? '')}`,
        progress: nodes.length - missing.length,
      };
    },
  );
}
