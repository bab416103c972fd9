import type { Entry } from '../../packages/kube-local/test/sequences/sequence.ts';

/** The same requests on both servers. */
export interface Comparison {
  readonly real: readonly Entry[];
  readonly local: readonly Entry[];
}

/** The page that says how far kube-local is what a real API server is. */
export function renderFidelity(
  comparisons: readonly (readonly [name: string, comparison: Comparison | undefined])[],
): string {
  const rows = comparisons.map(([name, comparison]) => ({
    name,
    requests: comparison?.real.length ?? 0,
    differences: differencesOf(comparison),
  }));
  const equal = rows.filter(({ differences }) => differences.length === 0);
  const different = rows.filter(({ differences }) => differences.length > 0);
  return [
    '# How far kube-local is a Kubernetes',
    '',
    'Written by `e2e/test/sequences.test.ts`, which sends the same requests to kube-local and to the API server of a Kubernetes 1.33 and compares status, reason and',
    'body of every answer. Times, uids, resource versions, addresses and what other programs write into `managedFields` are left out of the comparison.',
    '',
    `${rows.length} sequences with ${rows.reduce((sum, row) => sum + row.requests, 0)} requests; ${equal.length} sequences are equal.`,
    '',
    '## Differences',
    '',
    ...(different.length === 0 ? ['None.'] : []),
    ...different.flatMap(({ name, differences }) => [
      `- ${name}`,
      ...differences.map((line) => `  - ${line}`),
    ]),
    '',
    '## What is compared',
    '',
    ...rows.map(({ name, requests }) => `- ${name} (${requests})`),
    '',
  ].join('\n');
}

function differencesOf(comparison: Comparison | undefined): string[] {
  if (comparison === undefined) return ['was not run'];
  const { real, local } = comparison;
  const lines: string[] = [];
  for (let i = 0; i < Math.max(real.length, local.length); i++) {
    const [a, b] = [real[i], local[i]];
    if (JSON.stringify(a) === JSON.stringify(b)) continue;
    lines.push(`\`${a?.request ?? b?.request}\`: ${firstDifference(a, b, '')}`);
  }
  return lines;
}

const longest = 160;
const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return `\`${text.length > longest ? `${text.slice(0, longest)}…` : text}\``;
};

/** Where two values part, and what each has there. */
function firstDifference(real: unknown, local: unknown, path: string): string {
  if (isFields(real) && isFields(local)) {
    for (const key of new Set([...Object.keys(real), ...Object.keys(local)]))
      if (JSON.stringify(real[key]) !== JSON.stringify(local[key]))
        return firstDifference(real[key], local[key], path === '' ? key : `${path}.${key}`);
  }
  return `${path} is ${show(real)} on the real server, ${show(local)} on kube-local`;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
