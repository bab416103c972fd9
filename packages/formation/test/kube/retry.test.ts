import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/kube/api.ts';
import { createCall, deleteCall, logCall, patchCall, readCall } from '../../src/kube/call.ts';
import { judgeReply, triesOf } from '../../src/kube/retry.ts';

const ref = { kind: kinds.configMap, namespace: 'n', name: 'c' };
const object = (metadata: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
const calls = {
  read: readCall(ref),
  create: createCall('n', object({ name: 'c' }), {}),
  'merge patch': patchCall(ref, { data: {} }),
  'merge patch of a version': patchCall(ref, { metadata: { resourceVersion: '7' } }),
  'JSON patch': patchCall(ref, [{ op: 'remove', path: '/data' }]),
  delete: deleteCall(ref, { propagationPolicy: 'Background' }),
  'delete of a version': deleteCall(ref, { propagationPolicy: 'Background', resourceVersion: '7' }),
};
const conflict = JSON.stringify({ kind: 'Status', reason: 'Conflict' });
const exists = JSON.stringify({ kind: 'Status', reason: 'AlreadyExists' });

describe('what a reply means', () => {
  test.each<[keyof typeof calls, number, string, number | undefined, string]>([
    ['read', 200, '{}', undefined, 'final'],
    ['read', 404, '', undefined, 'final'],
    ['read', 429, '', undefined, 'not done'],
    ['JSON patch', 429, '', undefined, 'not done'],
    ['JSON patch', 503, '', 1000, 'not done'],
    ['JSON patch', 503, '', undefined, 'final'],
    ['JSON patch', 500, '', undefined, 'final'],
    ['create', 503, '', undefined, 'perhaps done'],
    ['delete', 500, '', undefined, 'perhaps done'],
    ['create', 409, exists, undefined, 'final'],
    ['create', 409, conflict, undefined, 'not done'],
    ['create', 409, 'a proxy says no', undefined, 'final'],
    ['merge patch', 409, conflict, undefined, 'not done'],
    ['merge patch of a version', 409, conflict, undefined, 'final'],
    ['JSON patch', 409, conflict, undefined, 'final'],
    ['delete', 409, conflict, undefined, 'not done'],
    ['delete of a version', 409, conflict, undefined, 'final'],
  ])('a %s: %i %s, pause %s', (call, status, text, retryAfterMs, expected) => {
    const reply = { status, text, retryAfterMs };
    expect(judgeReply(calls[call], reply, { allowed: false })).toBe(expected);
    // What was allowed before matters only to a lack of rights.
    expect(judgeReply(calls[call], reply, { allowed: true })).toBe(expected);
  });

  test.each([
    ['pods is forbidden: User "ada" cannot list resource "pods"', true, 'not done'],
    ['pods is forbidden: User "ada" cannot list resource "pods"', false, 'final'],
    ['pods "a" is forbidden: exceeded quota: q', true, 'final'],
  ])('403 %s, allowed before: %s', (message, allowed, expected) => {
    const text = JSON.stringify({ kind: 'Status', reason: 'Forbidden', message });
    const reply = { status: 403, text, retryAfterMs: undefined };
    for (const call of Object.values(calls))
      expect(judgeReply(call, reply, { allowed })).toBe(expected);
  });
});

test('a log is not worth many tries', () => {
  expect(triesOf(calls.read)).toBe(6);
  expect(triesOf(logCall({ namespace: 'n', pod: 'p', container: 'c' }))).toBe(2);
});
