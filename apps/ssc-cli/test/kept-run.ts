import { renderError, SscError } from '@ssc/errors';
import { expect, vi } from 'vitest';
import { mission } from '../src/commands/mission.ts';
import type { Host } from '../src/host.ts';
import type { KubeOpener, OpenKube } from '../src/open-kube.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';

/** A command as it is typed, on a cluster that `open` gives. */
export type Typed = (words: readonly string[], host: Host, open: KubeOpener) => Promise<number>;

/** A simulated cluster on which ada has kept a run of SimplePayment, and what commands print on it. */
export async function withKeptRun<Name extends string>(
  typed: Readonly<Record<Name, Typed>>,
  keepFor = '2h',
) {
  const provider = simulatedProvider('7');
  const ran = createFakeHost();
  const words = ['SimplePayment', '--seed', '7', '--keep-for', keepFor];
  expect(await mission(await inputOf('mission', words, ran), ran, async () => provider)).toBe(0);
  const run = /run (ssc-[0-9a-f]{6})/u.exec(ran.printed())?.[1] ?? '';
  const { kube, namespace, clock, dispatcher, random } = provider;
  const cluster: OpenKube = {
    kube,
    dispatcher,
    connect: provider.connect,
    random,
    namespace,
    context: 'test',
    server: 'https://10.0.0.1:6443',
    close: async () => {},
  };
  const hosts = new Set<FakeHost>();
  /** Sends a signal to the commands under way. */
  const signal = (name: 'SIGINT' | 'SIGTERM'): void => {
    for (const host of hosts) host.signal(name);
  };
  return {
    provider,
    run,
    printed: ran.printed(),
    signal,
    /** Sends it when the cluster is asked for a list. */
    atNextList(name: 'SIGINT' | 'SIGTERM'): void {
      const { list } = kube;
      vi.spyOn(kube, 'list').mockImplementationOnce(async (query) => {
        signal(name);
        return list(query);
      });
    },
    /** Gives the exit code and what is printed. */
    async type(command: Name, ...args: readonly string[]): Promise<string> {
      const host = createFakeHost({}, { clock });
      hosts.add(host);
      const code = await provider.run(() =>
        typed[command](args, host, async () => cluster).catch((error: unknown) => {
          host.err(renderError(error));
          return error instanceof SscError && error.verdict === 'usage' ? 2 : 3;
        }),
      );
      hosts.delete(host);
      return `${code}\n${host.printed()}${host.complained()}`;
    },
  };
}
