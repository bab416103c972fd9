import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderFinding } from '../src/finding.ts';
import {
  checkJenkinsfile,
  type Known,
  type KnownCommand,
  shellCommands,
} from '../src/jenkinsfile.ts';
import { catalog, missionNames } from '../src/missions.ts';
import { readRepository, root } from '../src/repository.ts';
import { parseModule } from '../src/source.ts';

const repository = readRepository(root);
const pipeline = repository.text('Jenkinsfile');

describe('the Jenkinsfile', () => {
  test('calls only what exists', async () => {
    // Not imported by name: the types of the whole program are no business of this package.
    const table = pathToFileURL(`${root}/apps/ssc-cli/src/parse-command.ts`).href;
    const { commands } = (await import(table)) as { commands: readonly KnownCommand[] };
    const missions = missionNames(
      repository.files
        .filter(({ path }) => path.startsWith(catalog) && path.endsWith('.ts'))
        .map(parseModule),
    );
    const found = checkJenkinsfile('Jenkinsfile', pipeline, { commands, missions });
    expect(found.map(renderFinding)).toEqual([]);
  });

  test('sets up, checks, rehearses and accepts, and keeps what the runs leave', () => {
    expect(shellCommands(pipeline).map(({ words }) => words.slice(0, 2).join(' '))).toEqual([
      './ssc --version',
      './test --reporter=junit',
      './ssc mission',
      './ssc mission',
    ]);
    expect(pipeline).toContain("artifacts: 'ssc-runs/**'");
    expect(pipeline).toContain("testResults: 'checks.xml'");
    expect(pipeline.split('{').length).toBe(pipeline.split('}').length);
  });
});

test('what a pipeline may not call', () => {
  const known: Known = {
    commands: [
      {
        name: 'mission',
        options: [
          { flag: 'provider', value: '<name>', choices: ['simulated', 'kubernetes'] },
          { flag: 'destination', value: '<folder>' },
          { flag: 'keep' },
        ],
      },
    ],
    missions: ['SimplePayment'],
  };
  const text = `
    sh './ssc mission SimplePayment --provider=simulated --keep --destination "a b" && ./test'
    sh './ssc mision SimplePayment'
    sh "./ssc mission SimplePaymnet --provider simulated"
    sh(returnStatus: true, script: './ssc mission SimplePayment --provider docker --retries 3')
    sh './ssc mission SimplePayment --destination'
    sh 'npm ci; ./ssc mission --provider simulated'`;
  expect(checkJenkinsfile('Jenkinsfile', text, known).map(renderFinding)).toMatchInlineSnapshot(`
    [
      "Jenkinsfile:3: there is no command "ssc mision"",
      "Jenkinsfile:4: there is no mission "SimplePaymnet"",
      "Jenkinsfile:5: --provider is "docker"; it is one of simulated, kubernetes",
      "Jenkinsfile:5: ssc mission has no option --retries",
      "Jenkinsfile:5: there is no mission "3"",
      "Jenkinsfile:6: --destination has no value",
      "Jenkinsfile:6: ssc mission does not say --provider, so that what is simulated could be mistaken",
      "Jenkinsfile:7: "npm" is called; a pipeline calls ./ssc and ./test",
      "Jenkinsfile:7: ssc mission names no mission",
    ]
  `);
});
