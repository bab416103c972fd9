import { invalid, type Report } from '../violation.ts';
import { type Fields, listIn, objectIn, textIn } from './fields.ts';
import { goSelector } from './selector.ts';

// What may not change once an object is there.

const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** JSON with sorted keys; null and missing are the same, as in Go. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item)
            .filter(([, inner]) => inner !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : item,
  ) ?? '';

type Check = (after: Fields, before: Fields, report: Report) => void;

const without = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const keepField =
  (
    name: string,
    show: (value: unknown) => string = (value) => invalid(value, 'field is immutable'),
  ): Check =>
  (after, before, report) => {
    const [a, b] = [objectIn(after, 'spec')[name], objectIn(before, 'spec')[name]];
    if (!isSame(a, b)) report(`spec.${name}`, 'FieldValueInvalid', show(a));
  };

const keepSelector = keepField(
  'selector',
  (value) => `Invalid value: ${goSelector((value ?? {}) as Fields)}: field is immutable`,
);

const keepData: Check = (after, before, report) => {
  if (before['immutable'] !== true) return;
  if (after['immutable'] !== true)
    report(
      'immutable',
      'FieldValueForbidden',
      'Forbidden: field is immutable when `immutable` is set',
    );
  for (const name of ['data', 'binaryData'])
    if (!isSame(after[name] ?? {}, before[name] ?? {}))
      report(name, 'FieldValueForbidden', 'Forbidden: field is immutable when `immutable` is set');
};

const keepSecretType: Check = (after, before, report) => {
  if (textIn(after, 'type') !== textIn(before, 'type'))
    report('type', 'FieldValueInvalid', invalid(after['type'], 'field is immutable'));
  keepData(after, before, report);
};

const setChanges = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

const keepStatefulSet: Check = (after, before, report) => {
  const [a, b] = [after, before].map((object) => without(objectIn(object, 'spec'), setChanges));
  if (isSame(a, b)) return;
  const last = `'${setChanges.at(-1)}'`;
  const named = setChanges.slice(0, -1).map((name) => `'${name}'`);
  report(
    'spec',
    'FieldValueForbidden',
    `Forbidden: updates to statefulset spec for fields other than ${named.join(', ')} and ${last} are forbidden`,
  );
};

const keepJob: Check = (after, before, report) => {
  keepField('completions')(after, before, report);
  keepSelector(after, before, report);
  // A suspended Job's template may change in a few places; ssc suspends none.
  keepField('template', () => 'Invalid value: core.PodTemplateSpec{}: field is immutable')(
    after,
    before,
    report,
  );
  keepField('completionMode')(after, before, report);
};

const keepPod: Check = (after, before, report) => {
  const fixed = (object: Fields): Fields => {
    const spec = objectIn(object, 'spec');
    const imageless = (name: string): Fields[] =>
      listIn(spec, name).map((container) => without(container, ['image']));
    return {
      ...without(spec, ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds']),
      containers: imageless('containers'),
      initContainers: imageless('initContainers'),
    };
  };
  if (!isSame(fixed(after), fixed(before)))
    report(
      'spec',
      'FieldValueForbidden',
      'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    );
};

const keepClaim: Check = (after, before, report) => {
  const isBound = textIn(objectIn(before, 'status'), 'phase') === 'Bound';
  const binds = textIn(objectIn(before, 'spec'), 'volumeName') === '';
  const fixed = (object: Fields): Fields =>
    without(objectIn(object, 'spec'), [
      'volumeAttributesClassName',
      ...(isBound ? ['resources'] : []),
      ...(binds ? ['volumeName'] : []),
    ]);
  if (!isSame(fixed(after), fixed(before)))
    report(
      'spec',
      'FieldValueForbidden',
      'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    );
};

const keepAddress: Check = (after, before, report) => {
  const [a, b] = [after, before].map((object) => textIn(objectIn(object, 'spec'), 'clusterIP'));
  // Nothing means as before.
  if (a !== '' && b !== '' && a !== b)
    report(
      'spec.clusterIPs[0]',
      'FieldValueInvalid',
      `Invalid value: []string{${JSON.stringify(a)}}: may not change once set`,
    );
};

const checks: Readonly<Record<string, Check>> = {
  'v1 ConfigMap': keepData,
  'v1 PersistentVolumeClaim': keepClaim,
  'v1 Pod': keepPod,
  'v1 Secret': keepSecretType,
  'v1 Service': keepAddress,
  'apps/v1 DaemonSet': keepSelector,
  'apps/v1 Deployment': keepSelector,
  'apps/v1 ReplicaSet': keepSelector,
  'apps/v1 StatefulSet': keepStatefulSet,
  'batch/v1 Job': keepJob,
};

/** Reports what an update changes and may not. */
export function checkUpdate(
  apiVersion: string,
  kind: string,
  after: Fields,
  before: Fields,
  report: Report,
): void {
  const [a, b] = [after, before].map((object) => textIn(objectIn(object, 'metadata'), 'uid'));
  if (a !== '' && a !== b)
    report('metadata.uid', 'FieldValueInvalid', invalid(a, 'field is immutable'));
  checks[`${apiVersion} ${kind}`]?.(after, before, report);
}
