import { createRandom, createVirtualClock, type VirtualClock } from '@ssc/clock';
import { expect, test } from 'vitest';
import {
  createSimNetwork,
  createVolume,
  type Program,
  type RunningProgram,
  startProgram,
} from '../src/index.ts';

/** Starts a program that has something to end which neither its clock nor its network ends. */
function start(program: Program): {
  clock: VirtualClock;
  running: RunningProgram;
  ended: string[];
} {
  const clock = createVirtualClock({ start: 0 });
  const host = createSimNetwork({ clock }).addHost('10.0.0.1');
  const ended: string[] = [];
  const running = startProgram(
    {
      holder: (self) => {
        self.onEnd(() => ended.push('first'));
        self.onEnd(() => ended.push('second'));
        return program(self);
      },
    },
    {
      argv: ['holder'],
      files: createVolume(),
      openNet: host.open,
      clock,
      random: createRandom('1'),
    },
  );
  return { clock, running, ended };
}

const returns: Program = async () => 3;
const throws: Program = async () => {
  throw new Error('no');
};

test.each([
  ['returns', returns, 3],
  ['throws', throws, 134],
] as const)('a program that %s is told of its end once', async (_how, program, code) => {
  const { clock, running, ended } = start(program);
  expect(await clock.run(async () => running.exited)).toBe(code);
  running.kill();
  expect(ended).toEqual(['first', 'second']);
});

test('a program that is killed is told of its end before anybody hears of it', async () => {
  const { clock, running, ended } = start(() => new Promise(() => {}));
  running.kill();
  expect(ended).toEqual(['first', 'second']);
  expect(await clock.run(async () => running.exited)).toBe(137);
});

test('a program that becomes another gives its output as it comes, its signals and its end', async () => {
  const clock = createVirtualClock({ start: 0 });
  const host = createSimNetwork({ clock }).addHost('10.0.0.1');
  const output: string[] = [];
  const begin = (): RunningProgram =>
    startProgram(
      {
        shell: async (self) => self.become(['server', 'a'], { env: { B: 'b' } }),
        server: (self) =>
          new Promise((resolve) => {
            self.stdout(`${self.argv[1]}${self.env['B']}\n`);
            self.stderr('ready\n');
            self.onSignal((signal) => {
              self.stdout(`${signal}\n`);
              resolve(7);
            });
            self.onEnd(() => output.push('ended'));
          }),
      },
      {
        argv: ['shell'],
        files: createVolume(),
        openNet: host.open,
        clock,
        random: createRandom('1'),
        stdout: (text) => output.push(text),
        stderr: (text) => output.push(text),
      },
    );
  const first = begin();
  expect(output.splice(0)).toEqual(['ab\n', 'ready\n']);
  first.signal('SIGTERM');
  expect(await clock.run(async () => first.exited)).toBe(7);
  expect(output.splice(0)).toEqual(['SIGTERM\n', 'ended']);
  const second = begin();
  output.splice(0);
  second.kill();
  expect(output).toEqual(['ended']);
});
