import { expect, test } from 'vitest';
import {
  type AnchorPlan,
  parseAnchor,
  toAnchor,
  toAnchorPatch,
  toDeleteBody,
  toScalePatch,
  toSubAnchor,
} from '../../src/index.ts';
import { messageOf } from '../message.ts';

const plan: AnchorPlan = {
  run: 'ssc-1a2b3c',
  namespace: 'sandbox',
  content: {
    mission: 'A mission, with spaces',
    who: 'ada@build-7',
    startedAt: '2026-11-23T08:00:00Z',
    version: '0.0.0',
    holder: '',
    journal: '{"phase":"pay"}\n',
    asked: '{"seed":"1"}',
    plan: '0123',
  },
};

test('an anchor is read back as it was made', () => {
  expect(parseAnchor(toAnchor(plan, 'u'))).toEqual(plan.content);
  expect(parseAnchor(toSubAnchor({ ...plan, network: 2 }, 'u'))).toEqual(plan.content);
});

test("the run's anchor belongs to the fuse, a further network's to the run's anchor", () => {
  expect(toAnchor(plan, 'u1').metadata).toMatchObject({
    name: 'ssc-1a2b3c-anchor',
    ownerReferences: [{ kind: 'Job', name: 'ssc-1a2b3c-fuse', uid: 'u1' }],
  });
  expect(toSubAnchor({ ...plan, network: 2 }, 'u2').metadata).toMatchObject({
    name: 'ssc-1a2b3c-n2-anchor',
    ownerReferences: [{ kind: 'ConfigMap', name: 'ssc-1a2b3c-anchor', uid: 'u2' }],
  });
});

test('what is no anchor is refused', () => {
  const configMap = { metadata: { name: 'kube-root-ca.crt' }, data: { who: 'x', holder: '' } };
  expect(messageOf(() => parseAnchor(configMap))).toMatchInlineSnapshot(
    `"✖ SSC_ANCHOR  ConfigMap "kube-root-ca.crt" is not an anchor of ssc: it has no "mission", "startedAt", "version", "journal""`,
  );
  expect(messageOf(() => toSubAnchor(plan, 'u'))).toMatchInlineSnapshot(
    `"✖ SSC_PLAN_INVALID  network 0 has the run's own anchor, not a further one"`,
  );
});

test('an anchor is taken only as it was read', () => {
  expect(toAnchorPatch('417', { holder: 'driver-2' })).toEqual({
    metadata: { resourceVersion: '417' },
    data: { holder: 'driver-2' },
  });
});

test('the bodies of changes', () => {
  expect(toScalePatch(0)).toEqual({ spec: { replicas: 0 } });
  expect(toDeleteBody({ uid: 'u', resourceVersion: '9' })).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "kind": "DeleteOptions",
      "preconditions": {
        "resourceVersion": "9",
        "uid": "u",
      },
      "propagationPolicy": "Background",
    }
  `);
  expect(toDeleteBody({ uid: 'u' }).preconditions).toEqual({ uid: 'u' });
});
