import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  checkDocument,
  checkJenkinsfile,
  type Known,
  type KnownCommand,
  shellCommands,
} from '../src/calls.ts';
import { renderFinding } from '../src/finding.ts';
import { isDocument, readRepository, root } from '../src/repository.ts';

const repository = readRepository(root);
const pipeline = repository.text('Jenkinsfile');

type Type = Omit<KnownCommand['options'][number], 'flag'>;

/** The commands and missions that there are. */
async function known(): Promise<Known> {
  // Not imported by name: the types of the whole program are no business of this package.
  const load = (path: string): Promise<unknown> => import(pathToFileURL(`${root}/${path}`).href);
  const { commands } = (await load('apps/ssc-cli/src/commands.ts')) as {
    commands: readonly { name: string; options: Readonly<Record<string, { type: Type }>> }[];
  };
  const { everyOptions } = (await load('apps/ssc-cli/src/options/output.ts')) as {
    everyOptions: Readonly<Record<string, { type: Type }>>;
  };
  const { catalog, flagOf } = (await load('packages/missions/src/index.ts')) as {
    catalog: Readonly<Record<string, { readonly params: object }>>;
    flagOf(param: string): string;
  };
  const missions = Object.entries(catalog).map(([name, { params }]) => [
    name,
    Object.keys(params).map(flagOf),
  ]);
  return {
    commands: commands.map(({ name, options }) => ({
      name,
      options: Object.entries({ ...options, ...everyOptions }).map(([option, { type }]) => ({
        flag: flagOf(option),
        ...type,
      })),
    })),
    missions: Object.fromEntries(missions) as Known['missions'],
  };
}

test('documents call only what exists', async () => {
  const all = await known();
  const documents = repository.files.filter(({ path }) => path.endsWith('.md'));
  const found = documents.flatMap((file) => checkDocument(file, all, isDocument(file.path)));
  expect(found.map(renderFinding)).toEqual([]);
});

describe('the Jenkinsfile', () => {
  test('calls only what exists', async () => {
    const found = checkJenkinsfile('Jenkinsfile', pipeline, await known());
    expect(found.map(renderFinding)).toEqual([]);
  });

  test('sets up, checks, rehearses and accepts, and keeps what the runs leave', async () => {
    expect(shellCommands(pipeline).map(({ words }) => words.slice(0, 2).join(' '))).toEqual([
      './ssc --version',
      './test --reporter=junit',
      './ssc rehearse',
      './ssc mission',
      './ssc mission',
    ]);
    // All that can be accepted is: what the catalogue has, and the pipeline forgets, is missed here.
    const { missions } = await known();
    const accepted = shellCommands(pipeline).flatMap(({ words }) =>
      words[1] === 'mission' ? words.filter((word) => word in missions) : [],
    );
    expect(accepted.sort()).toEqual(Object.keys(missions).sort());
    expect(pipeline).toContain("artifacts: 'ssc-runs/**'");
    expect(pipeline).toContain("testResults: 'ssc-runs/*/junit.xml'");
    expect(pipeline).toContain("testResults: 'checks.xml'");
    expect(pipeline.split('{').length).toBe(pipeline.split('}').length);
  });
});

const small: Known = {
  commands: [
    {
      name: 'mission',
      options: [
        { flag: 'provider', value: '<name>', choices: ['simulated', 'kubernetes'] },
        { flag: 'destination', value: '<folder>' },
        { flag: 'keep' },
      ],
    },
    { name: 'config check', options: [{ flag: 'json' }] },
  ],
  missions: { SimplePayment: ['amount'], Other: ['rate'] },
};

test('what a document may not call', () => {
  const text =
    '# A\n\n```sh\n./ssc mission SimplePayment --keep # keeps it\n./ssc mission SimplePayment --amount "1 XLM"\nls --unknown\n./ssc config check a.cfg --json\n./ssc runs --all\n./ssc mission SimplePayment --rate 3\n```\n';
  expect(checkDocument({ path: 'a.md', text }, small).map(renderFinding)).toEqual([
    'a.md:8: there is no command "ssc runs"',
    'a.md:9: ssc mission SimplePayment has no option --rate',
  ]);
});

test('what a pipeline may not call', () => {
  const text = `
    sh './ssc mission SimplePayment --provider=simulated --keep --destination "a b" && ./test'
    sh './ssc mision SimplePayment'
    sh "./ssc mission SimplePaymnet --provider simulated"
    sh(returnStatus: true, script: './ssc mission SimplePayment --provider docker --retries 3')
    sh './ssc mission SimplePayment --destination'
    sh 'npm ci; ./ssc mission --provider simulated'`;
  expect(checkJenkinsfile('Jenkinsfile', text, small).map(renderFinding)).toMatchInlineSnapshot(`
    [
      "Jenkinsfile:3: there is no command "ssc mision"",
      "Jenkinsfile:4: there is no mission "SimplePaymnet"",
      "Jenkinsfile:5: --provider is "docker"; it is one of simulated, kubernetes",
      "Jenkinsfile:5: there is no mission "3"",
      "Jenkinsfile:5: ssc mission SimplePayment 3 has no option --retries",
      "Jenkinsfile:6: --destination has no value",
      "Jenkinsfile:6: ssc mission does not say --provider, so that what is simulated could be mistaken",
      "Jenkinsfile:7: "npm" is called; a pipeline calls ./ssc and ./test",
      "Jenkinsfile:7: ssc mission names no mission",
    ]
  `);
});
