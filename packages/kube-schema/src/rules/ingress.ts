import { invalid, type Report, unsupported } from '../violation.ts';
import { type Fields, isGiven, listIn, numberIn, objectIn, textIn, textsIn } from './fields.ts';
import { problemsOf, reportName } from './names.ts';

// pkg/apis/networking/validation of the real server.

const classAnnotation = 'kubernetes.io/ingress.class';
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const badParts = ['//', '/./', '/../', '%2f', '%2F'];
const badEnds = ['/..', '/.'];

/** An Ingress. */
export function checkIngress(object: Fields, report: Report): void {
  const spec = objectIn(object, 'spec');
  const annotation = textsIn(objectIn(object, 'metadata'), 'annotations')?.[classAnnotation];
  const name = textIn(spec, 'ingressClassName');
  if (annotation !== undefined && name !== '' && annotation !== name)
    report(
      `annotations.${classAnnotation}`,
      'FieldValueInvalid',
      invalid(annotation, 'must match `ingressClassName` when both are specified'),
    );
  if (listIn(spec, 'rules').length === 0 && !isGiven(spec, 'defaultBackend'))
    report(
      'spec',
      'FieldValueInvalid',
      'Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified',
    );
  if (isGiven(spec, 'defaultBackend'))
    checkBackend(objectIn(spec, 'defaultBackend'), 'spec.defaultBackend', report);
  listIn(spec, 'rules').forEach((rule, i) => {
    checkRule(rule, `spec.rules[${i}]`, report);
  });
  if (isGiven(spec, 'ingressClassName'))
    reportName(name, 'subdomain1123', 'spec.ingressClassName', report);
}

function checkRule(rule: Fields, here: string, report: Report): void {
  const host = textIn(rule, 'host');
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/u.test(host))
    report(
      `${here}.host`,
      'FieldValueInvalid',
      invalid(host, 'must be a DNS name, not an IP address'),
    );
  else if (host.includes('*')) {
    if (!host.startsWith('*.') || problemsOf(host.slice(2), 'subdomain1123').length > 0)
      report(
        `${here}.host`,
        'FieldValueInvalid',
        invalid(
          host,
          "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
        ),
      );
  } else if (host !== '') reportName(host, 'subdomain1123', `${here}.host`, report);
  if (!isGiven(rule, 'http')) return;
  const paths = listIn(objectIn(rule, 'http'), 'paths');
  if (paths.length === 0) report(`${here}.http.paths`, 'FieldValueRequired', 'Required value');
  paths.forEach((path, i) => {
    checkPath(path, `${here}.http.paths[${i}]`, report);
    checkBackend(objectIn(path, 'backend'), `${here}.http.paths[${i}].backend`, report);
  });
}

function checkPath(fields: Fields, here: string, report: Report): void {
  const path = textIn(fields, 'path');
  const type = textIn(fields, 'pathType');
  const wrong = (why: string): void =>
    report(`${here}.path`, 'FieldValueInvalid', invalid(path, why));
  if (!isGiven(fields, 'pathType')) {
    report(`${here}.pathType`, 'FieldValueRequired', 'Required value: pathType must be specified');
    return;
  }
  if (!pathTypes.includes(type)) {
    report(`${here}.pathType`, 'FieldValueNotSupported', unsupported(type, pathTypes));
    return;
  }
  const isFree = type === 'ImplementationSpecific';
  if (!path.startsWith('/') && !(isFree && path === '')) wrong('must be an absolute path');
  if (isFree) return;
  for (const part of badParts) if (path.includes(part)) wrong(`must not contain '${part}'`);
  for (const end of badEnds) if (path.endsWith(end)) wrong(`cannot end with '${end}'`);
}

function checkBackend(backend: Fields, here: string, report: Report): void {
  if (!isGiven(backend, 'service')) {
    if (!isGiven(backend, 'resource'))
      report(here, 'FieldValueInvalid', invalid('', 'resource or service backend is required'));
    return;
  }
  const service = objectIn(backend, 'service');
  const name = textIn(service, 'name');
  if (name === '') report(`${here}.service.name`, 'FieldValueRequired', 'Required value');
  else reportName(name, 'label1035', `${here}.service.name`, report);
  const port = objectIn(service, 'port');
  const number = numberIn(port, 'number') ?? 0;
  const portName = textIn(port, 'name');
  if (portName !== '' && number !== 0)
    report(here, 'FieldValueInvalid', invalid('', 'cannot set both port name & port number'));
  else if (portName !== '') reportName(portName, 'label1123', `${here}.service.port.name`, report);
  else if (number < 1 || number > 65_535)
    report(
      number === 0 ? `${here}` : `${here}.service.port.number`,
      number === 0 ? 'FieldValueRequired' : 'FieldValueInvalid',
      number === 0
        ? 'Required value: port name or number is required'
        : invalid(number, 'must be between 1 and 65535, inclusive'),
    );
}
