import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import { createSimNetwork, createVolume, type Program } from '@ssc/process';
import { describe, expect, test } from 'vitest';
import { ContainerInstance, toArgv } from '../../src/kubelet/container-instance.ts';
import type { Container } from '../../src/types/pod.ts';

type Lifecycle = Container['lifecycle'];

/** An instance of `main`, whose preStop hook may run `hook`; all that happens is noted with its time. */
async function inInstance(
  lifecycle: Lifecycle,
  programs: { readonly main: Program; readonly hook?: Program },
  act: (instance: ContainerInstance, clock: VirtualClock, kill: () => void) => Promise<void>,
): Promise<string[]> {
  const clock = createVirtualClock({ start: 0 });
  const told: string[] = [];
  const note = (what: string): void => void told.push(`${clock.now()} ${what}`);
  await clock.run(async () => {
    const own = clock.fork('instance');
    const instance = new ContainerInstance({
      container: { name: 'c', command: ['main'], lifecycle } as Partial<Container> as Container,
      image: { pattern: '*', programs },
      env: {},
      files: createVolume(),
      openNet: () => createSimNetwork({ clock }).addHost('10.0.0.1').open(),
      clock: own,
      random: createRandom('test'),
      write: (text) => note(text),
    });
    void instance.exited.then((code) => note(`exit ${code}`));
    await act(instance, clock, () => own.kill());
  });
  return told;
}

const untilSignal: Program = (self) =>
  new Promise((resolve) =>
    self.onSignal((signal) => {
      self.stdout(signal);
      resolve(0);
    }),
  );
const deaf: Program = (self) =>
  new Promise(() =>
    self.onSignal((signal) => {
      self.stdout(`${signal} unheard`);
    }),
  );

describe('the end', () => {
  test('waits for the pause of the hook, then sends SIGTERM', async () => {
    const told = await inInstance(
      { preStop: { sleep: { seconds: 3 } } },
      { main: untilSignal },
      (instance, clock) => instance.end(clock, 5000, () => {}),
    );
    expect(told).toEqual(['3000 SIGTERM', '3000 exit 0']);
  });

  test('a hook that fails is told, and the end goes on', async () => {
    let failed = 0;
    const told = await inInstance(
      { preStop: { exec: { command: ['hook'] } } },
      { main: untilSignal, hook: async () => 1 },
      (instance, clock) =>
        instance.end(clock, 5000, () => {
          failed += 1;
        }),
    );
    expect(failed).toBe(1);
    expect(told).toEqual(['0 SIGTERM', '0 exit 0']);
  });

  test('after the grace period it is killed, also in the middle of its hook', async () => {
    const slow: Program = async (self) => {
      await self.clock.sleep(60_000);
      return 0;
    };
    const told = await inInstance(
      { preStop: { exec: { command: ['hook'] } } },
      { main: untilSignal, hook: slow },
      (instance, clock) => instance.end(clock, 2000, () => {}),
    );
    expect(told).toEqual(['2000 exit 137']);
    const deafOne = await inInstance(undefined, { main: deaf }, (instance, clock) =>
      instance.end(clock, 2000, () => {}),
    );
    expect(deafOne).toEqual(['0 SIGTERM unheard', '2000 exit 137']);
  });

  test('a second call waits for the same end, signals nothing, and may shorten it', async () => {
    const told = await inInstance(undefined, { main: deaf }, async (instance, clock) => {
      void instance.end(clock, 9000, () => {});
      expect(instance.isEnding).toBe(true);
      await instance.end(clock, 2000, () => {});
      expect(clock.now()).toBe(2000);
    });
    expect(told).toEqual(['0 SIGTERM unheard', '2000 exit 137']);
  });

  test('one that is killed from outside says why', async () => {
    const told = await inInstance(undefined, { main: deaf }, async (instance, clock) => {
      const end = instance.end(clock, 2000, () => {});
      instance.kill('OOMKilled', 9);
      await end;
      expect(instance.killReason).toBe('OOMKilled');
    });
    expect(told).toEqual(['0 exit 9']);
  });
});

test('a command runs beside the program, and not in an instance that is over', async () => {
  await inInstance(
    undefined,
    {
      main: untilSignal,
      hook: async (self) => {
        self.stdout(`out ${self.argv[1]}`);
        self.stderr('err');
        return 4;
      },
    },
    async (instance, _, kill) => {
      expect(await instance.exec(['hook', 'a'])).toEqual({
        code: 4,
        stdout: 'out a',
        stderr: 'err',
      });
      kill();
      expect(await instance.exec(['hook', 'a'])).toEqual({
        code: 126,
        stdout: '',
        stderr: 'container not running',
      });
    },
  );
});

describe('the words that a container runs', () => {
  const image = { entrypoint: ['/entry', '$(A)'], cmd: ['of', 'image'] };
  test.each<[string, Pick<Container, 'command' | 'args'>, string]>([
    ['those of the image, as they are', {}, '/entry $(A) of image'],
    ['arguments of the pod, expanded', { args: ['$(A)', '$(B)'] }, '/entry $(A) one $(B)'],
    ['a command without the arguments of the image', { command: ['run', '$(A)'] }, 'run one'],
    ['both of the pod', { command: ['run'], args: ['$$(A)'] }, 'run $(A)'],
  ])('%s', (_, container, expected) => {
    expect(toArgv(container, image, { A: 'one' }).join(' ')).toBe(expected);
  });

  test('an image without either', () => {
    expect(toArgv({}, {}, {})).toEqual([]);
  });
});
