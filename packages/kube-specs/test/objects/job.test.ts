import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type JobPlan,
  jobItem,
  jobName,
  jobSelector,
  resourceProfiles,
  toJobObjects,
  variable,
  word,
} from '../../src/index.ts';
import { messageOf } from '../message.ts';
import { runName } from '../plan.fixture.ts';
import { postgres } from './golden.ts';

const jobPlan = (changes: Partial<JobPlan> = {}): JobPlan => ({
  run: runName,
  mission: 'Try',
  namespace: 'sandbox',
  job: 'try',
  image: 'a:1',
  command: ['stellar-core', 'version'],
  resources: resourceProfiles.small,
  deadlineSeconds: 60,
  ...changes,
});

test('all that is wrong in a job is named at once', () => {
  const plan = jobPlan({
    namespace: 'No',
    image: '',
    command: ['', jobItem],
    deadlineSeconds: 0,
    retries: -1,
    preparation: { newDb: true, newHist: ['--help'] },
    database: 'postgres',
    testDatabases: ['Test-1'],
    parallel: { items: ['a', ' b'], parallelism: 0, failuresMax: 0.5 },
    user: -1,
  });
  expect(messageOf(() => toJobObjects(plan, 'u'))).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  13 problems in the plan of run ssc-1a2b3c; nothing was made
      namespace                       must be 1 to 63 of a-z, 0-9 and "-", got "No"
      job try: image                  must be an image's name, got ""
      job try: command                must begin with a program
      job try: deadlineSeconds        must be a whole number above 0, got 0
      job try: retries                must be 0 to 100, got -1
      job try: preparation            needs a configuration (config)
      job try: preparation.newHist    "--help" cannot be the name of an archive
      job try: database               is postgres, but the plan has no image for it (postgres)
      job try: testDatabases          must be of a-z, 0-9 and "_", got "Test-1"
      job try: items                  must be texts of one line without space around them, got " b"
      job try: parallelism            must be a whole number above 0, got 0
      job try: failuresMax            must be 0 or above, got 0.5
      user                            must be a user id above 0 or "image", got -1"
  `);
});

test('an item without a list, test databases without a server, an empty list', () => {
  const message = (changes: Partial<JobPlan>): string =>
    messageOf(() => toJobObjects(jobPlan(changes), 'u')).split('\n')[1] ?? '';
  expect([
    message({ command: ['a', word('x', variable('ITEM'))] }),
    message({ testDatabases: ['test0'] }),
    message({ parallel: { items: [], parallelism: 1 } }),
    message({ job: '' }),
    message({ command: ['a', word(variable('HOME'))], parallel: { items: ['x'], parallelism: 1 } }),
  ]).toMatchInlineSnapshot(`
    [
      "  job try: command    names an item, but the job has no list of items",
      "  job try: testDatabases    need postgres as database",
      "  job try: items    must be 1 to 10000 in at most 1 MiB, got 0 in 0 bytes",
      "  job    needs a name",
      "  job try: command    names "HOME", and only the item can stand there",
    ]
  `);
});

test('a password that no file of one line can hold is refused', () => {
  const plan = jobPlan({ database: 'postgres', postgres: { ...postgres, password: 'a\nb' } });
  expect(messageOf(() => toJobObjects(plan, 'u'))).toMatchInlineSnapshot(`
    "✖ SSC_PLAN_INVALID  a problem in the plan of run ssc-1a2b3c; nothing was made
      postgres.password    must be one line that is not empty"
  `);
});

test('a program gets its words as they are, with no shell between', () => {
  const words = ['stellar-core', 'test', '$(HOME) $HOME', "it's"];
  const { job } = toJobObjects(jobPlan({ command: words }), 'u');
  expect(job.spec?.template.spec?.containers[0]?.command).toEqual([
    'stellar-core',
    'test',
    '$$(HOME) $HOME',
    "it's",
  ]);
});

test('each pod of a parallel job runs with the item of its number, in a real shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ssc-job-'));
  const items = ["it's", 'two words', '$HOME', '1/2'];
  const { job, configMaps } = toJobObjects(
    jobPlan({ command: ['printf', '%s|', jobItem, 'end'], parallel: { items, parallelism: 9 } }),
    'u',
  );
  writeFileSync(join(folder, 'items'), configMaps[0]?.data?.['items'] ?? '');
  const [, , text = ''] = job.spec?.template.spec?.containers[0]?.command ?? [];
  const outputs = [0, 1, 2, 3, 4].map((index) => {
    const { stdout, status } = spawnSync(
      '/bin/sh',
      ['-c', text.replaceAll('$$', '$').replaceAll('/cfg', folder)],
      {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', JOB_COMPLETION_INDEX: String(index) },
      },
    );
    return `${status} ${stdout}`;
  });
  rmSync(folder, { recursive: true });
  expect(outputs).toEqual([
    "0 it's|end|",
    '0 two words|end|',
    '0 $HOME|end|',
    '0 1/2|end|',
    '1 ssc: there is no item 4\n',
  ]);
  expect(job.spec).toMatchObject({ completions: 4, parallelism: 4, maxFailedIndexes: 0 });
});

test('the pods of a job are those that its selector finds', () => {
  const ref = { run: runName, network: 3, job: 'Fetch & verify' };
  const { job } = toJobObjects(jobPlan(ref), 'u');
  expect(job.spec?.template.metadata?.labels).toMatchObject(jobSelector(ref));
});

test('jobs have names and selectors of their own, which fit', () => {
  const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(texts, texts, fc.integer({ min: 0, max: 999 }), (a, b, network) => {
      fc.pre(a !== b);
      const [first, second] = [a, b].map((job) => ({ run: runName, network, job })) as [
        never,
        never,
      ];
      expect(jobName(first)).not.toBe(jobName(second));
      expect(jobSelector(first)).not.toEqual(jobSelector(second));
      // A pod of an indexed job is named with its number and five letters more.
      expect(`${jobName(first)}-9999-abcde`.length).toBeLessThanOrEqual(63);
      expect(jobSelector(first)['ssc.stellar.org/run']).toBe(runName);
    }),
    { seed: 1, numRuns: 100 },
  );
});
