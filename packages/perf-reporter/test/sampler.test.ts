import { createVirtualClock } from '@ssc/clock';
import { describe, expect, test } from 'vitest';
import { type SamplerOptions, startSampling } from '../src/index.ts';

/** Samples for some seconds; gives when each node was asked. */
async function sample(seconds: number, over: Partial<SamplerOptions> = {}) {
  const clock = createVirtualClock({ start: 0 });
  const asked: string[] = [];
  return clock.run(async () => {
    const sampler = startSampling({
      clock,
      nodes: () => ['core-0'],
      read: async (node) => {
        asked.push(`${node} ${clock.now()}`);
        return new Map();
      },
      ...over,
    });
    await clock.sleep(seconds * 1000);
    sampler.stop();
    await clock.sleep(60_000);
    return { sampler, asked };
  });
}

describe('a sampler', () => {
  test('asks every five seconds until it is stopped', async () => {
    const { asked, sampler } = await sample(17);
    expect(asked).toEqual(['core-0 5000', 'core-0 10000', 'core-0 15000']);
    expect(sampler.samples.map(({ atMs }) => atMs)).toEqual([5000, 10_000, 15_000]);
  });

  test('asks a large network less often', async () => {
    const nodes = Array.from({ length: 600 }, (_, i) => `core-${i}`);
    const { asked, sampler } = await sample(65, { nodes: () => nodes });
    expect([asked.length, sampler.everyMs]).toEqual([1200, 30_000]);
  });

  test('goes on when a node refuses or never answers, and knows what it missed', async () => {
    const { sampler } = await sample(30, {
      nodes: () => ['core-0', 'core-1', 'core-2'],
      read: (node, signal) => {
        if (node === 'core-1') return Promise.reject(new Error('connection refused'));
        if (node === 'core-2')
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
          });
        return Promise.resolve(new Map());
      },
    });
    const missed = (node: string) => sampler.missed.filter((miss) => miss.node === node).length;
    expect(sampler.samples.every(({ node }) => node === 'core-0')).toBe(true);
    expect([sampler.samples.length, missed('core-1'), missed('core-2')]).toEqual([5, 5, 5]);
  });

  test('asks the nodes that there are now', async () => {
    let nodes: readonly string[] = ['core-0', 'core-1'];
    const seen: string[] = [];
    await sample(12, {
      nodes: () => nodes,
      read: async (node) => {
        seen.push(node);
        nodes = ['core-1'];
        return new Map();
      },
    });
    expect(seen).toEqual(['core-0', 'core-1', 'core-1']);
  });
});
