import { kinds } from '../api/kinds.ts';
import { type Draft, type KubeObject, microTimestamp, timestamp } from '../api/object.ts';
import type { Registry } from '../api/registry.ts';

/** Writes what happens to objects as objects of kind Event. */
export interface EventRecorder {
  record(event: {
    readonly about: KubeObject;
    readonly type: 'Normal' | 'Warning';
    readonly reason: string;
    readonly message: string;
    readonly component: string;
    /** The node that tells it. */
    readonly host?: string;
    /** The part of the object. @example "spec.containers{core}" */
    readonly fieldPath?: string;
  }): void;
}

/** Makes a recorder. The same thing told again counts up one Event, as in client-go's tools/record. */
export function createEventRecorder(registry: Registry): EventRecorder {
  const known = new Map<string, string>();
  let serial = 0;
  return {
    record(event) {
      const { about, type, reason, message, component, host, fieldPath } = event;
      const namespace = about.metadata.namespace ?? 'default';
      const key = [about.metadata.uid, type, reason, message, component, fieldPath].join('\n');
      const now = timestamp(registry.now());
      const before = known.get(key);
      if (
        before !== undefined &&
        registry.store.get(kinds.event, namespace, before) !== undefined
      ) {
        registry.update(kinds.event, namespace, before, (object) => ({
          ...object,
          count: Number(object['count'] ?? 1) + 1,
          lastTimestamp: now,
        }));
        return;
      }
      serial += 1;
      const stamp = (BigInt(Math.floor(registry.now())) * 1_000_000n + BigInt(serial)).toString(16);
      const name = `${about.metadata.name}.${stamp}`;
      const scheduler = component === 'default-scheduler';
      const draft: Draft = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace },
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
        source: scheduler ? {} : { component, ...(host !== undefined && { host }) },
        firstTimestamp: scheduler ? null : now,
        lastTimestamp: scheduler ? null : now,
        ...(!scheduler && { count: 1 }),
        type,
        eventTime: scheduler ? microTimestamp(registry.now()) : null,
        ...(scheduler && { action: reason === 'Scheduled' ? 'Binding' : 'Scheduling' }),
        reportingComponent: component,
        reportingInstance: scheduler ? 'default-scheduler' : (host ?? ''),
      };
      const namespaceObject = registry.store.get(kinds.namespace, '', namespace);
      if (namespaceObject === undefined) return;
      known.set(key, name);
      registry.create(kinds.event, namespace, draft);
    },
  };
}
