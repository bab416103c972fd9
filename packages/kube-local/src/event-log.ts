import { createHash } from 'node:crypto';
import type { Change } from './api/store.ts';

/** A line for each stored change, with its resourceVersion. */
export function renderChange({ revision, type, kind, object }: Change, nowMs: number): string {
  const { namespace = '', name } = object.metadata;
  return `${stamp(nowMs)} ${type} ${kind.plural} ${namespace}/${name} rv=${revision}`;
}

/** A line for each message between pods: enough of its SHA-256 to tell it from any other. */
export function renderMessage(
  from: string,
  to: string,
  message: Uint8Array,
  nowMs: number,
): string {
  const hash = createHash('sha256').update(message).digest('hex').slice(0, 16);
  return `${stamp(nowMs)} message ${from} ${to} ${message.length} ${hash}`;
}

const stamp = (ms: number): string => new Date(ms).toISOString();
