import { redact } from './redact.ts';
import { SscError } from './ssc-error.ts';

/**
 * The text a person reads: a mark, the code and the sentence; facts in aligned columns; the hint; then what lies below.
 * Anything that is no SscError is a defect of ours and says so.
 */
export function renderError(error: unknown): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (
    let current = error;
    current !== undefined && current !== null && !seen.has(current);
    current = causeOf(current)
  ) {
    seen.add(current);
    lines.push(...(lines.length === 0 ? renderFirst(current) : [`  because  ${oneLine(current)}`]));
  }
  return lines.join('\n');
}

function renderFirst(error: unknown): string[] {
  if (!(error instanceof SscError)) {
    return [
      `✖ SSC_BUG  ${redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error))}`,
      '  This is a defect of ssc. Please report it with the text below and the folder of the run.',
      ...stackOf(error),
    ];
  }
  const width = Math.max(0, ...error.facts.map(([label]) => label.length)) + 4;
  const definite =
    error.definite === undefined
      ? ''
      : error.definite
        ? '   (definite: nothing was changed)'
        : '   (indefinite: it may have happened)';
  return [
    `✖ ${error.code}  ${error.message}${definite}`,
    ...error.facts.map(
      ([label, value]) =>
        `  ${label.padEnd(width)}${value.replaceAll('\n', `\n  ${' '.repeat(width)}`)}`,
    ),
    ...(error.hint === undefined ? [] : [`  ${error.hint}`]),
    ...(error.code === 'SSC_BUG' ? stackOf(error) : []),
  ];
}

function stackOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  return error.stack
    .split('\n')
    .filter((line) => /^\s+at /u.test(line))
    .slice(0, 8)
    .map((line) => `    ${redact(line.trim())}`);
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);

function oneLine(error: unknown): string {
  if (error instanceof SscError) return `${error.code}  ${error.message}`;
  return redact(
    error instanceof Error
      ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}`
      : String(error),
  );
}
