import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import type { Fact } from '@ssc/errors';
import { containerNames } from '@ssc/kube-specs';
import { type KubeApi, kinds } from '../kube/api.ts';
import { describeEvent, readEvents } from '../kube/events.ts';
import { describeRequests } from './describe-requests.ts';
import { describePod, isReady, type PodTrouble, statusesOf } from './pod-state.ts';

/** A pod by its name, with the object where it is there. */
export interface PodPlace {
  readonly namespace: string;
  readonly name: string;
  readonly pod: V1Pod | undefined;
}

const logLines = 15;
const eventLines = 4;
// Ten minutes of a node that does its best.
const errorTailLines = 2000;
const errorLines = 3;

/** How a pod is, and where. */
export const podFact = ({ namespace, name, pod }: PodPlace, nowMs: number): Fact => [
  'Pod',
  `${namespace}/${name}: ${describePod(pod, nowMs)}`,
];

/** What Kubernetes said about a pod, the oldest first, as far as that can be had. */
export const readPodEvents = (
  kube: KubeApi,
  { namespace, name }: Pick<PodPlace, 'namespace' | 'name'>,
): Promise<readonly CoreV1Event[]> =>
  readEvents(kube, namespace, { kind: 'Pod', name }).catch(() => []);

/** What surrounds a node: its pod, the last events about it, its last errors. */
export async function diagnosePod(kube: KubeApi, place: PodPlace, nowMs: number): Promise<Fact[]> {
  const { namespace, name, pod } = place;
  const facts: Fact[] = [podFact(place, nowMs)];
  const events = await readPodEvents(kube, place);
  for (const event of events.filter((one) => isTelling(one, pod)).slice(-eventLines))
    facts.push(['Event', describeEvent(event)]);
  const container = containerNames.core;
  const log = await kube
    .log({ namespace, pod: name, container, tailLines: errorTailLines })
    .catch(() => '');
  const errors = lastErrors(log);
  if (errors.length > 0) facts.push(['Errors', errors.join('\n')]);
  return facts;
}

/** What is over says nothing: while a node boots its start-up probe fails, and a pod may wait for its machine. */
function isTelling({ type, reason }: CoreV1Event, pod: V1Pod | undefined): boolean {
  if (type === 'Normal' || pod === undefined) return type !== 'Normal';
  if (reason === 'Unhealthy') return !isReady(pod);
  return reason !== 'FailedScheduling' || pod.spec?.nodeName === undefined;
}

/** The lines of a log that stellar-core wrote last as errors, each text once. */
export function lastErrors(log: string): string[] {
  const errors = new Map<string, string>();
  for (const line of log.split('\n')) {
    // The time, the node's name, the partition with the level: TIME GABCD [History ERROR] text
    const text = /\[\w+ (?:ERROR|FATAL)\] .*/u.exec(line)?.[0];
    if (text === undefined) continue;
    errors.delete(text);
    errors.set(text, line);
  }
  return [...errors.values()].slice(-errorLines);
}

/** What there is to say about the trouble that a pod is in, with the last lines of a container that ended. */
export async function diagnoseTrouble(
  kube: KubeApi,
  place: PodPlace,
  trouble: PodTrouble,
  nowMs: number,
): Promise<Fact[]> {
  const facts: Fact[] = [podFact(place, nowMs)];
  const { code, container, reason, message, exitCode } = trouble;
  const { pod } = place;
  if (container !== undefined) facts.push(['Container', container]);
  facts.push(['Reason', reason]);
  if (message !== '') facts.push(['Message', message]);
  if (code === 'SSC_POD_UNSCHEDULABLE' && pod?.spec !== undefined)
    facts.push(['Asks for', describeRequests(pod.spec)]);
  if (exitCode !== undefined && container !== undefined) {
    const log = await lastLog(kube, place, container, trouble).catch(() => '');
    if (log !== '') facts.push(['Last log', log.trimEnd()]);
  }
  return facts;
}

/** The last lines of the run that ended. The kubelet may start the container again before they are read. */
async function lastLog(
  kube: KubeApi,
  { namespace, name }: PodPlace,
  container: string,
  { hasPreviousLog, restartCount = 0 }: PodTrouble,
): Promise<string> {
  const read = (previous: boolean): Promise<string> =>
    kube.log({ namespace, pod: name, container, previous, tailLines: logLines });
  if (hasPreviousLog === true) return read(true);
  const log = await read(false);
  const now = statusesOf(await kube.read<V1Pod>({ kind: kinds.pod, namespace, name }));
  const restarts = now.find((one) => one.name === container)?.restartCount ?? 0;
  return restarts > restartCount ? read(true) : log;
}
