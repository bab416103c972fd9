import type { ErrorResult, RunResult } from './run-result.ts';

/** A run of which there is nothing but why it could not begin. */
export interface RunNotBegun {
  readonly mission: string;
  readonly error: ErrorResult;
}

/**
 * `junit.xml` of runs, as Jenkins reads it: a mission is a suite, its phases and final checks are cases. What *failed* is a
 * failure; what is *broken*, refused or interrupted is an error, since it says nothing about the network. A suite has the name of
 * its mission, or its title where `titles` tell runs of one mission apart; with a simulated node it ends in ` (simulated)`.
 */
export function renderJUnit(
  runs: readonly (RunResult | RunNotBegun)[],
  titles: readonly string[] = runs.map(({ mission }) => mission),
): string {
  const suites = runs.map((run, i) => toSuite(run, titles[i] ?? run.mission));
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

interface Case {
  readonly name: string;
  readonly group: 'phases' | 'checks';
  readonly seconds: number;
  readonly outcome: 'ok' | 'failure' | 'error' | 'skipped';
  readonly message?: string;
  readonly text?: string;
  readonly type?: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly seconds: number;
  /** Undefined for a run that could not begin. */
  readonly result?: RunResult;
}

const count = (suite: Suite, outcome: Case['outcome']): number =>
  suite.cases.filter((one) => one.outcome === outcome).length;

function toSuite(run: RunResult | RunNotBegun, title: string): Suite {
  if (!('phases' in run))
    return {
      name: title,
      cases: [{ name: 'the run', group: 'phases', seconds: 0, ...problemOf(run.error) }],
      seconds: 0,
    };
  const result = run;
  const isSimulated = result.nodes === 'simulated' || result.nodes === 'mixed';
  const phases = result.phases.map(
    (phase): Case => ({
      name: phase.name,
      group: 'phases',
      seconds: phase.seconds,
      ...(phase.outcome === 'done' ? { outcome: 'ok' } : problemOf(result.error)),
    }),
  );
  // The failed check is a case of its own: the phase around it is none as well, or one problem would count twice.
  const hasFailedCheck = result.checks.some((check) => check.outcome === 'failed');
  const checks = result.checks.map(
    (check): Case => ({
      name: check.name,
      group: 'checks',
      seconds: check.seconds ?? 0,
      ...(check.outcome === 'held'
        ? { outcome: 'ok' }
        : check.outcome === 'failed'
          ? problemOf(result.error)
          : { outcome: 'skipped', message: check.because ?? 'the run ended before it was made' }),
    }),
  );
  const cases = [
    ...(hasFailedCheck ? phases.filter((one) => one.outcome === 'ok') : phases),
    ...checks,
  ];
  // What no phase and no check stands for: an error between phases, or one of the clean-up.
  if (
    result.error !== undefined &&
    !cases.some((one) => one.outcome === 'failure' || one.outcome === 'error')
  )
    cases.push({
      name: result.error.phase ?? 'the run',
      group: 'phases',
      seconds: 0,
      ...problemOf(result.error),
    });
  const name = `${title}${isSimulated ? ' (simulated)' : ''}`;
  return { name, cases, seconds: result.seconds, result };
}

function problemOf(
  error: ErrorResult | undefined,
): Pick<Case, 'outcome' | 'message' | 'text' | 'type'> {
  if (error === undefined) return { outcome: 'error', message: 'it did not end' };
  return {
    outcome: error.verdict === 'failed' ? 'failure' : 'error',
    type: error.code,
    message: error.message,
    text: [
      `${error.code}  ${error.message}`,
      ...error.facts.map(([label, value]) => `${label}: ${value}`),
      ...(error.hint === undefined ? [] : [error.hint]),
    ].join('\n'),
  };
}

function renderSuite(suite: Suite): string[] {
  const { result, name, cases } = suite;
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
    ...(result === undefined ? [] : renderProperties(result)),
    ...cases.flatMap((one) => renderCase(name, one)),
    ...(result === undefined || result.afterwards.length === 0
      ? []
      : [
          `    <system-err>${escapeText(result.afterwards.map((e) => `${e.code}  ${e.message}`).join('\n'))}</system-err>`,
        ]),
    '  </testsuite>',
  ];
}

function renderProperties({ run, verdict, nodes, provider, seed, version }: RunResult): string[] {
  const properties = { run, verdict, nodes, provider, seed, version };
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
  if (one.outcome === 'ok') return [`    ${open('testcase', attributes, true)}`];
  const problem = {
    message: one.message ?? '',
    ...(one.type !== undefined && { type: one.type }),
  };
  return [
    `    ${open('testcase', attributes)}`,
    one.text === undefined
      ? `      ${open(one.outcome, problem, true)}`
      : `      ${open(one.outcome, problem)}${escapeText(one.text)}</${one.outcome}>`,
    '    </testcase>',
  ];
}

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
