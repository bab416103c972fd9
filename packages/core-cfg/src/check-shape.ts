import { type ConfigProblem, toProblem } from './problem.ts';
import { readConfig } from './read-config.ts';

/** What is wrong with the keys, types and ranges of a value that the compiler did not see. */
export function checkShape(config: object): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  readConfig(config, {
    source: 'value',
    build: 'test',
    report: (finding) => problems.push(toProblem(finding, undefined)),
  });
  return problems;
}
