import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, renderFigures, timed } from './compare.ts';

const root = join(import.meta.dirname, '..', '..');

function run(command: string, args: readonly string[]): string {
  // An environment that names a cluster would make the provider ambiguous.
  const { KUBECONFIG: _kubeconfig, KUBERNETES_SERVICE_HOST: _host, ...env } = process.env;
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', cwd: root, env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The whole command beside a Node.js that does nothing. */
export function benchCommand(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-bench-'));
  const ssc = join(root, 'ssc');
  const mission = ['mission', 'SimplePayment', '--seed', '1', '--destination', folder];
  try {
    const figures = compare(
      [
        { name: 'node -e 0', run: () => timed(() => void run(process.execPath, ['-e', '0'])) },
        { name: './ssc --help', run: () => timed(() => void run(ssc, ['--help'])) },
        { name: './ssc mission SimplePayment', run: () => timed(() => void run(ssc, mission)) },
      ],
      9,
    );
    const events = run(ssc, [...mission, '--json'])
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string; readonly seconds?: number });
    const simulated = events.findLast((event) => event.type === 'run-ended')?.seconds ?? 0;
    const wallMs = figures[2]?.medianMs ?? 1;
    return `${renderFigures('Commands, whole processes', figures)}  the mission runs for ${simulated.toFixed(0)} s of simulated time: ${(simulated / (wallMs / 1000)).toFixed(0)} s of it a second\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
