import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  checkNodeConfig,
  findProblems,
  parseNodeConfig,
  renderNodeConfig,
  renderReport,
} from '../src/index.ts';

const folder = (name: string): URL => new URL(`fixtures/${name}/`, import.meta.url);
const filesOf = (name: string): [string, string][] =>
  readdirSync(folder(name)).map((file) => [
    file,
    readFileSync(new URL(file, folder(name)), 'utf8'),
  ]);

describe.each(filesOf('good'))('good/%s', (file, text) => {
  const { config, problems, stops } = parseNodeConfig(text);

  test('starts', () => {
    expect(stops).toEqual([]);
    expect(config).toBeDefined();
  });

  test('means the same once rendered, and is rendered the same', () => {
    const rendered = renderNodeConfig(config ?? {}, { defaults: 'keep' });
    const again = parseNodeConfig(rendered);
    expect(again.config).toEqual(config);
    expect(renderNodeConfig(again.config ?? {}, { defaults: 'keep' })).toBe(rendered);
    const short = renderNodeConfig(config ?? {});
    expect(renderNodeConfig(parseNodeConfig(short).config ?? {})).toBe(short);
    expect(parseNodeConfig(short).quorumSet).toEqual(parseNodeConfig(text).quorumSet);
  });

  test('warns of what is known', () => {
    const told = problems.map(({ code, path }) => `${code} ${path}`);
    expect(told).toEqual(warnings[file] ?? []);
    expect(findProblems(config ?? {}).map(({ code, path }) => `${code} ${path}`)).toEqual(told);
  });
});

/** What looks wrong in the good files, on purpose. */
const warnings: Readonly<Record<string, readonly string[]>> = {
  'older-image-names.cfg': [
    'SSC_CFG_IGNORED_KEY EXPERIMENTAL_PARALLEL_LEDGER_APPLY',
    'SSC_CFG_IGNORED_KEY EXPERIMENTAL_BACKGROUND_TX_SIG_VERIFICATION',
    'SSC_CFG_IGNORED_KEY AUTOMATIC_MAINTENANCE_PERIOD',
    'SSC_CFG_IGNORED_KEY AUTOMATIC_MAINTENANCE_COUNT',
  ],
};

describe.each(filesOf('broken'))('broken/%s', (file, text) => {
  const report = checkNodeConfig(file, text);

  test('is refused, and its report is the one in the golden file', async () => {
    expect(report.verdict).toBe('refused');
    await expect(`${renderReport(report)}\n`).toMatchFileSnapshot(
      `golden/reports/${file.replace('.cfg', '.txt')}`,
    );
  });

  test('tells no seed and no password', () => {
    const told = JSON.stringify(report) + renderReport(report);
    expect(told).not.toMatch(/(?<![A-Z0-9])S[A-Z0-9]{20,}/u);
    expect(told).not.toContain('hunter2');
  });
});

test('every code of a problem is shown in a golden report', () => {
  const source = new URL('../src/', import.meta.url);
  const told = readdirSync(source)
    .filter((file) => /^(?:read|rules|resolve|node-names|parse)/u.test(file))
    .flatMap(
      (file) => readFileSync(new URL(file, source), 'utf8').match(/SSC_CFG_[A-Z_]+/gu) ?? [],
    );
  const golden = new URL('golden/reports/', import.meta.url);
  const shown = new Set(
    readdirSync(golden).flatMap(
      (file) => readFileSync(new URL(file, golden), 'utf8').match(/SSC_CFG_[A-Z_]+/gu) ?? [],
    ),
  );
  // Shown beside its option, `build: 'production'`, in explain.test.ts.
  shown.add('SSC_CFG_TEST_BUILD_KEY');
  expect([...new Set(told)].filter((code) => !shown.has(code))).toEqual([]);
});
