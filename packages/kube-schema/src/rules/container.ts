import { at, invalid, type Report } from '../violation.ts';
import { type Fields, isGiven, listIn, numberIn, objectIn, textIn } from './fields.ts';
import { qualifiedNameProblems, reportName } from './names.ts';
import { quantityOf } from './quantity.ts';
import { checkUser, notNegative, oneOf } from './values.ts';

const standardResources = new Set(['cpu', 'memory', 'ephemeral-storage']);
const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const fieldPaths = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

/** A container of a pod whose volumes have those names. */
export function checkContainer(
  container: Fields,
  field: string,
  volumes: ReadonlySet<string>,
  report: Report,
): void {
  const name = textIn(container, 'name');
  if (name === '') report(`${field}.name`, 'FieldValueRequired', 'Required value');
  else reportName(name, 'label1123', `${field}.name`, report);
  if (textIn(container, 'image') === '')
    report(`${field}.image`, 'FieldValueRequired', 'Required value');
  else if (textIn(container, 'image') !== textIn(container, 'image').trim())
    report(
      `${field}.image`,
      'FieldValueInvalid',
      invalid(container['image'], 'must not have leading or trailing whitespace'),
    );
  checkPorts(container, field, report);
  checkEnv(container, field, report);
  checkMounts(container, field, volumes, report);
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    if (isGiven(container, probe))
      checkProbe(objectIn(container, probe), at(field, probe), probe !== 'readinessProbe', report);
  oneOf(container, 'imagePullPolicy', ['Always', 'IfNotPresent', 'Never'], field, report);
  oneOf(container, 'terminationMessagePolicy', ['FallbackToLogsOnError', 'File'], field, report);
  checkResources(objectIn(container, 'resources'), `${field}.resources`, report);
  checkUser(objectIn(container, 'securityContext'), `${field}.securityContext`, report);
}

function checkPorts(container: Fields, field: string, report: Report): void {
  const names = new Set<string>();
  listIn(container, 'ports').forEach((port, i) => {
    const here = `${field}.ports[${i}]`;
    const name = textIn(port, 'name');
    if (name !== '') {
      for (const sentence of portNameProblems(name))
        report(`${here}.name`, 'FieldValueInvalid', invalid(name, sentence));
      if (names.has(name))
        report(`${here}.name`, 'FieldValueDuplicate', `Duplicate value: ${JSON.stringify(name)}`);
      names.add(name);
    }
    const number = numberIn(port, 'containerPort') ?? 0;
    if (number === 0) report(`${here}.containerPort`, 'FieldValueRequired', 'Required value');
    else portNumber(number, `${here}.containerPort`, report);
    oneOf(port, 'protocol', ['TCP', 'UDP', 'SCTP'], here, report);
  });
}

/** What the server says against a port's name (IANA service names: at most 15 characters, a letter among them). */
export function portNameProblems(name: string): string[] {
  return [
    ...(name.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]+$/u.test(name)
      ? []
      : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/u.test(name) ? [] : ['must contain at least one letter (a-z)']),
    ...(name.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/u.test(name) ? ['must not begin or end with a hyphen'] : []),
  ];
}

/** A port's number. */
export function portNumber(number: number, field: string, report: Report): void {
  if (number < 1 || number > 65_535)
    report(field, 'FieldValueInvalid', invalid(number, 'must be between 1 and 65535, inclusive'));
}

function checkEnv(container: Fields, field: string, report: Report): void {
  listIn(container, 'env').forEach((variable, i) => {
    const here = `${field}.env[${i}]`;
    const name = textIn(variable, 'name');
    if (name === '') report(`${here}.name`, 'FieldValueRequired', 'Required value');
    else if (!/^[ -<>-~]+$/u.test(name))
      report(
        `${here}.name`,
        'FieldValueInvalid',
        invalid(
          name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      );
    if (isGiven(variable, 'valueFrom')) checkEnvSource(variable, `${here}.valueFrom`, report);
  });
}

function checkEnvSource(variable: Fields, field: string, report: Report): void {
  const source = objectIn(variable, 'valueFrom');
  const given = Object.keys(source).filter((key) => isGiven(source, key));
  if (textIn(variable, 'value') !== '' && given.length > 0)
    report(
      field,
      'FieldValueInvalid',
      invalid('', 'may not be specified when `value` is not empty'),
    );
  else if (given.length === 0)
    report(
      field,
      'FieldValueInvalid',
      invalid(
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
      ),
    );
  else if (given.length > 1)
    report(
      field,
      'FieldValueInvalid',
      invalid('', 'may not have more than one field specified at a time'),
    );
  const path = textIn(objectIn(source, 'fieldRef'), 'fieldPath');
  if (!isGiven(source, 'fieldRef')) return;
  if (path === '') report(`${field}.fieldRef.fieldPath`, 'FieldValueRequired', 'Required value');
  else if (!fieldPaths.has(path.replace(/\['.*'\]$/u, '')))
    report(
      `${field}.fieldRef.fieldPath`,
      'FieldValueInvalid',
      invalid(path, `error converting fieldPath: field label not supported: ${path}`),
    );
}

function checkMounts(
  container: Fields,
  field: string,
  volumes: ReadonlySet<string>,
  report: Report,
): void {
  const paths = new Set<string>();
  listIn(container, 'volumeMounts').forEach((mount, i) => {
    const here = `${field}.volumeMounts[${i}]`;
    const [name, path] = [textIn(mount, 'name'), textIn(mount, 'mountPath')];
    if (name === '') report(`${here}.name`, 'FieldValueRequired', 'Required value');
    else if (!volumes.has(name))
      report(`${here}.name`, 'FieldValueNotFound', `Not found: ${JSON.stringify(name)}`);
    if (path === '') report(`${here}.mountPath`, 'FieldValueRequired', 'Required value');
    if (paths.has(path))
      report(`${here}.mountPath`, 'FieldValueInvalid', invalid(path, 'must be unique'));
    paths.add(path);
  });
}

function checkProbe(probe: Fields, field: string, once: boolean, report: Report): void {
  const given = handlers.filter((name) => isGiven(probe, name));
  const second = given[1];
  if (given.length === 0)
    report(field, 'FieldValueRequired', 'Required value: must specify a handler type');
  if (second !== undefined)
    report(
      // The server looks at exec first and refuses the others after it.
      `${field}.${second}`,
      'FieldValueForbidden',
      'Forbidden: may not specify more than 1 handler type',
    );
  const exec = objectIn(probe, 'exec');
  if (given[0] === 'exec' && ((exec['command'] ?? []) as readonly string[]).length === 0)
    report(`${field}.exec.command`, 'FieldValueRequired', 'Required value');
  for (const name of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ])
    notNegative(probe, name, field, report);
  const success = numberIn(probe, 'successThreshold') ?? 1;
  if (once && success > 1)
    report(`${field}.successThreshold`, 'FieldValueInvalid', invalid(success, 'must be 1'));
}

type Quantities = Readonly<Record<string, string | number>>;

function checkResources(resources: Fields, field: string, report: Report): void {
  const limits = (resources['limits'] ?? {}) as Quantities;
  const requests = (resources['requests'] ?? {}) as Quantities;
  checkQuantities(limits, `${field}.limits`, report);
  checkQuantities(requests, `${field}.requests`, report);
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if ((quantityOf(request) ?? 0) > (quantityOf(limit) ?? 0))
      report(
        `${field}.requests`,
        'FieldValueInvalid',
        invalid(String(request), `must be less than or equal to ${name} limit of ${limit}`),
      );
  }
}

function checkQuantities(quantities: Quantities, field: string, report: Report): void {
  for (const [name, quantity] of Object.entries(quantities)) {
    const here = `${field}[${name}]`;
    if (!name.includes('/') && !standardResources.has(name) && !name.startsWith('hugepages-')) {
      report(
        here,
        'FieldValueInvalid',
        `Invalid value: ${name}: must be a standard resource type or fully qualified`,
      );
      report(
        here,
        'FieldValueInvalid',
        `Invalid value: ${name}: must be a standard resource for containers`,
      );
    } else
      for (const sentence of qualifiedNameProblems(name))
        report(here, 'FieldValueInvalid', invalid(name, sentence));
    if ((quantityOf(quantity) ?? 0) < 0)
      report(
        here,
        'FieldValueInvalid',
        invalid(String(quantity), 'must be greater than or equal to 0'),
      );
  }
}
