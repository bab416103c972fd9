import { expect, test } from 'vitest';
import { renderFinding } from '../src/finding.ts';
import { checkShellBlocks, readShellBlocks, updateOutputs } from '../src/shell-blocks.ts';

const fence = '```';
const text = [
  '# A',
  '',
  `${fence}sh`,
  './ssc missions',
  fence,
  '',
  `${fence}text`,
  '12 missions in 1.5s, run ssc-e76349',
  fence,
  '',
  `${fence}sh cluster`,
  './ssc doctor',
  fence,
  '',
  `${fence}sh elsewhere: needs docker`,
  'kind create cluster',
  fence,
  '',
].join('\n');

test('blocks by where they are run, with what they print', () => {
  expect(readShellBlocks({ path: 'a.md', text })).toEqual([
    {
      path: 'a.md',
      line: 4,
      script: './ssc missions\n',
      place: 'here',
      output: '12 missions in 1.5s, run ssc-e76349\n',
    },
    { path: 'a.md', line: 12, script: './ssc doctor\n', place: 'cluster' },
    {
      path: 'a.md',
      line: 16,
      script: 'kind create cluster\n',
      place: 'elsewhere',
      why: 'needs docker',
    },
  ]);
  expect(checkShellBlocks({ path: 'a.md', text })).toEqual([]);
});

test('other figures leave a document as it is, other words do not', () => {
  const figures = updateOutputs(text, () => '7 missions in 20.25s, run ssc-00ff11\n', 'a.md');
  expect(figures).toBe(text);
  const words = updateOutputs(text, () => 'no missions $&\n', 'a.md');
  expect(words).toBe(text.replace('12 missions in 1.5s, run ssc-e76349', () => 'no missions $&'));
  // What is not run here keeps what stands there.
  expect(updateOutputs(text, () => undefined, 'a.md')).toBe(text);
});

test('commands that no test would look at are found', () => {
  const lost = [
    `${fence}bash`,
    'ls',
    fence,
    `${fence}sh somewhere`,
    'ls',
    fence,
    `${fence}sh elsewhere:`,
    'ls',
    fence,
    fence,
    './ssc missions',
    fence,
  ].join('\n');
  expect(checkShellBlocks({ path: 'a.md', text: lost }).map(renderFinding)).toMatchInlineSnapshot(`
    [
      "a.md:1: commands stand in blocks "sh", not "bash"",
      "a.md:4: "sh somewhere" is not known: sh, sh cluster, sh elsewhere: REASON",
      "a.md:7: "sh elsewhere:" is not known: sh, sh cluster, sh elsewhere: REASON",
      "a.md:10: commands stand in blocks "sh", so that a test runs them",
    ]
  `);
});
