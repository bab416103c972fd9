import type { CoreV1Event } from '@kubernetes/client-node';
import { type KubeApi, kinds } from './api.ts';

/** What the cluster tells of one object, or of all of a kind where no name is given, the oldest first. */
export async function readEvents(
  kube: KubeApi,
  namespace: string,
  { kind, name }: { readonly kind: string; readonly name?: string },
): Promise<readonly CoreV1Event[]> {
  const ofName = name === undefined ? '' : `,involvedObject.name=${name}`;
  const fieldSelector = `involvedObject.kind=${kind}${ofName}`;
  const { items } = await kube.list<CoreV1Event>({ kind: kinds.event, namespace, fieldSelector });
  return oldestFirst(items);
}

export const oldestFirst = (events: readonly CoreV1Event[]): readonly CoreV1Event[] =>
  [...events].sort((a, b) => eventSecond(a) - eventSecond(b) || written(a) - written(b));

const eventSecond = (event: CoreV1Event): number =>
  Math.floor(
    new Date(
      event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? 0,
    ).getTime() / 1000,
  );

/** The scheduler's events have parts of a second, and the kubelet's none: those of one second are told apart by when they were stored. */
const written = ({ metadata }: CoreV1Event): number => Number(metadata.resourceVersion ?? 0);

const longestMessage = 300;

/** An event in a line: a probe's message may hold the whole output of its command. */
export function describeEvent(event: CoreV1Event): string {
  const [first = '', ...rest] = (event.message ?? '').trimEnd().split('\n');
  const cut = (text: string): string =>
    text.length > longestMessage ? `${text.slice(0, longestMessage)} …` : text;
  // What a command says last is what it failed for.
  const last = rest.at(-1);
  const message =
    last === undefined ? cut(first) : `${cut(first)}${rest.length > 1 ? ' …' : ''}\n${cut(last)}`;
  return `${event.reason ?? ''}: ${message}${(event.count ?? 1) > 1 ? ` (${event.count} times)` : ''}`;
}
