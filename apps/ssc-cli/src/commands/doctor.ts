import { renderError, SscError, usageError } from '@ssc/errors';
import { type AccessMode, examineCluster, type Finding } from '@ssc/formation';
import type { Host } from '../host.ts';
import { type ClusterChoice, type KubeOpener, openKube } from '../open-kube.ts';
import type { Input } from '../options/input.ts';
import type { optionsOf } from '../options/of-commands.ts';
import { readAccess } from '../read-access.ts';

/** Checks everything that a run on Kubernetes needs: exit code 2 when something is missing. */
export async function doctor(
  { args, options, given }: Input<typeof optionsOf.doctor>,
  host: Host,
  open: KubeOpener = openKube,
): Promise<number> {
  if (args.length > 0)
    throw usageError('SSC_USAGE_ARGUMENT', `doctor takes no argument, got "${args[0]}"`);
  const access = readAccess(options, given, 'kubernetes', host.env)('ssc-000000');
  const findings = [judgeNode(host.nodeVersion), ...(await examine(options, access, host, open))];
  const missing = findings.filter(({ ok }) => !ok).length;
  if (options.json) host.out(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    host.out(renderFindings(findings));
    host.out(
      missing === 0
        ? '\nEverything that a run on Kubernetes needs is there.\n'
        : `\n${missing === 1 ? 'One thing is' : `${missing} things are`} missing.\n`,
    );
  }
  return missing === 0 ? 0 : 2;
}

async function examine(
  options: ClusterChoice,
  access: AccessMode,
  host: Host,
  open: KubeOpener,
): Promise<readonly Finding[]> {
  const what = 'kubeconfig';
  const cluster = await open(options, host).catch((error: unknown) => {
    if (error instanceof SscError && error.verdict === 'usage') return error;
    throw error;
  });
  if (cluster instanceof SscError) {
    const [, ...facts] = renderError(cluster).split('\n');
    const fix = facts.map((line) => line.trim().replaceAll(/ {2,}/gu, ': ')).join('. ');
    return [{ what, ok: false, seen: cluster.message, fix: fix || 'Give --kubeconfig FILE.' }];
  }
  try {
    const { context, close: _, ...reached } = cluster;
    const seen = `context ${context}, namespace ${cluster.namespace}`;
    return [
      { what, ok: true, seen },
      ...(await examineCluster({ ...reached, clock: host.clock, access })),
    ];
  } finally {
    await cluster.close();
  }
}

const oldestNode = [24, 11] as const;

function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return {
    what: 'Node.js',
    ok,
    seen: version,
    ...(!ok && { fix: `ssc needs Node.js ${oldestNode.join('.')} or newer.` }),
  };
}

/** Findings as lines, with what to do below those that are not as they should be. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .map(({ what, ok, seen, fix }) =>
      [
        `${ok ? '✔' : '✖'} ${what.padEnd(width)}  ${seen}\n`,
        ...(fix === undefined ? [] : [`  ${' '.repeat(width)}  ${fix}\n`]),
      ].join(''),
    )
    .join('');
}
