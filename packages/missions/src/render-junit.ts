import { type Case, type Problem, type RunNotBegun, type Suite, toSuite } from './junit-cases.ts';
import type { RunResult } from './run-result.ts';

/** A run that ended, or could not begin, and what is known of it beside. */
export interface ToldRun {
  readonly run: RunResult | RunNotBegun;
  /** What it is called among the others. @default the mission's name */
  readonly title?: string;
  /** The tries before it, oldest first, each of which was *broken*. */
  readonly earlier?: readonly (RunResult | RunNotBegun)[];
}

/**
 * `junit.xml` of runs, as Jenkins reads it: a mission is a suite, its phases and final checks are cases. What *failed* is a
 * failure; what is *broken*, refused or interrupted is an error, since it says nothing about the network. A suite with a
 * simulated node has a name that ends in ` (simulated)`. Of a run that was made again the last try is the suite, and the others
 * are told in it as surefire tells them: `flakyError` in a case that was well in the end, `rerunError` in one that was not.
 */
export function renderJUnit(runs: readonly ToldRun[]): string {
  const suites = runs.map(({ run, title = run.mission, earlier = [] }) =>
    toSuite(run, title, earlier),
  );
  const total = (count: (suite: Suite) => number): string =>
    String(Number(suites.reduce((sum, suite) => sum + count(suite), 0).toFixed(3)));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    open('testsuites', {
      name: 'ssc',
      tests: total((suite) => suite.cases.length),
      failures: total((suite) => count(suite, 'failure')),
      errors: total((suite) => count(suite, 'error')),
      time: total((suite) => suite.seconds),
    }),
    ...suites.flatMap(renderSuite),
    '</testsuites>',
    '',
  ].join('\n');
}

const count = (suite: Suite, outcome: Case['outcome']): number =>
  suite.cases.filter((one) => one.outcome === outcome).length;

function renderSuite(suite: Suite): string[] {
  const { result, name, cases, tries } = suite;
  return [
    `  ${open('testsuite', {
      name,
      tests: String(cases.length),
      failures: String(count(suite, 'failure')),
      errors: String(count(suite, 'error')),
      skipped: String(count(suite, 'skipped')),
      time: String(suite.seconds),
      ...(result !== undefined && { timestamp: result.startedAt }),
    })}`,
    ...(result === undefined ? [] : renderProperties(result, tries)),
    ...cases.flatMap((one) => renderCase(name, one)),
    ...(result === undefined || result.afterwards.length === 0
      ? []
      : [
          `    <system-err>${escapeText(result.afterwards.map((e) => `${e.code}  ${e.message}`).join('\n'))}</system-err>`,
        ]),
    '  </testsuite>',
  ];
}

function renderProperties(result: RunResult, tries: number): string[] {
  const { run, verdict, nodes, builds, provider, seed, version } = result;
  const properties = {
    ...{ run, verdict, nodes, builds: builds.join(', '), provider, seed, version },
    ...(tries > 1 && { tries: String(tries) }),
  };
  return [
    '    <properties>',
    ...Object.entries(properties).map(
      ([key, value]) => `      ${open('property', { name: key, value }, true)}`,
    ),
    '    </properties>',
  ];
}

function renderCase(suite: string, one: Case): string[] {
  const attributes = {
    classname: `${suite}.${one.group}`,
    name: one.name,
    time: String(one.seconds),
  };
  const { outcome, message = '', type, text, earlier = [] } = one;
  const problem = { message, ...(type !== undefined && { type }) };
  const inside = [
    ...(outcome === 'ok' ? [] : [renderProblem(outcome, problem, text)]),
    ...earlier.map(({ text: before, ...why }: Problem) =>
      renderProblem(outcome === 'ok' ? 'flakyError' : 'rerunError', why, before),
    ),
  ];
  if (inside.length === 0) return [`    ${open('testcase', attributes, true)}`];
  return [`    ${open('testcase', attributes)}`, ...inside, '    </testcase>'];
}

const renderProblem = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  text: string | undefined,
): string =>
  text === undefined
    ? `      ${open(name, attributes, true)}`
    : `      ${open(name, attributes)}${escapeText(text)}</${name}>`;

const open = (name: string, attributes: Readonly<Record<string, string>>, closed = false): string =>
  `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`)
    .join('')}${closed ? '/' : ''}>`;

// XML 1.0 has no way to write most control characters, halves of surrogate pairs, U+FFFE and U+FFFF: they become U+FFFD.
const unwritable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// A reader makes "\n" of a bare "\r", so it is written by its number.
const escapeText = (text: string): string =>
  text
    .replaceAll(unwritable, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');

// In an attribute a reader makes blanks of tabs and line ends.
const escapeAttribute = (text: string): string =>
  escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
