import type { HttpRequest } from '@ssc/process';
import { parseJson } from './decode.ts';
import { isRecord } from './object.ts';
import { methodNotAllowed } from './status.ts';

/** Where clients ask what they may do. */
export const accessReviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** The review of a request, with its answer. */
export function reviewAccess(
  request: HttpRequest,
  allows: (attributes: Readonly<Record<string, unknown>>) => boolean,
): object {
  if (request.method !== 'POST') throw methodNotAllowed();
  const review = parseJson(request.body);
  const spec = isRecord(review) && isRecord(review['spec']) ? review['spec'] : {};
  const attributes = spec['resourceAttributes'] ?? spec['nonResourceAttributes'];
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec,
    status: { allowed: allows(isRecord(attributes) ? attributes : {}) },
  };
}
