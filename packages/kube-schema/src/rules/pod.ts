import { at, invalid, type Report, unsupported } from '../violation.ts';
import { checkContainer } from './container.ts';
import { type Fields, isGiven, listIn, numberIn, objectIn, textIn } from './fields.ts';
import { reportName } from './names.ts';
import { checkUser, oneOf } from './values.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

/** A pod's spec, wherever it stands (`field` is its path). */
export function checkPodSpec(spec: Fields, field: string, report: Report): void {
  const volumes = checkVolumes(listIn(spec, 'volumes'), `${field}.volumes`, report);
  checkContainers(spec, field, volumes, report);
  oneOf(spec, 'restartPolicy', restartPolicies, field, report);
  oneOf(spec, 'dnsPolicy', dnsPolicies, field, report);
  checkUser(objectIn(spec, 'securityContext'), `${field}.securityContext`, report);
  for (const key of ['hostname', 'subdomain'])
    if (textIn(spec, key) !== '')
      reportName(textIn(spec, key), 'label1123', at(field, key), report);
  if (textIn(spec, 'serviceAccountName') !== '')
    reportName(
      textIn(spec, 'serviceAccountName'),
      'subdomain1123',
      at(field, 'serviceAccountName'),
      report,
    );
  checkTolerations(spec, field, report);
  checkSpread(spec, field, report);
}

function checkContainers(
  spec: Fields,
  field: string,
  volumes: ReadonlySet<string>,
  report: Report,
): void {
  const containers = listIn(spec, 'containers');
  if (containers.length === 0)
    report(`${field}.containers`, 'FieldValueRequired', 'Required value');
  const seen = new Set<string>();
  const unique = (container: Fields, here: string): void => {
    const name = textIn(container, 'name');
    if (seen.has(name))
      report(`${here}.name`, 'FieldValueDuplicate', `Duplicate value: ${JSON.stringify(name)}`);
    else if (name !== '') seen.add(name);
  };
  containers.forEach((container, i) => {
    const here = `${field}.containers[${i}]`;
    checkContainer(container, here, volumes, report);
    unique(container, here);
  });
  listIn(spec, 'initContainers').forEach((container, i) => {
    const here = `${field}.initContainers[${i}]`;
    checkContainer(container, here, volumes, report);
    unique(container, here);
    checkInit(container, here, report);
  });
}

function checkInit(container: Fields, field: string, report: Report): void {
  const policy = container['restartPolicy'];
  if (isGiven(container, 'restartPolicy') && policy !== 'Always')
    report(`${field}.restartPolicy`, 'FieldValueNotSupported', unsupported(policy, ['Always']));
  if (policy === 'Always') return;
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'])
    if (isGiven(container, name))
      report(
        `${field}.${name}`,
        'FieldValueForbidden',
        'Forbidden: may not be set for init containers without restartPolicy=Always',
      );
}

function checkVolumes(
  volumes: readonly Fields[],
  field: string,
  report: Report,
): ReadonlySet<string> {
  const names = new Set<string>();
  volumes.forEach((volume, i) => {
    const here = `${field}[${i}]`;
    const name = textIn(volume, 'name');
    const sources = Object.keys(volume).filter((key) => key !== 'name' && isGiven(volume, key));
    const second = sources[1];
    if (second !== undefined)
      report(
        `${here}.${second}`,
        'FieldValueForbidden',
        'Forbidden: may not specify more than 1 volume type',
      );
    if (textIn(objectIn(volume, 'configMap'), 'name') === '' && isGiven(volume, 'configMap'))
      report(`${here}.configMap.name`, 'FieldValueRequired', 'Required value');
    if (name === '') report(`${here}.name`, 'FieldValueRequired', 'Required value');
    else reportName(name, 'label1123', `${here}.name`, report);
    if (names.has(name))
      report(`${here}.name`, 'FieldValueDuplicate', `Duplicate value: ${JSON.stringify(name)}`);
    // A volume that was refused for its sources is unknown to the mounts, as in the server.
    else if (second === undefined) names.add(name);
  });
  return names;
}

function checkTolerations(spec: Fields, field: string, report: Report): void {
  listIn(spec, 'tolerations').forEach((toleration, i) => {
    const operator = textIn(toleration, 'operator');
    const here = `${field}.tolerations[${i}]`;
    if (operator === 'Exists' && textIn(toleration, 'value') !== '')
      report(
        `${here}.operator`,
        'FieldValueInvalid',
        "Invalid value: core.Toleration: value must be empty when `operator` is 'Exists'",
      );
    if (!['', 'Equal', 'Exists'].includes(operator))
      report(
        `${here}.operator`,
        'FieldValueNotSupported',
        unsupported(operator, ['Equal', 'Exists']),
      );
  });
}

function checkSpread(spec: Fields, field: string, report: Report): void {
  listIn(spec, 'topologySpreadConstraints').forEach((constraint, i) => {
    const here = `${field}.topologySpreadConstraints[${i}]`;
    const skew = numberIn(constraint, 'maxSkew') ?? 0;
    if (skew <= 0)
      report(`${here}.maxSkew`, 'FieldValueInvalid', invalid(skew, 'must be greater than zero'));
    if (textIn(constraint, 'topologyKey') === '')
      report(`${here}.topologyKey`, 'FieldValueRequired', 'Required value: can not be empty');
    oneOf(constraint, 'whenUnsatisfiable', ['DoNotSchedule', 'ScheduleAnyway'], here, report);
  });
}
