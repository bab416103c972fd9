import { SscError } from '@ssc/errors';

/** Shell text outside the grammar. */
export interface ShellProblem {
  readonly code: 'SSC_SHELL_SYNTAX';
  /** Where in the text, from 0. */
  readonly position: number;
}

/** The refusal of a shell text, with the place. */
export function shellError(
  text: string,
  position: number,
  expected: string,
): SscError<ShellProblem> {
  const before = text.slice(0, position).split('\n');
  const line = text.split('\n')[before.length - 1] ?? '';
  const column = before.at(-1)?.length ?? 0;
  return new SscError<ShellProblem>({
    problem: { code: 'SSC_SHELL_SYNTAX', position },
    verdict: 'broken',
    summary: `shell text cannot be read at line ${before.length}, column ${column + 1}: expected ${expected}`,
    facts: [['Line', line]],
    hint: 'Only programs with arguments, > and >>, &&, ||, braces, if, while, lines of a file and export are read; && and || are not mixed without braces.',
  });
}
