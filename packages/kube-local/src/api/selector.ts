import type { Kind } from './kinds.ts';
import type { KubeObject } from './object.ts';
import { badRequest } from './status.ts';

/** One condition on labels. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

type Labels = Readonly<Record<string, string>> | undefined;

/** Whether labels fulfil every condition. */
export function matchesAll(requirements: readonly Requirement[], labels: Labels): boolean {
  return requirements.every((requirement) => matches(requirement, labels?.[requirement.key]));
}

function matches({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

/** A label selector as it stands in objects. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: Requirement['operator'];
    readonly values?: readonly string[];
  }[];
}

/** Whether labels match the selector of an object; an empty selector matches everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const wanted = Object.entries(selector.matchLabels ?? {});
  return (
    wanted.every(([key, value]) => labels?.[key] === value) &&
    matchesAll(
      (selector.matchExpressions ?? []).map((e) => ({ ...e, values: e.values ?? [] })),
      labels,
    )
  );
}

const name = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const setPattern = new RegExp(String.raw`^(${name})\s+(in|notin)\s*\(([^()]*)\)$`, 'u');
const equalPattern = new RegExp(String.raw`^(${name})\s*(==|=|!=|>|<)\s*([-A-Za-z0-9_.]*)$`, 'u');
const existsPattern = new RegExp(String.raw`^(!?)\s*(${name})$`, 'u');

/** The conditions of a `labelSelector` parameter. Throws a BadRequest Status. */
export function parseLabelSelector(text: string): Requirement[] {
  return splitOutsideParentheses(text).map((part) => {
    const set = setPattern.exec(part);
    if (set !== null)
      return {
        key: set[1] ?? '',
        operator: set[2] === 'in' ? 'In' : 'NotIn',
        values: (set[3] ?? '').split(',').map((value) => value.trim()),
      };
    const equal = equalPattern.exec(part);
    if (equal !== null) {
      const operator =
        equal[2] === '!=' ? 'NotIn' : equal[2] === '>' ? 'Gt' : equal[2] === '<' ? 'Lt' : 'In';
      return { key: equal[1] ?? '', operator, values: [equal[3] ?? ''] };
    }
    const exists = existsPattern.exec(part);
    if (exists === null) throw badRequest(`unable to parse requirement: ${whyNot(part)}`);
    const operator = exists[1] === '!' ? 'DoesNotExist' : 'Exists';
    return { key: exists[2] ?? '', operator, values: [] };
  });
}

function whyNot(part: string): string {
  const list = /\s(?:in|notin)\s+([^\s(]+)/u.exec(part);
  return list === null ? `found '${part}'` : `found '${list[1]}' expected: '('`;
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === '(') depth += 1;
    if (text[i] === ')') depth -= 1;
    if (i === text.length || (text[i] === ',' && depth === 0)) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return parts.filter((part) => part !== '');
}

// The fields that the real server lets select, by plural; see pkg/apis/*/conversion.go there.
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  secrets: ['type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  jobs: ['status.successful'],
  services: ['spec.clusterIP', 'spec.type'],
};

/** A test of objects by a `fieldSelector` parameter. Throws a BadRequest Status. */
export function parseFieldSelector(kind: Kind, text: string): (object: KubeObject) => boolean {
  const known = ['metadata.name', 'metadata.namespace', ...(selectable[kind.plural] ?? [])];
  const tests = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/u.exec(part);
      if (match === null)
        throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      const [, path = '', operator, value] = match;
      if (!known.includes(path)) throw unknownField(kind, path);
      return (object: KubeObject) => (fieldText(object, path) === value) !== (operator === '!=');
    });
  return (object) => tests.every((test) => test(object));
}

function unknownField(kind: Kind, path: string): Error {
  return badRequest(
    selectable[kind.plural] === undefined
      ? `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`
      : `field label not supported: ${path}`,
  );
}

function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.'))
    value = (value as Record<string, unknown> | undefined)?.[part];
  if (path === 'source') value = (value as { component?: string } | undefined)?.component;
  return value === undefined || value === null ? '' : String(value);
}
