import { checkCustomResource } from './crd-rules.ts';
import { decode, prune } from './decode.ts';
import { checkData } from './rules/data.ts';
import type { Fields } from './rules/fields.ts';
import { checkIngress } from './rules/ingress.ts';
import { checkMetadata } from './rules/metadata.ts';
import { checkService } from './rules/service.ts';
import { checkUpdate } from './rules/update.ts';
import {
  checkCronJob,
  checkJob,
  checkPod,
  checkReplicated,
  checkStatefulSet,
} from './rules/workload.ts';
import { kindOf, type ResourceKind } from './schema.ts';
import type { Report, Violation } from './violation.ts';

const rules: Readonly<Record<string, (object: Fields, report: Report) => void>> = {
  'v1 ConfigMap': (object, report) => checkData(object, 'ConfigMap', report),
  'v1 Pod': checkPod,
  'v1 Secret': (object, report) => checkData(object, 'Secret', report),
  'v1 Service': checkService,
  'apps/v1 DaemonSet': (object, report) => checkReplicated(object, 'DaemonSet', report),
  'apps/v1 Deployment': (object, report) => checkReplicated(object, 'Deployment', report),
  'apps/v1 ReplicaSet': (object, report) => checkReplicated(object, 'ReplicaSet', report),
  'apps/v1 StatefulSet': checkStatefulSet,
  'batch/v1 CronJob': checkCronJob,
  'batch/v1 Job': checkJob,
  'networking.k8s.io/v1 Ingress': checkIngress,
};

// The Gateway API's kinds are custom resources: the server checks them by their schema.
const isCustom = (kind: ResourceKind): boolean => kind.group === 'gateway.networking.k8s.io';

/**
 * What cannot be decoded in the object (the first such thing), or else which of its fields are unknown (all of them):
 * what an API server refuses before it looks at values. Under `fieldValidation=Warn` or `Ignore` unknown fields are
 * not refused but dropped; see {@link withoutUnknownFields}.
 *
 * An apiVersion and kind that the schema does not have is one violation of its own.
 */
export function decodeObject(apiVersion: string, kind: string, object: unknown): Violation[] {
  const resource = kindOf(apiVersion, kind);
  if (resource === undefined)
    return [
      {
        field: '',
        reason: 'CannotDecode',
        message: `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
      },
    ];
  if (object === null || typeof object !== 'object' || Array.isArray(object))
    return [
      {
        field: '',
        reason: 'CannotDecode',
        message: `json: cannot unmarshal ${Array.isArray(object) ? 'array' : object === null ? 'null' : typeof object} into Go value of type v1.${kind}`,
      },
    ];
  return isCustom(resource)
    ? decode(object, resource.schema).filter((v) => v.reason === 'UnknownField')
    : decode(object, resource.schema);
}

/**
 * The values that an API server would refuse when the object is created. The object must have passed
 * {@link decodeObject}.
 *
 * Values are checked for pods, pod templates of Deployments, ReplicaSets, DaemonSets and Jobs, StatefulSets, ConfigMaps,
 * Secrets, Services, Ingresses and everybody's metadata; of other kinds only types and names of fields.
 */
export function checkObject(apiVersion: string, kind: string, object: object): Violation[] {
  const found: Violation[] = [];
  const report: Report = (field, reason, message) => found.push({ field, reason, message });
  const resource = kindOf(apiVersion, kind);
  const fields = object as Fields;
  checkMetadata(fields, kind, report);
  if (resource !== undefined && isCustom(resource))
    checkCustomResource(fields, resource.schema, report);
  rules[`${apiVersion} ${kind}`]?.(fields, report);
  return found;
}

/** The values that an API server would refuse when an object replaces what was there before. */
export function checkObjectUpdate(
  apiVersion: string,
  kind: string,
  object: object,
  before: object,
): Violation[] {
  const found = checkObject(apiVersion, kind, object);
  checkUpdate(apiVersion, kind, object as Fields, before as Fields, (field, reason, message) =>
    found.push({ field, reason, message }),
  );
  return found;
}

/**
 * All that an API server would refuse in the object when it is created with `fieldValidation=Strict`; empty when it
 * would take it. As the server does, it says either what cannot be decoded (the first), or which fields are unknown
 * (all), or which values are invalid (all).
 */
export function validateObject(apiVersion: string, kind: string, object: unknown): Violation[] {
  const undecodable = decodeObject(apiVersion, kind, object);
  return undecodable.length > 0 ? undecodable : checkObject(apiVersion, kind, object as object);
}

/** The object as a server keeps it that does not refuse unknown fields: without them. */
export function withoutUnknownFields<T extends object>(
  apiVersion: string,
  kind: string,
  object: T,
): T {
  const resource = kindOf(apiVersion, kind);
  return resource === undefined ? object : prune(object, { $ref: resource.schema });
}
