import { existsSync } from 'node:fs';
import process from 'node:process';
import { renderError } from '@ssc/errors';
import type { BookedProcess } from '@ssc/host';
import { expect, test, vi } from 'vitest';
import { main } from '../src/main.ts';
import { endNativeRun } from '../src/native/end-run.ts';
import { createSite, findNativeRun, type NativeRun } from '../src/native/site.ts';
import { createFakeHost } from './fake-host.ts';

// Processes that the system keeps, whatever they are sent: nothing here is sent anything.
const keeps = vi.hoisted(() => ({ pids: [] as number[] }));
vi.mock('@ssc/host', async (original) => ({
  ...(await original<typeof import('@ssc/host')>()),
  identifyProcess: () => undefined,
  endProcesses: async (_clock: unknown, processes: readonly BookedProcess[]) =>
    processes.filter(({ pid }) => keeps.pids.includes(pid)),
}));

// No process has a number as high.
const driver = { pid: 2 ** 22 + 1, identity: 'since monday', what: 'ssc' };

/** A run whose driver is gone, and whose node is this very process. */
function lostRun(run: string): NativeRun {
  const { book } = createSite(run, 'BootAndSync', '2026-11-23T11:00:00.000Z');
  book.enter(process.pid, `${run}-core-0 run`);
  return { ...(findNativeRun(run) as NativeRun), driver };
}

const end = async (run: NativeRun): Promise<string> =>
  endNativeRun(run, createFakeHost()).then(
    () => 'ended',
    (error: unknown) => renderError(error).replaceAll(String(process.pid), 'MINE'),
  );

test('a driver that does not end when it is killed is told; its nodes are left to it', async () => {
  const run = lostRun('ssc-1a2b3c');
  keeps.pids = [driver.pid];
  expect(await end(run)).toMatchInlineSnapshot(`
    "✖ SSC_PROCESSES_NOT_ENDED  of ssc-1a2b3c, process 4194305 (ssc) did not end when killed
      See why: ps -o user,stat,wchan -p 4194305. Once nothing of it runs: ssc clean ssc-1a2b3c."
  `);
  keeps.pids = [];
  expect(existsSync(run.folder)).toBe(true);
  expect(await end(run)).toBe('ended');
  expect(existsSync(run.folder)).toBe(false);
});

test('a node that does not end when it is killed is told, and its folder is left', async () => {
  const run = lostRun('ssc-4d5e6f');
  keeps.pids = [process.pid];
  expect(await end(run)).toMatchInlineSnapshot(`
    "✖ SSC_PROCESSES_NOT_ENDED  of ssc-4d5e6f, process MINE (ssc-4d5e6f-core-0 run) did not end when killed
      See why: ps -o user,stat,wchan -p MINE. Once nothing of it runs: ssc clean ssc-4d5e6f."
  `);
  expect(existsSync(run.folder)).toBe(true);
});

test('ssc clean goes on to the other runs', async () => {
  lostRun('ssc-4d5e70');
  const other = createSite('ssc-4d5e71', 'BootAndSync', '2026-11-23T11:00:00.000Z');
  keeps.pids = [process.pid];
  const host = createFakeHost();
  expect(await main(['clean', 'ssc-4d5e70', other.run], host)).toBe(0);
  expect(host.printed().replaceAll(String(process.pid), 'MINE')).toMatchInlineSnapshot(`
    "✖ SSC_PROCESSES_NOT_ENDED  of ssc-4d5e70, process MINE (ssc-4d5e70-core-0 run) did not end when killed
      See why: ps -o user,stat,wchan -p MINE. Once nothing of it runs: ssc clean ssc-4d5e70.
    removed ssc-4d5e71 on this machine (BootAndSync, 0 processes)
    "
  `);
  expect(existsSync(other.folder)).toBe(false);
});
