import { checkObject, checkObjectUpdate, type Violation } from '@ssc/kube-schema';
import { apiVersionOf, type Kind, kinds } from './kinds.ts';
import { type Draft, isRecord } from './object.ts';
import { type FieldError, type FieldErrorReason, forbiddenField, required } from './status.ts';

type Fields = Record<string, unknown>;

/** What the real server's validation says about a new object. */
export function validateCreate(kind: Kind, object: Draft): FieldError[] {
  return [
    ...toErrors(checkObject(apiVersionOf(kind), kind.kind, object)),
    ...moreValues(kind, object),
  ];
}

/** What it says about a change. */
export function validateUpdate(
  kind: Kind,
  object: Draft,
  before: Draft,
  subresource: string,
): FieldError[] {
  if (subresource === 'status' || subresource === 'binding') return [];
  const values = moreValues(kind, object);
  const metadata = newFinalizers(object, before);
  const created = kind === kinds.job ? [...validateCreate(kind, object)] : [];
  // The real server checks metadata twice, and all of a Job: the causes say so, the message does not.
  return [
    ...metadata,
    ...metadata,
    ...created,
    ...toErrors(checkObjectUpdate(apiVersionOf(kind), kind.kind, object, before)),
    ...values,
  ];
}

const toErrors = (violations: readonly Violation[]): FieldError[] =>
  violations.filter(
    (violation): violation is Violation & { reason: FieldErrorReason } =>
      violation.reason !== 'CannotDecode' && violation.reason !== 'UnknownField',
  );

/** Values that kube-schema does not look at. */
function moreValues(kind: Kind, object: Draft): FieldError[] {
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  if (kind === kinds.persistentVolumeClaim) return claimValues(spec);
  const lacks = spec['completionMode'] === 'Indexed' && spec['completions'] === undefined;
  return kind === kinds.job && lacks
    ? [required('spec.completions', 'when completion mode is Indexed')]
    : [];
}

function claimValues(spec: Fields): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec['accessModes'];
  if (!Array.isArray(modes) || modes.length === 0)
    errors.push(required('spec.accessModes', 'at least 1 access mode is required'));
  const resources = isRecord(spec['resources']) ? spec['resources'] : {};
  const requests = isRecord(resources['requests']) ? resources['requests'] : {};
  if (requests['storage'] === undefined) errors.push(required('spec.resources[storage]'));
  return errors;
}

function newFinalizers(object: Draft, before: Draft): FieldError[] {
  if (before.metadata.deletionTimestamp === undefined) return [];
  const added = (object.metadata.finalizers ?? []).filter(
    (name) => !(before.metadata.finalizers ?? []).includes(name),
  );
  if (added.length === 0) return [];
  const list = added.map((name) => JSON.stringify(name)).join(', ');
  return [
    forbiddenField(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ];
}
