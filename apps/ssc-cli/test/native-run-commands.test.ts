import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from '@ssc/clock';
import { identifyProcess } from '@ssc/host';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { listNativeRuns, type NativeRun } from '../src/native/site.ts';
import { createFakeHost } from './fake-host.ts';
import { openWorkshop, type Workshop } from './native-binaries.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const clock = createSystemClock();

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await clock.sleep(20);
  }
}

/** A driver in a process of its own, once its nodes answer. */
async function drive(): Promise<{
  readonly driver: ChildProcess;
  readonly run: NativeRun;
  readonly printed: () => string;
  readonly ended: Promise<number | null>;
}> {
  const [node, tool] = workshop.ssc;
  const driver = spawn(
    node,
    [
      ...[tool, 'mission', 'LoadGeneration', '--txs', '100000', '--provider', 'native'],
      ...['--core-binary', workshop.coreSim, '--destination', join(workshop.folder, 'runs')],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const channel of [driver.stdout, driver.stderr])
    channel.on('data', (part: Buffer) => {
      text += part.toString();
    });
  const ended = new Promise<number | null>((resolve) => driver.on('exit', resolve));
  await until(() => (text.includes('3 nodes answer') ? true : undefined));
  const run = await until(() => listNativeRuns().find((one) => one.driver.pid === driver.pid));
  return { driver, run, printed: () => text, ended };
}

/** A command of somebody else on this machine. */
async function call(...words: readonly string[]): Promise<string> {
  const host = createFakeHost({}, { clock, randomBytes: (count) => randomBytes(count) });
  const code = await main(words, host);
  return `${code}\n${host.complained()}${host.printed()}`;
}

const isGone = ({ run, folder, processes }: NativeRun): boolean =>
  listNativeRuns().every((one) => one.run !== run) &&
  !existsSync(folder) &&
  processes.every(({ pid, identity }) => identifyProcess(pid) !== identity);

describe.concurrent('a run on this machine', () => {
  test('is asked, and stopped with all of its nodes, while its driver is alive', async () => {
    const { run, printed, ended } = await drive();
    const asked = await call('http', run.run, 'core-1', 'info');
    expect(asked).toMatch(/^0\n/u);
    expect(JSON.parse(asked.slice(2))).toMatchObject({ info: { state: expect.any(String) } });
    expect((await call('logs', run.run)).replaceAll(run.run, 'RUN')).toContain(
      '2\n✖ SSC_LOGS_HERE  RUN is on this machine, where logs are files',
    );
    expect(await call('stop', run.run)).toBe(
      `0\nstopped ${run.run} on this machine (LoadGeneration)\n`,
    );
    expect(isGone(run)).toBe(true);
    expect(await ended).toBe(143);
    expect(printed()).toContain('LoadGeneration: interrupted');
    const again = (await call('stop', run.run)).replaceAll(run.run, 'RUN');
    expect(again).toContain('✖ SSC_KUBECONFIG_MISSING');
    expect(again).toContain('This machine    has no run RUN\n');
  });

  test('is stopped when its driver has died, too', async () => {
    const { run, driver, ended } = await drive();
    driver.kill('SIGKILL');
    await ended;
    expect(await call('stop', run.run)).toBe(
      `0\nstopped ${run.run} on this machine (LoadGeneration)\n`,
    );
    expect(isGone(run)).toBe(true);
  });
});
