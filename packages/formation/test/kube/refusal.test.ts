import { renderError } from '@ssc/errors';
import { expect, test } from 'vitest';
import { refused } from '../../src/kube/refusal.ts';

const told = (message: string): string => {
  const text = JSON.stringify({ kind: 'Status', reason: 'Forbidden', message });
  return renderError(
    refused({ verb: 'create', what: 'Job q1/fuse' } as never, { status: 403, text }),
  );
};

test('who lacks a right is told how to get it, and who is refused by a quota is not', () => {
  expect(
    told('jobs.batch is forbidden: User "ada" cannot create resource "jobs" in the namespace "q1"'),
  ).toMatchInlineSnapshot(`
    "✖ SSC_KUBE_REFUSED  the API server refused to create Job q1/fuse: Forbidden   (definite: nothing was changed)
      Answered    jobs.batch is forbidden: User "ada" cannot create resource "jobs" in the namespace "q1"
      ssc doctor says which permissions are missing, and ssc render rbac prints the Role that has them."
  `);
  expect(told('pods "a" is forbidden: exceeded quota: team')).not.toContain('ssc doctor');
});
