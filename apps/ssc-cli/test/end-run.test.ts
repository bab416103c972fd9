import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { renderError } from '@ssc/errors';
import type { endProcesses } from '@ssc/host';
import { afterEach, expect, test } from 'vitest';
import { endNativeRun } from '../src/native/end-run.ts';
import { cleanHere } from '../src/native/runs-here.ts';
import { createSite, findNativeRun, type NativeRun, sitesFolder } from '../src/native/site.ts';
import { createFakeHost } from './fake-host.ts';

/** What ends all processes but those, which the system keeps. Nothing here is sent anything. */
const keeping =
  (pid: number | undefined): typeof endProcesses =>
  async (_clock, processes) =>
    processes.filter((one) => one.pid === pid);

// Nobody else is to find this process in a run's book.
afterEach(() => rmSync(sitesFolder(), { recursive: true, force: true }));

// No process has a number as high.
const driver = { pid: 2 ** 22 + 1, identity: 'since monday', what: 'ssc' };

/** A run whose driver is gone, and whose node is this very process. */
function lostRun(run: string): NativeRun {
  const { book, folder } = createSite(run, 'BootAndSync', '2026-11-23T11:00:00.000Z');
  const record = join(folder, 'run.json');
  writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), driver }));
  book.enter(process.pid, `${run}-core-0 run`);
  return findNativeRun(run) as NativeRun;
}

const end = async (run: NativeRun, kept?: number): Promise<string> =>
  endNativeRun(run, createFakeHost(), keeping(kept)).then(
    () => 'ended',
    (error: unknown) => renderError(error).replaceAll(String(process.pid), 'MINE'),
  );

test('a driver that does not end when it is killed is told; its nodes are left to it', async () => {
  const run = lostRun('ssc-1a2b3c');
  expect(await end(run, driver.pid)).toMatchInlineSnapshot(`
    "✖ SSC_PROCESSES_NOT_ENDED  of ssc-1a2b3c, process 4194305 (ssc) did not end when killed
      See why: ps -o user,stat,wchan -p 4194305. Once nothing of it runs: ssc clean ssc-1a2b3c."
  `);
  expect(existsSync(run.folder)).toBe(true);
  expect(await end(run)).toBe('ended');
  expect(existsSync(run.folder)).toBe(false);
});

test('a node that does not end when it is killed is told, and its folder is left', async () => {
  const run = lostRun('ssc-4d5e6f');
  expect(await end(run, process.pid)).toMatchInlineSnapshot(`
    "✖ SSC_PROCESSES_NOT_ENDED  of ssc-4d5e6f, process MINE (ssc-4d5e6f-core-0 run) did not end when killed
      See why: ps -o user,stat,wchan -p MINE. Once nothing of it runs: ssc clean ssc-4d5e6f."
  `);
  expect(existsSync(run.folder)).toBe(true);
});

test('ssc clean goes on to the other runs', async () => {
  lostRun('ssc-4d5e70');
  const other = lostRun('ssc-4d5e71');
  rmSync(join(other.folder, 'processes'), { recursive: true });
  const asked = { names: ['ssc-4d5e70', other.run], stale: false, dryRun: false };
  const { lines } = await cleanHere(asked, createFakeHost(), keeping(process.pid));
  expect(lines.join('\n').replaceAll(String(process.pid), 'MINE')).toMatchInlineSnapshot(`
    "✖ SSC_PROCESSES_NOT_ENDED  of ssc-4d5e70, process MINE (ssc-4d5e70-core-0 run) did not end when killed
      See why: ps -o user,stat,wchan -p MINE. Once nothing of it runs: ssc clean ssc-4d5e70.
    removed ssc-4d5e71 on this machine (BootAndSync, 0 processes)"
  `);
  expect(existsSync(other.folder)).toBe(false);
});
