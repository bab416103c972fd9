import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, renderFigures, timed } from './compare.ts';

interface Result {
  readonly seconds: number;
  readonly apiCalls: Readonly<Record<string, number>>;
}

interface Info {
  readonly ledger: { readonly num: number };
}

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
    const result = JSON.parse(
      readFileSync(join(folder, 'latest', 'result.json'), 'utf8'),
    ) as Result;
    const node = JSON.parse(
      readFileSync(join(folder, 'latest', 'nodes', 'core-0', 'info.json'), 'utf8'),
    ) as Info;
    const wallSeconds = (figures[2]?.medianMs ?? 1) / 1000;
    const calls = Object.entries(result.apiCalls).map(([verb, count]) => `${verb} ${count}`);
    return [
      renderFigures('Commands, whole processes', figures).trimEnd(),
      `  a run is ${result.seconds.toFixed(0)} s of simulated time and ${node.ledger.num} ledgers of 3 nodes: ${(node.ledger.num / wallSeconds).toFixed(0)} ledgers a second, start of the process included`,
      `  Kubernetes API calls of a run: ${calls.join(', ')}`,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
