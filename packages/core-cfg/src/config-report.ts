import { sentenceOf } from './config-error.ts';
import { type ParseOptions, parseNodeConfig } from './parse.ts';
import type { ConfigProblem } from './problem.ts';

/** What `ssc config check` tells about one file; plain data, ready for JSON. */
export interface ConfigReport {
  readonly file: string;
  /** `refused`: core does not start with it. `warned`: it does, and something looks wrong. */
  readonly verdict: 'good' | 'warned' | 'refused';
  readonly problems: readonly ConfigProblem[];
}

/** Checks the text of a file. */
export function checkNodeConfig(
  file: string,
  text: string,
  options: ParseOptions = {},
): ConfigReport {
  const { problems, stops } = parseNodeConfig(text, options);
  const verdict = stops.length > 0 ? 'refused' : problems.length > 0 ? 'warned' : 'good';
  return { file, verdict, problems };
}

const marks = { good: '✔', warned: '!', refused: '✖' } as const;

/** The report for people: one line for the file, then each problem with its place and, where it refuses, core's words. */
export function renderReport({ file, verdict, problems }: ConfigReport): string {
  const refused = problems.filter((problem) => problem.severity === 'refused').length;
  const counts = [
    ...(refused > 0
      ? [`${counted(refused, 'problem')} with which stellar-core does not start`]
      : []),
    ...(problems.length > refused ? [counted(problems.length - refused, 'warning')] : []),
  ];
  const lines = [`${marks[verdict]} ${file}  ${counts.join(', ') || 'no problems'}`];
  const width = Math.max(0, ...problems.map((problem) => placeIn(problem).length));
  for (const problem of problems) {
    const place = placeIn(problem).padEnd(width);
    const mark = problem.severity === 'refused' ? '✖' : '!';
    lines.push(`  ${mark} ${place}  ${subjectOf(problem)}${sentenceOf(problem)}`);
    const indent = ' '.repeat(width + 6);
    const words = wordsOf(problem);
    lines.push(`${indent}${problem.code}${words === undefined ? '' : `, core says: ${words}`}`);
  }
  return lines.join('\n');
}

/** The path, unless the sentence begins with it anyway. */
const subjectOf = ({ path, message }: ConfigProblem): string =>
  path === '' || message.startsWith(path) ? '' : `${path}: `;

const placeIn = ({ line, column }: ConfigProblem): string =>
  line === undefined ? '-' : `${line}:${column ?? 1}`;

const counted = (count: number, noun: string): string =>
  count === 1 ? `one ${noun}` : `${count} ${noun}s`;

/**
 * The line that tells the cause: of `run` the first that it logs, since the last is always the same. None where we have no
 * words but our own, as for most errors of syntax.
 */
function wordsOf({ core, message }: ConfigProblem): string | undefined {
  if (core === undefined || core.message.startsWith(message)) return undefined;
  return core.stage === 'run' ? (core.log[0]?.text ?? core.message) : core.message;
}
