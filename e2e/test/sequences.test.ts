import process from 'node:process';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { sequences } from '../../packages/kube-local/test/sequences/catalog.ts';
import { runLocally } from '../../packages/kube-local/test/sequences/local-target.ts';
import { type Entry, record } from '../../packages/kube-local/test/sequences/sequence.ts';
import { clock, openApi } from '../src/api.ts';
import { type Comparison, renderFidelity } from '../src/fidelity.ts';
import '../src/provided.ts';
import { tell } from '../src/tally.ts';

const cluster = inject('cluster');
/** A real server answers many at once; each sequence has a namespace of its own. */
const atOnce = 12;

describe.skipIf('reason' in cluster)('kube-local answers as a real API server', () => {
  if ('reason' in cluster) return;
  const api = openApi(cluster.kubeconfig);
  const comparisons = new Map<string, Comparison>();
  const stamp = clock.now().toString(36);

  beforeAll(async () => {
    const waiting = [...sequences.entries()];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, sequence] = next;
        const real = await record(
          {
            sleep: (ms) => clock.sleep(ms),
            send: (method, path, body, type) => api.send(method, path, body, type),
          },
          sequence,
          `seq-${stamp}-${index}`,
        ).catch((error: unknown): Entry[] => [{ request: String(error), status: 0, body: null }]);
        comparisons.set(sequence.name, { real, local: await runLocally(sequence) });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const equal = [...comparisons.values()].filter(
      ({ real, local }) => JSON.stringify(real) === JSON.stringify(local),
    );
    tell({ sequences: comparisons.size, equalSequences: equal.length });
  });
  afterAll(() => api.close());

  test('there are at least forty sequences', () => {
    expect(sequences.length).toBeGreaterThanOrEqual(40);
  });

  test('the differences are those that the documentation lists', async () => {
    const page = renderFidelity(
      sequences.map(({ name }) => [name, comparisons.get(name)] as const),
    );
    // Another release, or machines on which pods run, answer differently with good reason.
    if (cluster.isModel)
      await expect(page).toMatchFileSnapshot('../../docs/kube-local-fidelity.md');
    else process.stdout.write(page);
  });
});
