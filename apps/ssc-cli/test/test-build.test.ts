import { catalog, type Mission } from '@ssc/missions';
import type { Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { mission } from '../src/commands/mission.ts';
import { simulatedProvider } from '../src/providers/simulated.ts';
import { createFakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';

/** Commands that only a test build of stellar-core has (stellar-core: src/main/CommandHandler.cpp, BUILD_TESTS). */
const testCommands = /\/(testacc|testtx|generateload|toggleoverlayonlymode)(\?|$)/u;

/** Rehearses a mission; gives its phases that used a command of test builds. */
async function phasesWithTestCommands({ name }: Mission): Promise<string[]> {
  const phases = new Set<string>();
  let phase = '';
  const host = createFakeHost(
    {},
    {
      out: (text) => {
        phase = /▸ (.*)\n$/u.exec(text)?.[1] ?? phase;
      },
    },
  );
  const code = await mission(
    await inputOf('mission', [name, '--seed', '1'], host),
    host,
    async (_provider, seed) => {
      const provider = simulatedProvider(seed);
      return { ...provider, dispatcher: watched(provider.dispatcher, () => phases.add(phase)) };
    },
  );
  expect(code).toBe(0);
  return [...phases];
}

function watched(dispatcher: Dispatcher, see: () => void): Dispatcher {
  return new Proxy(dispatcher, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (key !== 'dispatch') return typeof member === 'function' ? member.bind(target) : member;
      return (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => {
        if (testCommands.test(options.path)) see();
        return target.dispatch(options, handler);
      };
    },
  });
}

/** The name of phases that are repeated ends in "…", in place of what differs. */
const fits = (name: string, phase: string): boolean =>
  name.endsWith('…') ? phase.startsWith(name.slice(0, -1)) : phase === name;

test.each(Object.values(catalog))(
  '$name names the phases that need a test build of stellar-core',
  async (one) => {
    const names = (await phasesWithTestCommands(one)).map(
      (phase) => one.testBuildFor.find((name) => fits(name, phase)) ?? phase,
    );
    expect([...new Set(names)]).toEqual(one.testBuildFor);
  },
);
