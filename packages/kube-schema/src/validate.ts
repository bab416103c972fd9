import { checkCustomResource } from './crd-rules.ts';
import { decode } from './decode.ts';
import { checkData } from './rules/data.ts';
import type { Fields } from './rules/fields.ts';
import { checkMetadata } from './rules/metadata.ts';
import { checkService } from './rules/service.ts';
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
};

// The Gateway API's kinds are custom resources: the server checks them by their schema.
const isCustom = (kind: ResourceKind): boolean => kind.group === 'gateway.networking.k8s.io';

/**
 * What an API server would refuse in the object when it is created with `fieldValidation=Strict`; empty when it would
 * take it. As the server does, it says either what cannot be decoded (the first), or which fields are unknown (all), or
 * which values are invalid (all).
 *
 * Values are checked for pods, pod templates of Deployments, ReplicaSets, DaemonSets and Jobs, StatefulSets, ConfigMaps,
 * Secrets, Services and everybody's metadata; of other kinds only types and names of fields.
 *
 * An apiVersion and kind that the schema does not have is one violation of its own.
 */
export function validateObject(apiVersion: string, kind: string, object: unknown): Violation[] {
  const resource = kindOf(apiVersion, kind);
  if (resource === undefined)
    return [
      {
        field: '',
        reason: 'CannotDecode',
        message: `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
      },
    ];
  const undecodable = isCustom(resource)
    ? decode(object, resource.schema).filter((v) => v.reason === 'UnknownField')
    : decode(object, resource.schema);
  if (undecodable.length > 0) return undecodable;

  const found: Violation[] = [];
  const report: Report = (field, reason, message) => found.push({ field, reason, message });
  const fields = object as Fields;
  checkMetadata(fields, kind, report);
  if (isCustom(resource)) checkCustomResource(fields, resource.schema, report);
  rules[`${apiVersion} ${kind}`]?.(fields, report);
  return found;
}
