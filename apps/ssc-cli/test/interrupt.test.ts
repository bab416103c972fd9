import { kinds } from '@ssc/formation';
import { describe, expect, test } from 'vitest';
import { mission } from '../src/commands/mission.ts';
import type { Provider } from '../src/provider.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';

interface Watched {
  /** Called with each line of the cluster's log that is an API call of the run: the count so far. */
  onCall?(calls: number): void;
  onPrint?(text: string): void;
}

/** Runs SimplePayment through the command; gives what was printed and saved, and what is left in the cluster afterwards. */
async function run(watched: (interrupt: (signal: 'SIGINT' | 'SIGTERM') => void) => Watched) {
  let calls = 0;
  let provider: Provider | undefined;
  const host = createFakeHost();
  const { onCall, onPrint } = watched((signal) => host.signal(signal));
  const code = await mission(
    await inputOf('mission', ['SimplePayment', '--seed', '1'], host),
    {
      ...host,
      out: (text) => {
        host.out(text);
        onPrint?.(text);
      },
    },
    async (_name, seed) => {
      provider = simulatedProvider(seed, {
        log(line) {
          if (!line.includes(' call ')) return;
          calls += 1;
          onCall?.(calls);
        },
      });
      return provider;
    },
  );
  const left = await leftIn(provider as Provider);
  const result = [...host.files].find(([path]) => path.endsWith('/result.json'))?.[1];
  return {
    code,
    calls,
    left,
    host,
    result: JSON.parse(result ?? '{}') as {
      verdict?: string;
      phases?: { name: string }[];
      error?: { code: string };
    },
  };
}

/** What there is with our label a minute later, when garbage collection has had its time. */
async function leftIn(provider: Provider): Promise<string[]> {
  return provider.run(async () => {
    await provider.clock.sleep(60_000);
    const names: string[] = [];
    for (const kind of [
      kinds.job,
      kinds.configMap,
      kinds.service,
      kinds.statefulSet,
      kinds.pod,
      kinds.secret,
    ]) {
      const { items } = await provider.kube.list({
        kind,
        namespace: provider.namespace,
        labelSelector: 'app.kubernetes.io/managed-by=ssc',
      });
      names.push(...items.map((item) => `${kind.kind} ${item.metadata?.name}`));
    }
    return names;
  });
}

const whole = await run(() => ({}));

test('a run that nobody interrupts leaves nothing either', () => {
  expect(whole.code).toBe(0);
  expect(whole.left).toEqual([]);
  expect(whole.result).toMatchObject({ verdict: 'rehearsed', nodes: 'simulated', format: 1 });
  expect(whole.host.links.size).toBe(1);
});

describe('Ctrl-C', () => {
  const phases = [
    'bring up',
    'upgrade to the latest protocol',
    'create Alice and Bob',
    'pay',
    'final checks',
  ];
  const boundaries = phases.flatMap((phase) => [`▸ ${phase}`, `✓ ${phase}`]);

  test.each(boundaries)(
    'at "%s": nothing is left, what there was is saved, exit 130',
    async (boundary) => {
      const { code, left, result, host } = await run((interrupt) => ({
        onPrint: (text) => void (text.includes(boundary) && interrupt('SIGINT')),
      }));
      // After the last check there is nothing to interrupt any more: the verdict is known.
      const isOver = boundary === '✓ final checks';
      expect(left).toEqual([]);
      if (!isOver)
        expect([code, result.verdict, result.error?.code]).toEqual([
          130,
          'interrupted',
          'SSC_INTERRUPTED',
        ]);
      const paths = [...host.files.keys()];
      expect(paths.filter((path) => path.includes('/configs/'))).toHaveLength(3);
      expect(paths.some((path) => path.endsWith('/events.jsonl'))).toBe(true);
      if (!isOver)
        expect(host.complained()).toContain('SSC_INTERRUPTED  the run was ended by SIGINT');
    },
  );

  // Calls are counted from the cluster's own first one; twenty of them, spread over the whole run.
  const points = Array.from({ length: 20 }, (_, i) =>
    Math.max(1, Math.floor(((i + 0.5) * whole.calls) / 20)),
  );

  test.each(points)(`at API call %d of ${whole.calls}`, async (point) => {
    const { code, left, result } = await run((interrupt) => ({
      onCall: (calls) => void (calls === point && interrupt('SIGINT')),
    }));
    expect(left).toEqual([]);
    if (result.verdict !== 'rehearsed')
      expect([code, result.verdict]).toEqual([130, 'interrupted']);
  });

  test('while the first object is on its way', async () => {
    const { code, left } = await run((interrupt) => ({
      onCall: (calls) => void (calls === 1 && interrupt('SIGINT')),
    }));
    expect([code, left]).toEqual([130, []]);
  });

  test('SIGTERM is the same, with its own exit code', async () => {
    const { code, left } = await run((interrupt) => ({
      onPrint: (text) => void (text.includes('▸ pay') && interrupt('SIGTERM')),
    }));
    expect([code, left]).toEqual([143, []]);
  });
});
