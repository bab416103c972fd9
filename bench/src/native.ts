import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock, waitUntil } from '@ssc/clock';
import { planNetwork } from '@ssc/formation';
import { reservePorts } from '@ssc/host';
import { stageApp } from '../../tools/stage.ts';
import { renderFigures, summarize } from './compare.ts';

const root = join(import.meta.dirname, '..', '..');
const nodes = 3;
const rounds = 3;
const within = '2m';
const clock = createSystemClock();

/**
 * From the command to three nodes in sync, natively, beside a person who has the configurations already and types new-db, new-hist
 * and run for every node at once. The binary is core-sim's, or the one that SSC_CORE_BINARY names.
 */
export async function benchNative(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-bench-'));
  try {
    const binary = process.env['SSC_CORE_BINARY'] ?? stageCoreSim(folder);
    const byHand: number[] = [];
    const bySsc: Measured[] = [];
    for (let i = 0; i < rounds; i++) {
      byHand.push(await measureByHand(binary, join(folder, `hand-${i}`)));
      bySsc.push(await measureSsc(binary, join(folder, `ssc-${i}`)));
    }
    const [hand, own] = [
      summarize('new-db, new-hist, run by hand', byHand),
      summarize(
        'ssc mission BootAndSync --provider native',
        bySsc.map((one) => one.ms),
      ),
    ];
    return [
      renderFigures(`${nodes} nodes in sync on this machine (${binary})`, [hand, own]).trimEnd(),
      `  beyond the nodes' own time: ${((own.medianMs - hand.medianMs) / 1000).toFixed(2)} s`,
      `  memory of the driver: at most ${Math.max(...bySsc.map((one) => one.peakMiB)).toFixed(0)} MiB`,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function stageCoreSim(folder: string): string {
  const staged = join(folder, 'core-sim');
  stageApp('core-sim', staged);
  return join(staged, 'bin/core-sim.js');
}

/** Milliseconds until every node has closed two ledgers since all of them answered. */
async function measureByHand(binary: string, folder: string): Promise<number> {
  const { ports, release } = await reservePorts({ count: 3 * nodes, start: 0.5 });
  const at = (ordinal: number): number[] => ports.slice(3 * ordinal, 3 * ordinal + 3);
  const placement = ({ ordinal }: { ordinal: number }) => {
    const [peerPort = 0, httpPort = 0, history = 0] = at(ordinal);
    const historyUrl = `http://127.0.0.1:${history}`;
    return {
      peerHost: '127.0.0.1',
      peerPort,
      httpPort,
      dataFolder: join(folder, String(ordinal)),
      historyUrl,
    };
  };
  const { configs } = planNetwork({
    run: 'ssc-000000',
    mission: 'bench',
    namespace: 'default',
    sets: { core: { nodes } },
    images: { core: 'core', history: 'nginx' },
    seed: '1',
    placement,
  });
  const running: ChildProcess[] = [];
  const begun = performance.now();
  try {
    await Promise.all(
      [...configs.values()].map(async (config, ordinal) => {
        const cwd = join(folder, String(ordinal));
        mkdirSync(cwd, { recursive: true });
        writeFileSync(join(cwd, 'core.cfg'), config);
        const core = (...words: string[]) =>
          spawn(binary, [...words, '--conf', 'core.cfg'], { cwd, stdio: 'ignore' });
        for (const words of [['new-db'], ['new-hist', 'local']])
          await new Promise((resolve) => core(...words).on('close', resolve));
        running.push(core('run'));
      }),
    );
    const heights = async (): Promise<number[]> =>
      Promise.all(Array.from({ length: nodes }, (_, i) => heightAt(at(i)[1] ?? 0)));
    const untilAll = (what: string, holds: (height: number, ordinal: number) => boolean) =>
      waitUntil(clock, { what, within, every: '20ms' }, async () => {
        const seen = await heights();
        if (seen.every(holds)) return { done: true, value: seen };
        return { done: false, saw: `ledgers ${seen.join(', ')}` };
      });
    const first = await untilAll('the nodes', (height) => height > 0);
    await untilAll('two ledgers of each node', (height, i) => height >= (first[i] ?? 0) + 2);
    return performance.now() - begun;
  } finally {
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(running.map((child) => new Promise((resolve) => child.on('close', resolve))));
    release();
  }
}

/** The ledger of a node, 0 while it does not answer. */
const heightAt = (port: number): Promise<number> =>
  fetch(`http://127.0.0.1:${port}/info`)
    .then((reply) => reply.json() as Promise<{ info?: { ledger: { num: number } } }>)
    .then(
      (body) => body.info?.ledger.num ?? 0,
      () => 0,
    );

interface Measured {
  readonly ms: number;
  readonly peakMiB: number;
}

async function measureSsc(binary: string, folder: string): Promise<Measured> {
  const words = ['mission', 'BootAndSync', '--provider', 'native', '--core-binary', binary];
  const begun = performance.now();
  const child = spawn(join(root, 'ssc'), [...words, '--destination', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.on('data', (part: Buffer) => {
    printed += part.toString();
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await waitUntil(clock, { what: 'nodes in sync', within, every: '5ms' }, async () => {
    if (printed.includes('✓ sync')) return { done: true, value: undefined };
    if (child.exitCode !== null)
      throw new Error(`ssc ended before its nodes were in sync: ${printed}`);
    return { done: false, saw: printed };
  });
  const ms = performance.now() - begun;
  // The launcher has become the driver by exec, so its number is the driver's.
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const peakKiB = Number(/^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1] ?? 0);
  child.kill('SIGINT');
  await ended;
  return { ms, peakMiB: peakKiB / 1024 };
}
