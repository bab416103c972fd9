import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellSteps } from '../../tools/repo-check/src/calls.ts';
import { openReader, type Reader } from '../../tools/repo-check/src/reader.ts';
import { isDocument, readRepository } from '../../tools/repo-check/src/repository.ts';
import { readShellBlocks } from '../../tools/repo-check/src/shell-blocks.ts';
import { stageApp } from '../../tools/stage.ts';
import { placeOf } from '../src/place.ts';
import { root } from '../src/root.ts';

/*
 * The commands of documents that need a cluster (blocks `sh cluster`), and the acceptance of the Jenkinsfile, as they stand. The
 * image that they name is the one of the tests; the image of nginx comes from the environment, as it does on a cluster with no internet.
 */

const { kubeconfig, kubectl, images } = placeOf();
const repository = readRepository(root);
const documents = [...repository.paths]
  .filter(isDocument)
  .map((path) => ({
    path,
    blocks: readShellBlocks({ path, text: repository.text(path) }).filter(
      ({ place }) => place === 'cluster',
    ),
  }))
  .filter(({ blocks }) => blocks.length > 0);

let reader: Reader;
beforeAll(() => {
  const bin = join(process.env['TMPDIR'] ?? '/tmp', `ssc-e2e-bin-${process.pid}`);
  mkdirSync(bin, { recursive: true });
  // As a call, not a link: it looks for its own folder.
  if (kubectl.includes('/'))
    // With the home of this machine, where the program is kept that it is built as once.
    writeFileSync(
      join(bin, 'kubectl'),
      `#!/bin/sh\nexport KUBECONFIG="\${KUBECONFIG:-$HOME/.kube/config}"\nHOME="${process.env['HOME']}" exec "${kubectl}" "$@"\n`,
      { mode: 0o755 },
    );
  const ssc = join(bin, 'ssc');
  stageApp('ssc-cli', ssc);
  reader = openReader(repository, {
    ssc,
    environment: {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      SSC_HISTORY_IMAGE: images.history,
      IMAGE: images.core,
      ...(images.old !== undefined && { OLD_IMAGE: images.old }),
      NAMESPACE: 'ssc-jenkins',
    },
  });
  // Where kubectl and ssc look when nobody names a file.
  mkdirSync(join(reader.home, '.kube'));
  copyFileSync(kubeconfig, join(reader.home, '.kube/config'));
});
afterAll(async () => {
  await reader.run('kubectl delete namespace sandbox ssc-jenkins --ignore-not-found --wait=false');
  await reader.close();
});

test.each(documents)(
  'the commands of $path that need a cluster',
  async ({ path, blocks }) => {
    await reader.run('kubectl create namespace sandbox || true');
    for (const { line, script } of blocks) {
      const asTested = script
        .replaceAll('stellar/stellar-core:27.1.0', images.core)
        // The namespace is there once, whatever document comes first.
        .replace(/^kubectl create namespace sandbox$/m, 'kubectl get namespace sandbox');
      const { code, output } = await reader.run(asTested);
      process.stdout.write(`${path}:${line}\n${output}`);
      expect(code, `${path}:${line} ended with ${code}\n${output}`).toBe(0);
    }
  },
  900_000,
);

// As small as it goes, where an agent's ssc.toml stands: these take place in real time.
const sizes = `resources = "small"
[missions.LoadGeneration]
accounts = 100
txs = 100
[missions.ProtocolUpgradeWithLoad]
accounts = 400
txs = 600
tx-rate = 30
uploads = 10
[missions.HistoryGenerateAndCatchup]
first-protocol = 27
txs = 20
uploads = 3
[missions.VersionMixConsensus]
txs = 40
ledgers = 5
`;

test('the acceptances of the Jenkinsfile', async () => {
  const steps = shellSteps(repository.text('Jenkinsfile')).filter(
    ({ script }) =>
      script.includes('--provider kubernetes') &&
      (images.old !== undefined || !script.includes('$OLD_IMAGE')),
  );
  expect(steps).toHaveLength(images.old === undefined ? 1 : 2);
  writeFileSync(join(reader.checkout, 'ssc.toml'), sizes);
  await reader.run('kubectl create namespace "$NAMESPACE"');
  for (const { script } of steps) {
    const { code, output } = await reader.run(`export KUBECONFIG="$HOME/.kube/config"\n${script}`);
    process.stdout.write(output);
    expect(code, output).toBe(0);
  }
  // Where its last step looks for them.
  const suites = (stage: string) =>
    readFileSync(join(reader.checkout, `ssc-runs/${stage}/junit.xml`), 'utf8').match(
      /<testsuite /g,
    );
  expect(suites('kubernetes')).toHaveLength(5);
  if (images.old !== undefined) expect(suites('versions')).toHaveLength(1);
}, 900_000);
