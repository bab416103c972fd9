import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { staged } from '../../staged.ts';
import { shellSteps } from '../src/calls.ts';
import { openReader, type Reader } from '../src/reader.ts';
import { readRepository, root } from '../src/repository.ts';

/*
 * The shell steps of the pipeline, run one after the other in one copy of the checkout, as an agent does. The acceptance meets no
 * cluster here; it is run on one by e2e/real/documents.test.ts.
 */

const repository = readRepository(root);
const [setUp, checks, rehearsal, ...acceptances] = shellSteps(repository.text('Jenkinsfile')).map(
  ({ script }) => script,
) as [string, string, string, ...string[]];

let agent: Reader;
beforeAll(async () => {
  agent = openReader(repository, {
    ssc: await staged('ssc-cli'),
    environment: {
      IMAGE: 'stellar/stellar-core:27.1.0',
      OLD_IMAGE: 'stellar/stellar-core:26.0.0',
      NAMESPACE: 'ssc',
    },
  });
});
afterAll(() => agent.close());
const written = (path: string): string => readFileSync(`${agent.checkout}/${path}`, 'utf8');

test('set-up', async () => {
  const { code, output } = await agent.run(setUp);
  expect(code, output).toBe(0);
  expect(output).toMatch(/^ssc \d|^\d/);
});

test('the checks leave their results where the pipeline reads them', async () => {
  // This test is one of them, so vitest with no test stands in for the whole: the arguments go to it.
  const stand = 'pnpm exec vitest run --config none.config.mjs --dir docs --passWithNoTests "$@"';
  writeFileSync(`${agent.checkout}/none.config.mjs`, 'export default {};\n');
  writeFileSync(`${agent.checkout}/test`, `#!/bin/sh\n${stand}\n`);
  const { code, output } = await agent.run(checks);
  expect(code, output).toBe(0);
  expect(existsSync(`${agent.checkout}/checks.xml`)).toBe(true);
});

test('the rehearsal', async () => {
  const { code, output } = await agent.run(rehearsal);
  expect(code, output).toBe(0);
  const suites = written('ssc-runs/simulated/junit.xml').match(/<testsuite /g) ?? [];
  expect(suites.length).toBeGreaterThan(2);
});

test('the acceptances without a cluster make no sense, and create nothing', async () => {
  expect(acceptances).toHaveLength(2);
  for (const acceptance of acceptances) {
    const { code, output } = await agent.run(`export KUBECONFIG="$PWD/none"; ${acceptance}`);
    expect(code, output).toBe(2);
  }
  for (const folder of ['kubernetes', 'versions'])
    expect(existsSync(`${agent.checkout}/ssc-runs/${folder}/latest`)).toBe(false);
});
