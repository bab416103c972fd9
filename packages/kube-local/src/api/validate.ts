import { type Kind, kinds } from './kinds.ts';
import { copy, type Draft, isRecord, same } from './object.ts';
import { checkValues } from './schema.ts';
import { type FieldError, forbiddenField, invalid, required } from './status.ts';

type Fields = Record<string, unknown>;

/** What the real server's validation says about a new object. */
export function validateCreate(kind: Kind, object: Draft): FieldError[] {
  return checkNew(kind, object);
}

/** What it says about a change. */
export function validateUpdate(
  kind: Kind,
  object: Draft,
  before: Draft,
  subresource: string,
): FieldError[] {
  if (subresource === 'status') return [];
  const values = checkNew(kind, object);
  const metadata = newFinalizers(object, before);
  // The real server checks metadata twice, and all of a Job: the causes say so, the message does not.
  return [
    ...metadata,
    ...metadata,
    ...values,
    ...(kind === kinds.job ? values : []),
    ...immutableFields(kind, object, before),
  ];
}

function immutableFields(kind: Kind, object: Draft, before: Draft): FieldError[] {
  switch (kind) {
    case kinds.configMap:
    case kinds.secret:
      return frozenData(kind, object, before);
    case kinds.statefulSet:
      return statefulSetFields(object, before);
    case kinds.job:
      return jobFields(object, before);
    case kinds.pod:
      return podFields(object, before);
    case kinds.service:
      return serviceFields(object, before);
    case kinds.persistentVolumeClaim:
      return claimFields(object, before);
    default:
      return [];
  }
}

function checkNew(kind: Kind, object: Draft): FieldError[] {
  const errors = checkValues(kind, object);
  const spec = specOf(object);
  if (
    kind === kinds.job &&
    spec['completionMode'] === 'Indexed' &&
    spec['completions'] === undefined
  )
    errors.push(required('spec.completions', 'when completion mode is Indexed'));
  if (kind === kinds.persistentVolumeClaim) errors.push(...claimValues(spec));
  return errors;
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

const specOf = (object: Draft): Fields => (isRecord(object['spec']) ? object['spec'] : {});

function frozenData(kind: Kind, object: Draft, before: Draft): FieldError[] {
  const why = 'field is immutable when `immutable` is set';
  const errors: FieldError[] = [];
  if (kind === kinds.secret && object['type'] !== before['type'])
    errors.push(invalid('type', object['type'], 'field is immutable'));
  if (before['immutable'] !== true) return errors;
  if (object['immutable'] !== true) errors.push(forbiddenField('immutable', why));
  for (const field of ['data', 'binaryData'])
    if (!same(object[field] ?? {}, before[field] ?? {})) errors.push(forbiddenField(field, why));
  return errors;
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function statefulSetFields(object: Draft, before: Draft): FieldError[] {
  const fixed = (spec: Fields): Fields =>
    Object.fromEntries(Object.entries(spec).filter(([key]) => !changeable.includes(key)));
  if (same(fixed(specOf(object)), fixed(specOf(before)))) return [];
  const names = changeable.map((name) => `'${name}'`);
  return [
    forbiddenField(
      'spec',
      `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`,
    ),
  ];
}

function jobFields(object: Draft, before: Draft): FieldError[] {
  const [spec, old] = [specOf(object), specOf(before)];
  const errors: FieldError[] = [];
  for (const name of ['completions', 'selector', 'template', 'completionMode', 'podFailurePolicy'])
    if (!same(spec[name], old[name]))
      errors.push(invalid(`spec.${name}`, spec[name], 'field is immutable'));
  return errors;
}

function podFields(object: Draft, before: Draft): FieldError[] {
  const fixed = (spec: Fields): Fields => {
    const rest = copy(spec);
    for (const group of ['containers', 'initContainers'])
      for (const container of (rest[group] as Fields[] | undefined) ?? [])
        delete container['image'];
    for (const field of ['activeDeadlineSeconds', 'tolerations', 'nodeName']) delete rest[field];
    return rest;
  };
  if (same(fixed(specOf(object)), fixed(specOf(before)))) return [];
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ];
}

function serviceFields(object: Draft, before: Draft): FieldError[] {
  const [spec, old] = [specOf(object), specOf(before)];
  if (spec['type'] === 'ExternalName' || spec['clusterIP'] === old['clusterIP']) return [];
  return [invalid('spec.clusterIPs[0]', [spec['clusterIP']], 'may not change once set')];
}

function claimFields(object: Draft, before: Draft): FieldError[] {
  const fixed = (spec: Fields): Fields => {
    const { resources: _, volumeName: _v, volumeAttributesClassName: _c, ...rest } = spec;
    return rest;
  };
  if (same(fixed(specOf(object)), fixed(specOf(before)))) return [];
  return [
    forbiddenField(
      'spec',
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ),
  ];
}
