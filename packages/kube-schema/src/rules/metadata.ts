import { invalid, type Report } from '../violation.ts';
import { type Fields, listIn, objectIn, textIn, textsIn } from './fields.ts';
import { checkAnnotations, checkLabels, reportName } from './names.ts';

// StatefulSets are named by label since their pods carry the name in labels and host names; Services by RFC 1035.
const nameGrammars: Readonly<Record<string, 'label1123' | 'label1035'>> = {
  Namespace: 'label1123',
  Service: 'label1035',
  StatefulSet: 'label1123',
};

/** Name, labels, annotations and owners of an object. */
export function checkMetadata(object: Fields, kind: string, report: Report): void {
  const metadata = objectIn(object, 'metadata');
  const name = textIn(metadata, 'name');
  if (name === '' && textIn(metadata, 'generateName') === '')
    report(
      'metadata.name',
      'FieldValueRequired',
      'Required value: name or generateName is required',
    );
  else if (name !== '' && !isPathName(kind))
    reportName(name, nameGrammars[kind] ?? 'subdomain1123', 'metadata.name', report);
  checkLabels(textsIn(metadata, 'labels'), 'metadata.labels', report);
  checkAnnotations(textsIn(metadata, 'annotations'), 'metadata.annotations', report);
  checkOwners(metadata, report);
}

// RBAC objects may have any name that can stand in a path.
const isPathName = (kind: string): boolean => kind === 'Role' || kind === 'RoleBinding';

function checkOwners(metadata: Fields, report: Report): void {
  const controllers: string[] = [];
  for (const owner of listIn(metadata, 'ownerReferences')) {
    for (const key of ['kind', 'name', 'uid'])
      if (textIn(owner, key) === '')
        report(
          `metadata.ownerReferences.${key}`,
          'FieldValueInvalid',
          invalid('', `${key} must not be empty`),
        );
    if (textIn(owner, 'apiVersion') === '')
      report(
        'metadata.ownerReferences.apiVersion',
        'FieldValueInvalid',
        invalid('', 'version must not be empty'),
      );
    if (owner['controller'] === true) controllers.push(textIn(owner, 'name'));
  }
  if (controllers.length > 1)
    report(
      'metadata.ownerReferences',
      'FieldValueInvalid',
      `Invalid value: Only one reference can have Controller set to true. Found "true" in references for ${controllers.slice(0, 2).join(' and ')}`,
    );
}
