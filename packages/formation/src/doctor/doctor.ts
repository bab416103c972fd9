import { type Clock, formatDuration } from '@ssc/clock';
import { SscError } from '@ssc/errors';
import { toFuse } from '@ssc/kube-specs';
import type { Carriers } from '../access/access.ts';
import type { AccessMode } from '../access/access-mode.ts';
import { type KubeApi, kinds } from '../kube/api.ts';
import { refusalOf } from '../kube/refusal.ts';
import { examineAccess } from './examine-access.ts';
import type { Finding } from './finding.ts';
import { type Permission, permissionsFor } from './permissions.ts';

/** What is looked at. */
export interface DoctorOptions extends Carriers {
  readonly kube: KubeApi;
  /** How nodes are to be reached. @default "auto" */
  readonly access?: AccessMode;
  readonly clock: Clock;
  readonly namespace: string;
  /** @example "https://10.0.0.1:6443" */
  readonly server: string;
}

/** The oldest Kubernetes whose native sidecars (init containers that go on) are on by default. */
export const oldestVersion = { major: 1, minor: 29 } as const;

/** Looks at everything on the cluster that a run needs, and changes nothing. What cannot be looked at since something before it is missing is left out. */
export async function examineCluster(options: DoctorOptions): Promise<readonly Finding[]> {
  const { kube, clock, server, access = { kind: 'auto' } } = options;
  const askedAt = clock.now();
  let version: string;
  try {
    version = await kube.serverVersion();
  } catch (error) {
    return [unreachable(server, error)];
  }
  const took = formatDuration(clock.now() - askedAt);
  return [
    { what: 'API server', ok: true, seen: `${server} answered in ${took}` },
    judgeVersion(version),
    ...(await Promise.all(
      permissionsFor(access.kind).map((permission) => examinePermission(options, permission)),
    )),
    await examineCreation(options),
    await examineAccess({ ...options, mode: access }),
    ...(await examineQuotas(options)),
  ];
}

function unreachable(server: string, error: unknown): Finding {
  const status = refusalOf(error)?.status;
  return {
    what: 'API server',
    ok: false,
    seen: `${server}: ${reasonOf(error)}`,
    fix:
      status === 401
        ? 'The credentials of the kubeconfig are not taken: log in again, or renew them.'
        : 'Check the server and the certificate in the kubeconfig, VPN and proxy: `kubectl version` must answer.',
  };
}

/** The innermost reason: what lies below says more than that no reply came. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  const answered = error instanceof SscError ? answerOf(error) : undefined;
  return answered ?? error.message;
}

const answerOf = (error: SscError): string | undefined =>
  error.facts.find(([label]) => label === 'Answered')?.[1];

function judgeVersion(version: string): Finding {
  const [, major = '', minor = ''] = /^v?(\d+)\.(\d+)/u.exec(version) ?? [];
  const ok =
    Number(major) > oldestVersion.major ||
    (Number(major) === oldestVersion.major && Number(minor) >= oldestVersion.minor);
  return {
    what: 'version',
    ok,
    seen: version === '' ? 'the server does not tell its version' : version,
    ...(!ok && {
      fix: `ssc needs Kubernetes ${oldestVersion.major}.${oldestVersion.minor} or newer, for native sidecars.`,
    }),
  };
}

async function examinePermission(
  { kube, namespace }: DoctorOptions,
  { group, resource, verbs, why }: Permission,
): Promise<Finding> {
  const answers = await Promise.all(
    verbs.map(async (verb) => ({
      verb,
      may: await kube.mayI({ group, resource, verb, namespace }).catch(() => undefined),
    })),
  );
  const names = (may: boolean | undefined): string =>
    answers
      .filter((answer) => answer.may === may)
      .map(({ verb }) => verb)
      .join(', ');
  const [refused, unknown] = [names(false), names(undefined)];
  if (refused === '' && unknown === '') return { what: resource, ok: true, seen: names(true) };
  return {
    what: resource,
    ok: false,
    seen: [
      ...(refused === '' ? [] : [`not allowed: ${refused}`]),
      ...(unknown === '' ? [] : [`could not be asked: ${unknown}`]),
    ].join('; '),
    fix: `Needed for ${why}. Let somebody who may: ssc render rbac --namespace ${namespace} | kubectl apply -f -`,
  };
}

/** Whether the namespace would take a fuse: that it is there, and that no policy of it refuses what ssc creates. */
async function examineCreation({ kube, namespace }: DoctorOptions): Promise<Finding> {
  const fuse = toFuse({ run: 'ssc-000000', mission: 'doctor', namespace, burnSeconds: 60 });
  const what = 'namespace';
  try {
    await kube.create(namespace, fuse, { dryRun: true });
    return { what, ok: true, seen: `${namespace} takes the objects of a run` };
  } catch (error) {
    return {
      what,
      ok: false,
      seen: `${namespace} does not take the objects of a run: ${reasonOf(error)}`,
      fix:
        refusalOf(error)?.status === 404
          ? `kubectl create namespace ${namespace}, or --namespace with one that is there.`
          : 'A permission, a quota or a policy of the namespace is in the way: its own words say which.',
    };
  }
}

interface Quota {
  readonly metadata?: { readonly name?: string };
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

async function examineQuotas({ kube, namespace }: DoctorOptions): Promise<Finding[]> {
  const quotas = await kube
    .list<Quota & object>({ kind: kinds.resourceQuota, namespace })
    .catch(() => undefined);
  if (quotas === undefined) return [];
  if (quotas.items.length === 0) return [{ what: 'quota', ok: true, seen: 'none' }];
  return quotas.items.map(({ metadata, status }) => {
    const { hard = {}, used = {} } = status ?? {};
    const spent = Object.keys(hard).filter((name) => isCount(name) && left(hard, used, name) < 1);
    return {
      what: 'quota',
      ok: spent.length === 0,
      seen: `${metadata?.name ?? ''}: ${Object.entries(hard)
        .map(([name, limit]) => `${name} ${used[name] ?? '0'} of ${limit}`)
        .join(', ')}`,
      ...(spent.length > 0 && {
        fix: `Nothing is left of ${spent.join(', ')}: ssc runs shows what runs hold; another namespace, or a larger quota.`,
      }),
    };
  });
}

/** Amounts of cpu and memory depend on the mission; a namespace that takes no more objects takes no run at all. */
const isCount = (name: string): boolean =>
  ['pods', 'services', 'configmaps'].includes(name) ||
  [
    'count/pods',
    'count/services',
    'count/configmaps',
    'count/jobs.batch',
    'count/statefulsets.apps',
  ].includes(name);

const left = (
  hard: Readonly<Record<string, string>>,
  used: Readonly<Record<string, string>>,
  name: string,
): number => Number(hard[name]) - Number(used[name] ?? 0);
