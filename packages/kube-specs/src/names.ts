import { createHash } from 'node:crypto';
import { usageError } from '@ssc/errors';

// Limits of Kubernetes: a label value and a host name have at most 63 characters. A StatefulSet's pods carry its name, a
// dash and a hash of ten characters in the label controller-revision-hash, hence 52 for it; pod names keep to the same.

/** The longest name of a pod. */
export const podNameMax = 52;
/** The most nodes that one core set can have. */
export const nodesPerSetMax = 9999;

// 52 = run (10) + network ("-n" and up to 3 digits) + dash + slug + dash + ordinal (4)
const slugMax = 30;
const networkMax = 999;
const hashLength = 10;

const runPattern = /^ssc-[0-9a-f]{6}$/u;

/**
 * The name of a run from random bytes (the first three count). Every object of the run is named with it.
 *
 * @example toRunName(Uint8Array.of(0x1a, 0x2b, 0x3c)) is "ssc-1a2b3c"
 */
export function toRunName(bytes: Uint8Array): string {
  if (bytes.length < 3)
    throw usageError(
      'SSC_RUN_NAME',
      `a run's name is made from 3 random bytes, got ${bytes.length}`,
    );
  return `ssc-${Buffer.from(bytes.subarray(0, 3)).toString('hex')}`;
}

/** Whether the text can be the name of a run. */
export const isRunName = (text: string): boolean => runPattern.test(text);

/** Refuses what is not the name of a run (SSC_RUN_NAME, usage). */
export function parseRunName(text: string): string {
  if (isRunName(text)) return text;
  throw usageError('SSC_RUN_NAME', `"${text}" is not the name of a run`, {
    hint: 'A run is named "ssc-" and six hexadecimal digits, such as ssc-1a2b3c.',
  });
}

/** A core set of one network of a run. */
export interface SetRef {
  readonly run: string;
  /** Which network of the run; the first is 0. @default 0 */
  readonly network?: number;
  /** The set's name in the mission, any text. */
  readonly set: string;
}

/** One node of a core set. */
export interface NodeRef extends SetRef {
  readonly ordinal: number;
}

/** What the names of one network's objects begin with. */
export function networkPrefix(run: string, network = 0): string {
  parseRunName(run);
  if (!Number.isInteger(network) || network < 0 || network > networkMax)
    throw usageError('SSC_RUN_NAME', `a network's number is 0 to ${networkMax}, got ${network}`);
  return network === 0 ? run : `${run}-n${network}`;
}

/** The Job that is the run's fuse. */
export const fuseName = (run: string): string => `${parseRunName(run)}-fuse`;

/** The ConfigMap that is the run's anchor, or that of one of its further networks. */
export const anchorName = (run: string, network = 0): string =>
  `${networkPrefix(run, network)}-anchor`;

/** The headless Service of a network: the second label of its pods' DNS names. */
export const serviceName = (run: string, network = 0): string => networkPrefix(run, network);

/** The StatefulSet of a core set. */
export const setObjectName = ({ run, network, set }: SetRef): string =>
  `${networkPrefix(run, network)}-${toSlug(set)}`;

/** The pod of a node. */
export function podName(node: NodeRef): string {
  if (!Number.isInteger(node.ordinal) || node.ordinal < 0 || node.ordinal >= nodesPerSetMax + 1)
    throw usageError(
      'SSC_PLAN_INVALID',
      `a node's ordinal is 0 to ${nodesPerSetMax}, got ${node.ordinal} in set "${node.set}"`,
    );
  return `${setObjectName(node)}-${node.ordinal}`;
}

/** A ConfigMap by what is in it: its files, sorted by name. */
export function configMapName(
  run: string,
  network: number | undefined,
  files: Iterable<readonly [file: string, text: string]>,
): string {
  const hash = createHash('sha256');
  // With the length, so that no text can pass for the beginning of the next file.
  for (const [file, text] of files) hash.update(`${file}\0${text.length}\0`).update(text);
  return `${networkPrefix(run, network)}-cfg-${hash.digest('hex').slice(0, hashLength)}`;
}

/** What of a node is served: stellar-core's admin port, or its archive. */
export type NodePort = 'core' | 'history';

/** The Service of one pod's port, for ingress and gateway access. */
export const nodeServiceName = (node: NodeRef, port: NodePort): string =>
  `${podName(node)}-${port}`;

/** An Ingress or HTTPRoute of a network; they hold only so many nodes each. */
export const accessName = (run: string, network: number | undefined, part: number): string =>
  `${networkPrefix(run, network)}-access-${part}`;

/** The Secret with the password of a network's postgres servers. */
export const postgresSecretName = (run: string, network = 0): string =>
  `${networkPrefix(run, network)}-postgres`;

/** A job of one network of a run. */
export interface JobRef {
  readonly run: string;
  /** Which network of the run; the first is 0. @default 0 */
  readonly network?: number;
  /** The job's name in the mission, any text. */
  readonly job: string;
}

/** The Job object of a job. */
export const jobName = ({ run, network, job }: JobRef): string =>
  `${networkPrefix(run, network)}-job-${toSlug(job)}`;

/** Where a pod is found by name. */
export interface DnsOptions {
  readonly namespace: string;
  /** Appended where given. Without it the names work in every cluster whose pods search its own domain, as all do. @example "cluster.local" */
  readonly clusterDomain?: string;
}

/** The DNS name of a node: `<pod>.<service>.<namespace>.svc`, and the cluster's domain if given. */
export const podDnsName = (node: NodeRef, { namespace, clusterDomain }: DnsOptions): string =>
  [
    podName(node),
    serviceName(node.run, node.network),
    namespace,
    'svc',
    ...(clusterDomain === undefined ? [] : [clusterDomain]),
  ].join('.');

/**
 * A text as part of object names: itself where Kubernetes takes it and it is short, else what can be kept of it and a
 * hash of all of it. Different texts have different slugs: a text that looks like a hashed one is hashed too.
 */
export function toSlug(text: string): string {
  const isPlain =
    text.length <= slugMax &&
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/u.test(text) &&
    !hashedPattern.test(text) &&
    !isTaken(text);
  if (isPlain) return text;
  const kept = text
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^[^a-z]+|-+$/gu, '')
    .slice(0, slugMax - hashLength - 2)
    .replace(/-+$/u, '');
  return `${kept === '' ? 'set' : kept}-x${hashOf(text)}`;
}

const hashedPattern = /-x[0-9a-f]{10}$/u;
/** A set called "n2-a" would have the names of set "a" in network 2. */
const isTaken = (text: string): boolean => /^n\d+(-|$)/u.test(text);

const hashOf = (content: string): string =>
  createHash('sha256').update(content).digest('hex').slice(0, hashLength);
