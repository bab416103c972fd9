import { invalid, type Report } from '../violation.ts';
import { portNameProblems, portNumber } from './container.ts';
import { type Fields, isGiven, listIn, numberIn, objectIn, textIn, textsIn } from './fields.ts';
import { checkLabels, reportName } from './names.ts';
import { oneOf } from './values.ts';

/** A Service. */
export function checkService(object: Fields, report: Report): void {
  const spec = objectIn(object, 'spec');
  const headless = spec['clusterIP'] === 'None';
  const type = textIn(spec, 'type');
  if (listIn(spec, 'ports').length === 0 && !headless && type !== 'ExternalName')
    report('spec.ports', 'FieldValueRequired', 'Required value');
  checkPorts(listIn(spec, 'ports'), report);
  checkLabels(textsIn(spec, 'selector'), 'spec.selector', report);
  oneOf(spec, 'sessionAffinity', ['ClientIP', 'None'], 'spec', report);
  oneOf(spec, 'type', ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], 'spec', report);
  const address = textIn(spec, 'clusterIP');
  if (address !== '' && !headless && !isAddress(address))
    report(
      'spec.clusterIPs[0]',
      'FieldValueInvalid',
      invalid(address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'),
    );
}

function checkPorts(ports: readonly Fields[], report: Report): void {
  const [names, numbers] = [new Set<string>(), new Set<string>()];
  ports.forEach((port, i) => {
    const here = `spec.ports[${i}]`;
    const name = textIn(port, 'name');
    if (name === '' && ports.length > 1)
      report(`${here}.name`, 'FieldValueRequired', 'Required value');
    if (name !== '') reportName(name, 'label1123', `${here}.name`, report);
    if (names.has(name) && name !== '')
      report(`${here}.name`, 'FieldValueDuplicate', `Duplicate value: ${JSON.stringify(name)}`);
    names.add(name);
    const number = numberIn(port, 'port') ?? 0;
    portNumber(number, `${here}.port`, report);
    oneOf(port, 'protocol', ['TCP', 'UDP', 'SCTP'], here, report);
    checkTarget(port, number, `${here}.targetPort`, report);
    const protocol = textIn(port, 'protocol') || 'TCP';
    if (numbers.has(`${protocol} ${number}`))
      report(
        here,
        'FieldValueDuplicate',
        `Duplicate value: core.ServicePort{Name:"", Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${number}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`,
      );
    numbers.add(`${protocol} ${number}`);
  });
}

function checkTarget(port: Fields, number: number, field: string, report: Report): void {
  // Not given, it is the port itself.
  const target = isGiven(port, 'targetPort') ? port['targetPort'] : number;
  if (typeof target === 'number') portNumber(target, field, report);
  else
    for (const sentence of portNameProblems(String(target)))
      report(field, 'FieldValueInvalid', invalid(target, sentence));
}

const isAddress = (text: string): boolean =>
  /^(?:\d{1,3}\.){3}\d{1,3}$/u.test(text) || (text.includes(':') && /^[0-9a-f:.]+$/iu.test(text));
