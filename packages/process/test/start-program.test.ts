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
