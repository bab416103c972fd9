import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { TestImages } from './images.ts';
import { root } from './root.ts';

/** Where a mission is run. */
export interface MissionPlace {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly images: TestImages;
}

/** A call of ssc that has ended. */
export interface SscEnd {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** A call of ssc. */
export interface SscCall {
  readonly child: ChildProcess;
  /** What it has printed so far, on both channels. */
  output(): string;
  readonly ended: Promise<SscEnd>;
}

/** The command, from its sources, as a process of its own. */
export function callSsc(...words: readonly string[]): SscCall {
  const { KUBECONFIG: _kubeconfig, ...env } = process.env;
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--conditions=@ssc/source', join(root, 'apps/ssc-cli/bin/dev.ts'), ...words],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const channel of [child.stdout, child.stderr])
    channel?.on('data', (part: Buffer) => {
      output += part.toString();
    });
  return {
    child,
    output: () => output,
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ code, output, seconds: (performance.now() - startedAt) / 1000 }),
      );
    }),
  };
}

/** A mission on the cluster, with its results in a folder of its own. */
export function callMission(
  mission: string,
  place: MissionPlace,
  ...more: readonly string[]
): SscCall & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-e2e-runs-'));
  const call = callSsc(
    'mission',
    mission,
    '--provider',
    'kubernetes',
    '--kubeconfig',
    place.kubeconfig,
    '--namespace',
    place.namespace,
    '--image',
    place.images.core,
    '--history-image',
    place.images.history,
    ...(place.images.old === undefined ? [] : ['--old-image', place.images.old]),
    '--destination',
    folder,
    ...more,
  );
  return { ...call, folder };
}

/** How a mission that holds ends: rehearsed on nodes that say that they are simulated, passed on real ones. */
export function heldOn(
  { areSimulated }: TestImages,
  output: string,
): { readonly verdict: 'rehearsed' | 'passed'; readonly nodes: 'simulated' | 'real' } {
  const simulated = areSimulated ?? output.includes('nodes answer, simulated');
  return simulated
    ? { verdict: 'rehearsed', nodes: 'simulated' }
    : { verdict: 'passed', nodes: 'real' };
}

/** The part of `result.json` that the tests read. */
export interface SscResult {
  readonly run: string;
  readonly verdict: string;
  readonly nodes: string;
  readonly provider: string;
  readonly phases: readonly { readonly name: string; readonly earlier?: true }[];
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly facts: readonly (readonly [string, string])[];
  };
  readonly afterwards: readonly { readonly message: string }[];
}

/** The result of the one mission that wrote into the folder. */
export const readResult = (folder: string): SscResult =>
  JSON.parse(readFileSync(join(folder, 'latest/result.json'), 'utf8')) as SscResult;
