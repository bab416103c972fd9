import { copy, isRecord, same } from './object.ts';
import { ApiError, badRequest } from './status.ts';

/** RFC 7386: objects are merged, null removes, all else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return copy(patch);
  const out: Record<string, unknown> = isRecord(target) ? copy(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = mergePatch(out[key], value);
  }
  return out;
}

/*
 * Lists that a strategic merge joins by a key, by the name of the list's field; "" joins plain values. From the
 * x-kubernetes-patch-merge-key entries of the real server's OpenAPI document. All other lists are replaced.
 */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  conditions: 'type',
  podIPs: 'ip',
  ownerReferences: 'uid',
  finalizers: '',
  secrets: 'name',
  taints: 'key',
  addresses: 'type',
};

const mergeKeyOf = (field: string, list: readonly unknown[]): string | undefined => {
  if (field !== 'ports') return mergeKeys[field];
  // Ports are joined by containerPort in containers, by port in Services.
  return list.some((port) => isRecord(port) && 'containerPort' in port) ? 'containerPort' : 'port';
};

/** A strategic merge with the directives `$patch: delete|replace|merge`, `$deleteFromPrimitiveList` and `$setElementOrder`. */
export function strategicMerge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return copy(patch);
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const out: Record<string, unknown> = isRecord(target) ? copy(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    const directive = /^\$(deleteFromPrimitiveList|setElementOrder|retainKeys)\/?(.*)$/u.exec(key);
    if (directive !== null) applyDirective(out, directive[1] ?? '', directive[2] ?? '', value);
    else if (key === '$patch' || key === '$retainKeys') continue;
    else if (value === null) delete out[key];
    else if (isRecord(value) && value['$patch'] === 'delete') delete out[key];
    else if (Array.isArray(value)) out[key] = mergeLists(key, out[key], value);
    else out[key] = strategicMerge(out[key], value);
  }
  return out;
}

function applyDirective(
  out: Record<string, unknown>,
  name: string,
  field: string,
  value: unknown,
): void {
  if (name !== 'deleteFromPrimitiveList' || !Array.isArray(value)) return;
  const list = out[field];
  if (Array.isArray(list)) out[field] = list.filter((item) => !value.includes(item));
}

function mergeLists(field: string, target: unknown, patch: readonly unknown[]): unknown {
  const existing: readonly unknown[] = Array.isArray(target) ? target : [];
  if (patch.some((item) => isRecord(item) && item['$patch'] === 'replace'))
    return patch
      .filter((item) => !(isRecord(item) && item['$patch'] === 'replace'))
      .map(withoutDirectives);
  const key = mergeKeyOf(field, [...existing, ...patch]);
  if (key === undefined) return copy(patch);
  if (key === '') return [...existing, ...patch.filter((item) => !existing.includes(item))];
  const out = [...existing];
  for (const item of patch) {
    if (!isRecord(item)) continue;
    const id = item[key];
    if (id === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const at = out.findIndex((other) => isRecord(other) && other[key] === id);
    if (item['$patch'] === 'delete') {
      if (at >= 0) out.splice(at, 1);
    } else if (at >= 0) out[at] = strategicMerge(out[at], item);
    // The real server puts new entries before those that were there.
    else out.push(withoutDirectives(item));
  }
  return out;
}

function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !key.startsWith('$') && inner !== null)
      .map(([key, inner]) => [key, withoutDirectives(inner)]),
  );
}

/** RFC 6902. Throws an Invalid Status when a `test` does not hold or a path is not there. */
export function jsonPatch(target: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations))
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    );
  let document = copy(target);
  for (const operation of operations as readonly Record<string, unknown>[])
    document = applyOperation(document, operation);
  return document;
}

// The real server does not say which operation it was.
const refused = (_why: string): ApiError =>
  new ApiError(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  );

function applyOperation(document: unknown, operation: Record<string, unknown>): unknown {
  const path = pointer(operation['path']);
  switch (operation['op']) {
    case 'add':
      return change(document, path, 'add', copy(operation['value']));
    case 'replace':
      return change(document, path, 'replace', copy(operation['value']));
    case 'remove':
      return change(document, path, 'remove', undefined);
    case 'test':
      if (same(read(document, path), operation['value'])) return document;
      throw refused(`testing path ${String(operation['path'])} failed`);
    case 'copy':
      return change(document, path, 'add', copy(read(document, pointer(operation['from']))));
    case 'move': {
      const from = pointer(operation['from']);
      const value = read(document, from);
      return change(change(document, from, 'remove', undefined), path, 'add', value);
    }
    default:
      throw refused(`Unexpected kind: ${String(operation['op'])}`);
  }
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/')))
    throw refused(`invalid path: ${String(path)}`);
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isRecord(value)) value = value[part];
    else value = undefined;
    if (value === undefined) throw refused(`path /${path.join('/')} does not exist`);
  }
  return value;
}

function change(
  document: unknown,
  path: readonly string[],
  how: 'add' | 'replace' | 'remove',
  value: unknown,
): unknown {
  const key = path.at(-1);
  if (key === undefined) return value;
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const at = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(at) || at < 0 || at > parent.length)
      throw refused(`index ${key} out of bounds`);
    if (how === 'add') parent.splice(at, 0, value);
    else if (how === 'remove') parent.splice(at, 1);
    else parent[at] = value;
  } else if (isRecord(parent)) {
    if (how !== 'add' && !(key in parent)) throw refused(`path /${path.join('/')} does not exist`);
    if (how === 'remove') delete parent[key];
    else parent[key] = value;
  } else throw refused(`path /${path.join('/')} does not exist`);
  return document;
}

/** What a patch of a content type does; undefined for a type that is no patch. */
export function patcher(type: string, patch: unknown): ((target: unknown) => unknown) | undefined {
  switch (type) {
    case 'application/json-patch+json':
      return (target) => jsonPatch(target, patch);
    case 'application/merge-patch+json':
      return (target) => mergePatch(target, patch);
    case 'application/strategic-merge-patch+json':
    case 'application/apply-patch+yaml':
      return (target) => strategicMerge(target, patch);
    default:
      return undefined;
  }
}
