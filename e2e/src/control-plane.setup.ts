import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { TestProject } from 'vitest/node';
import { openTestCluster, toProvided } from './cluster.ts';
import { renderTally, type Tally } from './tally.ts';

/** Starts the API server, and tells at the end what was shown on it. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const cluster = await openTestCluster({ runsContainers: false });
  const folder = mkdtempSync(join(tmpdir(), 'ssc-tally-'));
  const tallyFile = join(folder, 'tally.jsonl');
  writeFileSync(tallyFile, '');
  provide('cluster', 'reason' in cluster ? cluster : toProvided(cluster));
  provide('tallyFile', tallyFile);
  return () => {
    if ('reason' in cluster) process.stdout.write(`real API: not used, since ${cluster.reason}\n`);
    else {
      cluster.close();
      const lines = readFileSync(tallyFile, 'utf8').split('\n').filter(Boolean);
      const tallies = lines.map((line) => JSON.parse(line) as Tally);
      process.stdout.write(`${renderTally(tallies)}, on ${cluster.origin}\n`);
    }
    rmSync(folder, { recursive: true });
  };
}
