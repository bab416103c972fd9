import { kinds } from '../api/kinds.ts';
import { type Draft, type KubeObject, microTimestamp, timestamp } from '../api/object.ts';
import type { Registry } from '../api/registry.ts';

/** What happened to an object. */
export interface Happening {
  readonly about: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  /** The node that tells it. */
  readonly host?: string;
  /** The part of the object. @example "spec.containers{core}" */
  readonly fieldPath?: string;
}

/**
 * Writes what happens to objects as objects of kind Event. The same thing told again counts up one Event, as in client-go's
 * tools/record.
 */
export class EventRecorder {
  readonly #registry: Registry;
  readonly #known = new Map<string, string>();
  #serial = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  record(happening: Happening): void {
    const { about, type, reason, message, component, fieldPath } = happening;
    const { store } = this.#registry;
    const namespace = about.metadata.namespace ?? 'default';
    const key = [about.metadata.uid, type, reason, message, component, fieldPath].join('\n');
    const before = this.#known.get(key);
    if (before !== undefined && store.get(kinds.event, namespace, before) !== undefined) {
      this.#countUp(namespace, before);
      return;
    }
    const name = `${about.metadata.name}.${this.#stamp()}`;
    if (store.get(kinds.namespace, '', namespace) === undefined) return;
    this.#known.set(key, name);
    const draft = renderEvent(happening, { name, namespace }, this.#registry.now());
    this.#registry.create(kinds.event, namespace, draft);
  }

  #countUp(namespace: string, name: string): void {
    const now = timestamp(this.#registry.now());
    this.#registry.update(kinds.event, namespace, name, (object) => ({
      ...object,
      count: Number(object['count'] ?? 1) + 1,
      lastTimestamp: now,
    }));
  }

  /** No two are the same, and later ones are greater. */
  #stamp(): string {
    this.#serial += 1;
    const now = BigInt(Math.floor(this.#registry.now()));
    return (now * 1_000_000n + BigInt(this.#serial)).toString(16);
  }
}

function renderEvent(happening: Happening, metadata: Draft['metadata'], nowMs: number): Draft {
  const { about, reason, message, component, fieldPath } = happening;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: {
      kind: about.kind,
      ...(about.metadata.namespace !== undefined && { namespace: about.metadata.namespace }),
      name: about.metadata.name,
      uid: about.metadata.uid,
      apiVersion: about.apiVersion,
      resourceVersion: about.metadata.resourceVersion,
      ...(fieldPath !== undefined && { fieldPath }),
    },
    reason,
    message,
    ...(component === scheduler ? toldOnce(happening, nowMs) : toldAgain(happening, nowMs)),
  };
}

const scheduler = 'default-scheduler';

/** The scheduler writes Events in the form of events.k8s.io/v1, which has an instant and an action. */
const toldOnce = ({ type, reason, component }: Happening, nowMs: number): object => ({
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  type,
  eventTime: microTimestamp(nowMs),
  action: reason === 'Scheduled' ? 'Binding' : 'Scheduling',
  reportingComponent: component,
  reportingInstance: component,
});

/** All others write them in the form of v1, which has a span and a count. */
const toldAgain = ({ type, component, host }: Happening, nowMs: number): object => ({
  source: { component, ...(host !== undefined && { host }) },
  firstTimestamp: timestamp(nowMs),
  lastTimestamp: timestamp(nowMs),
  count: 1,
  type,
  eventTime: null,
  reportingComponent: component,
  reportingInstance: host ?? '',
});
