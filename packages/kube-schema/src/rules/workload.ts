import { goMap, invalid, type Report, unsupported } from '../violation.ts';
import { type Fields, isGiven, objectIn, textIn, textsIn } from './fields.ts';
import { checkAnnotations, checkLabels, problemsOf, reportName } from './names.ts';
import { checkPodSpec } from './pod.ts';
import { checkSelector, goSelector, selectorMatches } from './selector.ts';
import { notNegative } from './values.ts';

/** A pod by itself. */
export const checkPod = (object: Fields, report: Report): void =>
  checkPodSpec(objectIn(object, 'spec'), 'spec', report);

/**
 * A StatefulSet. The server looks at the labels and the restart policy of its pod template and at nothing else in it:
 * what is wrong in there shows when the controller creates the pods (event FailedCreate).
 */
export function checkStatefulSet(object: Fields, report: Report): void {
  const spec = objectIn(object, 'spec');
  const policy = textIn(spec, 'podManagementPolicy');
  if (policy !== '' && policy !== 'OrderedReady' && policy !== 'Parallel')
    report(
      'spec.podManagementPolicy',
      'FieldValueInvalid',
      invalid(policy, "must be 'OrderedReady' or 'Parallel'"),
    );
  const strategy = textIn(objectIn(spec, 'updateStrategy'), 'type');
  if (strategy !== '' && strategy !== 'OnDelete' && strategy !== 'RollingUpdate')
    report(
      'spec.updateStrategy',
      'FieldValueInvalid',
      `Invalid value: apps.StatefulSetUpdateStrategy{Type:${JSON.stringify(strategy)}, RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}: must be 'RollingUpdate' or 'OnDelete'`,
    );
  const retention = objectIn(spec, 'persistentVolumeClaimRetentionPolicy');
  if (isGiven(spec, 'persistentVolumeClaimRetentionPolicy'))
    for (const key of ['whenDeleted', 'whenScaled']) {
      const value = textIn(retention, key);
      if (value !== '' && value !== 'Retain' && value !== 'Delete')
        report(
          `spec.persistentVolumeClaimRetentionPolicy.${key}`,
          'FieldValueNotSupported',
          unsupported(value, ['Retain', 'Delete']),
        );
    }
  notNegative(spec, 'replicas', 'spec', report);
  notNegative(spec, 'minReadySeconds', 'spec', report);
  if (textIn(spec, 'serviceName') !== '')
    reportName(textIn(spec, 'serviceName'), 'label1123', 'spec.serviceName', report);
  if (!isGiven(spec, 'selector')) report('spec.selector', 'FieldValueRequired', 'Required value');
  else checkSelectorOf('statefulset', objectIn(spec, 'selector'), report);
  checkTemplateMeta(spec, report);
  checkTemplateMatches(spec, report);
  mustAlwaysRestart(spec, report);
}

/** A Deployment, ReplicaSet or DaemonSet. */
export function checkReplicated(object: Fields, kind: string, report: Report): void {
  const spec = objectIn(object, 'spec');
  notNegative(spec, 'replicas', 'spec', report);
  notNegative(spec, 'minReadySeconds', 'spec', report);
  if (!isGiven(spec, 'selector')) report('spec.selector', 'FieldValueRequired', 'Required value');
  else checkSelectorOf(kind.toLowerCase(), objectIn(spec, 'selector'), report);
  checkTemplateMatches(spec, report);
  checkTemplateMeta(spec, report);
  checkPodSpec(podSpecOf(spec), 'spec.template.spec', report);
  mustAlwaysRestart(spec, report);
}

/** A Job. */
export function checkJob(object: Fields, report: Report): void {
  const name = textIn(objectIn(object, 'metadata'), 'name');
  // The server labels the pods with the job's name, under an old and a new key.
  for (const sentence of problemsOf(name, 'labelValue').flatMap((s) => [s, s]))
    report('spec.template.labels', 'FieldValueInvalid', invalid(name, sentence));
  checkJobSpec(objectIn(object, 'spec'), 'spec', report);
}

/** A CronJob: its schedule and the Job in it. */
export function checkCronJob(object: Fields, report: Report): void {
  const spec = objectIn(object, 'spec');
  if (textIn(spec, 'schedule') === '')
    report('spec.schedule', 'FieldValueRequired', 'Required value');
  checkJobSpec(objectIn(objectIn(spec, 'jobTemplate'), 'spec'), 'spec.jobTemplate.spec', report);
}

function checkJobSpec(spec: Fields, field: string, report: Report): void {
  for (const name of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ])
    notNegative(spec, name, field, report);
  const mode = textIn(spec, 'completionMode');
  if (mode !== '' && mode !== 'NonIndexed' && mode !== 'Indexed')
    report(
      `${field}.completionMode`,
      'FieldValueNotSupported',
      unsupported(mode, ['NonIndexed', 'Indexed']),
    );
  checkPodSpec(podSpecOf(spec), `${field}.template.spec`, report);
  const policy = textIn(podSpecOf(spec), 'restartPolicy');
  const here = `${field}.template.spec.restartPolicy`;
  if (policy === '' || policy === 'Always')
    report(here, 'FieldValueRequired', 'Required value: valid values: "OnFailure", "Never"');
}

const podSpecOf = (spec: Fields): Fields => objectIn(objectIn(spec, 'template'), 'spec');

function checkSelectorOf(kind: string, selector: Fields, report: Report): void {
  const before: string[] = [];
  checkSelector(selector, 'spec.selector', (field, reason, message) => {
    before.push(field);
    report(field, reason, message);
  });
  if (before.length > 0)
    report('spec.selector', 'FieldValueInvalid', `Invalid value: ${goSelector(selector)}`);
  else if (Object.keys(selector).length === 0)
    report(
      'spec.selector',
      'FieldValueInvalid',
      `Invalid value: ${goSelector(selector)}: empty selector is invalid for ${kind}`,
    );
}

function checkTemplateMeta(spec: Fields, report: Report): void {
  const metadata = objectIn(objectIn(spec, 'template'), 'metadata');
  checkLabels(textsIn(metadata, 'labels'), 'spec.template.labels', report);
  checkAnnotations(textsIn(metadata, 'annotations'), 'spec.template.annotations', report);
}

function checkTemplateMatches(spec: Fields, report: Report): void {
  const labels = textsIn(objectIn(objectIn(spec, 'template'), 'metadata'), 'labels');
  const selector = objectIn(spec, 'selector');
  const broken: string[] = [];
  checkSelector(selector, '', (field) => broken.push(field));
  // An empty selector is refused by itself; one that cannot be read is not compared.
  if (broken.length > 0) return;
  if (
    Object.keys(selector).length === 0
      ? isGiven(spec, 'selector')
      : selectorMatches(selector, labels ?? {})
  )
    return;
  report(
    'spec.template.metadata.labels',
    'FieldValueInvalid',
    `Invalid value: ${goMap(labels)}: \`selector\` does not match template \`labels\``,
  );
}

function mustAlwaysRestart(spec: Fields, report: Report): void {
  const policy = textIn(podSpecOf(spec), 'restartPolicy');
  if (policy !== '' && policy !== 'Always')
    report(
      'spec.template.spec.restartPolicy',
      'FieldValueNotSupported',
      unsupported(policy, ['Always']),
    );
}
