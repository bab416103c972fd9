import type { FieldValidation } from './decode.ts';
import { parseJson } from './decode.ts';
import type { DeleteOptions } from './deletion.ts';
import { isRecord } from './object.ts';
import { ApiError } from './status.ts';

/** A switch of a query. */
export const isTrue = (value: string | null): boolean => value === 'true' || value === '1';

/** How strictly the fields of an object are taken. */
export function validationOf(query: URLSearchParams): FieldValidation {
  const asked = query.get('fieldValidation') ?? '';
  if (asked === '') return 'Strict';
  if (asked === 'Strict' || asked === 'Warn' || asked === 'Ignore') return asked;
  throw unsupported(
    'CreateOptions',
    'fieldValidation',
    `${JSON.stringify(asked)}: supported values: "", "Ignore", "Strict", "Warn"`,
  );
}

/** Whether a write is only tried. */
export function isDryRun(query: URLSearchParams): boolean {
  const asked = query.getAll('dryRun');
  if (asked.length === 0) return false;
  if (asked.every((value) => value === 'All')) return true;
  const values = asked.map((value) => JSON.stringify(value)).join(', ');
  throw unsupported('CreateOptions', 'dryRun', `[]string{${values}}: supported values: "All"`);
}

/** The feature gate WatchList is off in 1.33, as in most clusters. */
export function refuseInitialEvents(query: URLSearchParams): void {
  if (query.get('sendInitialEvents') === null) return;
  const gate =
    'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  throw invalidOption('ListOptions', 'sendInitialEvents', 'Forbidden', `Forbidden: ${gate}`);
}

/** An apply patch says whose fields it sets. */
export function requireFieldManager(query: URLSearchParams): void {
  if ((query.get('fieldManager') ?? '') !== '') return;
  throw invalidOption(
    'PatchOptions',
    'fieldManager',
    'Required',
    'Required value: is required for apply patch',
  );
}

const policies = ['Foreground', 'Background', 'Orphan'] as const;

/** How objects are to be deleted: what the query says goes before what the body says. */
export function deleteOptions(sentBody: Uint8Array, query: URLSearchParams): DeleteOptions {
  const sent = sentBody.length === 0 ? {} : parseJson(sentBody);
  const body = isRecord(sent) ? sent : {};
  const asked = query.get('propagationPolicy') ?? body['propagationPolicy'];
  const policy = policies.find((known) => known === asked);
  if (asked !== undefined && asked !== null && policy === undefined) {
    const supported = [...policies, 'nil'].map((one) => `"${one}"`).join(', ');
    const given = JSON.stringify(asked);
    throw unsupported(
      'DeleteOptions',
      'propagationPolicy',
      `${given}: supported values: ${supported}`,
    );
  }
  const grace = query.get('gracePeriodSeconds') ?? body['gracePeriodSeconds'];
  const orphans = query.get('orphanDependents') ?? body['orphanDependents'];
  const conditions = isRecord(body['preconditions']) ? body['preconditions'] : {};
  const bodyDryRun = Array.isArray(body['dryRun']) && body['dryRun'].includes('All');
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    propagationPolicy:
      policy ??
      (orphans === undefined || orphans === null
        ? undefined
        : String(orphans) === 'true'
          ? 'Orphan'
          : 'Background'),
    gracePeriodSeconds: grace === undefined || grace === null ? undefined : Number(grace),
    preconditions: {
      uid: text(conditions['uid']),
      resourceVersion: text(conditions['resourceVersion']),
    },
    dryRun: isDryRun(query) || bodyDryRun,
  };
}

const unsupported = (kind: string, field: string, why: string): ApiError =>
  invalidOption(kind, field, 'NotSupported', `Unsupported value: ${why}`);

/** The refusal of an option, with its one cause. */
const invalidOption = (
  kind: string,
  field: string,
  reason: 'Forbidden' | 'NotSupported' | 'Required',
  message: string,
): ApiError =>
  new ApiError(422, 'Invalid', `${kind}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind,
    causes: [{ reason: `FieldValue${reason}`, message, field }],
  });
