import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openApi, type RealApi } from '../src/api.ts';
import { placeOf } from '../src/place.ts';
import { callSsc, type SscEnd } from '../src/ssc.ts';

let api: RealApi;
const { kubeconfig, kubectl, images } = placeOf();
beforeAll(() => {
  api = openApi(kubeconfig);
});
afterAll(() => api.close());

/** kubectl in a namespace; what it printed, or its complaint when it failed. */
function kubectlIn(namespace: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    kubectl,
    ['--kubeconfig', kubeconfig, '--namespace', namespace, ...words],
    { encoding: 'utf8' },
  );
  return status === 0 ? stdout : `exit code ${status}: ${stderr}`;
}

test('what ssc render writes, kubectl applies, and the network forms; kubectl deletes it', async () => {
  await api.inNamespace(async (namespace) => {
    const folder = mkdtempSync(join(tmpdir(), 'ssc-e2e-render-'));
    const { code, output } = await callSsc(
      ...['render', 'SimplePayment', '--namespace', namespace, '--output', folder],
      ...['--image', images.core, '--history-image', images.history],
    ).ended;
    expect([code, output]).toEqual([0, expect.stringContaining('wrote')]);
    const manifests = join(folder, 'manifests');
    const applied = kubectlIn(namespace, 'apply', '-f', manifests);
    process.stdout.write(applied);
    expect(applied.match(/ created$/gmu)).toHaveLength(readdirSync(manifests).length);

    const path = (node: number, command: string): string =>
      `/api/v1/namespaces/${namespace}/pods/ssc-000000-core-${node}:11626/proxy/${command}`;
    const startedAt = performance.now();
    const states = await eventually(
      90_000,
      async () =>
        [0, 1, 2].map((node) => {
          const answer = kubectlIn(namespace, 'get', '--raw', path(node, 'info'));
          if (!answer.startsWith('{')) return 'no answer';
          const { info } = JSON.parse(answer) as {
            // A node that boots answers with an error in its place.
            info?: {
              state: string;
              ledger: { num: number };
              quorum?: { qset?: { agree?: number } };
            };
          };
          if (info === undefined) return answer;
          return info.state === 'Synced!' && info.ledger.num > 3 && info.quorum?.qset?.agree === 3
            ? 'agreed'
            : `${info.state}, ledger ${info.ledger.num}`;
        }),
      (seen) => seen.every((state) => state === 'agreed'),
    );
    expect(states).toEqual(['agreed', 'agreed', 'agreed']);
    process.stdout.write(
      `three nodes agreed ${((performance.now() - startedAt) / 1000).toFixed(1)} s after kubectl apply\n`,
    );

    expect(kubectlIn(namespace, 'delete', '-f', manifests, '--wait=false')).toContain('deleted');
    const left = await eventually(
      60_000,
      () => api.objectsIn(namespace),
      (objects) => objects.length === 0,
    );
    expect(left).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

test('ssc plan compares a mission with the quota of a namespace, with nothing made', async () => {
  await api.inNamespace(async (namespace) => {
    const planned = (): Promise<SscEnd> =>
      callSsc(
        ...['plan', 'BootAndSync', '--seed', '1'],
        ...['--kubeconfig', kubeconfig, '--namespace', namespace],
      ).ended;
    const hard = (cpu: string) => ['quota', 'team', `--hard=requests.cpu=${cpu},pods=10`];
    expect(kubectlIn(namespace, 'create', ...hard('1'))).toContain('created');
    const fits = await planned();
    expect([fits.code, fits.output]).toEqual([
      0,
      expect.stringContaining('✔ requests.cpu of quota team  needs 330m, left are 1 of 1'),
    ]);
    kubectlIn(namespace, 'delete', 'quota', 'team');
    kubectlIn(namespace, 'create', ...hard('200m'));
    const lacks = await planned();
    process.stdout.write(lacks.output);
    expect(lacks.code).toBe(2);
    expect(lacks.output).toContain('✖ requests.cpu of quota team');
    expect(lacks.output).toContain('SSC_QUOTA');
    expect(lacks.output).toContain('needs 330m = 3 × 110m');
  });
}, 300_000);
