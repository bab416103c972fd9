import { renderError, SscError } from '@ssc/errors';
import { quoteWord } from '@ssc/kube-specs';
import { findMission, flagOf, type RunResult } from '@ssc/missions';
import type { Host } from './host.ts';

/** Prints the verdict of a run, its error, where its files are, and how to make it again. */
export function printEnd(
  result: RunResult,
  folder: string,
  provider: { readonly name: string; readonly flags?: string },
  host: Host,
): void {
  if (result.error !== undefined) host.err(`\n${renderError(errorOf(result))}\n`);
  const [first, ...others] = result.afterwards;
  if (first !== undefined)
    host.err(
      `  afterwards  ${first.message}${first.facts[0] === undefined ? '' : ` (${first.facts[0][1]})`}${others.length === 0 ? '' : `, and ${others.length} more such: see result.json`}\n`,
    );
  const { params } = findMission(result.mission);
  const presetOf = (name: string): unknown =>
    (provider.name === 'simulated' ? params[name]?.simulated : undefined) ?? params[name]?.default;
  const again = Object.entries(result.params)
    .filter(([name, value]) => value !== presetOf(name))
    .map(([name, value]) => ` --${flagOf(name)} ${quoteWord(String(value))}`);
  host.out(
    `\n${result.mission}: ${result.verdict}${hasSimulatedNodes(result) ? simulatedRemark : ''}\n`,
  );
  host.out(`results  ${folder}/result.json\n`);
  host.out(
    `again    ssc mission ${result.mission} --provider ${provider.name}${provider.flags ?? ''} --seed ${quoteWord(result.seed)}${again.join('')}\n`,
  );
}

/** Stands after each verdict that such nodes gave, a bad one too. */
export const simulatedRemark = ' (simulated nodes: nothing is said about stellar-core)';

export const hasSimulatedNodes = ({ nodes }: RunResult): boolean =>
  nodes === 'simulated' || nodes === 'mixed';

/** The run's error as an SscError again, for its text. */
export function errorOf(result: RunResult): SscError {
  const { code, verdict, message, facts, hint, phase } = result.error ?? {
    code: 'SSC_BUG',
    verdict: 'broken' as const,
    message: 'no error',
    facts: [],
  };
  return new SscError({
    problem: { code: code as `SSC_${string}` },
    verdict,
    summary: message,
    facts: [
      ...(phase === undefined
        ? []
        : ([['Mission', `${result.mission}, phase "${phase}", run ${result.run}`]] as const)),
      ...facts,
    ],
    ...(hint !== undefined && { hint }),
  });
}
